"""Named queries: one statement a file under sql/queries, first line a sentence, second line its parameters."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, text

from geo_observatorio.resources import data_dir


@cache
def query_text(name: str) -> str:
    """Return the SQL of the query of that name."""
    return (data_dir("sql") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def query(name: str) -> TextClause:
    """Return the query of that name, with its parameters to be bound."""
    return text(query_text(name))
