"""Categories: schemes of offences from layers/categories, their laws by date, and what each source calls them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.sources.templates import SourceTemplate

COLUMNS: Final = ("code", "name_es", "name_en", "line", "iccs_code", "count_unit", "law", "publication")
MORE_COLUMNS: Final = ("title", "chapter", "article", "law_status", "edition")  # which not every scheme has
Row = Mapping[str, str]
Validity = dict[str, list[tuple[date, date]]]


def load_categories(conn: Connection, scheme: str) -> None:
    """Keep the categories of layers/categories/SCHEME.csv; those that are kept already are amended.

    Raises
    ------
    NotFoundError
        There is no such file, and nobody added the scheme to the database.
    """
    if (data_dir("layers") / "categories" / f"{scheme}.csv").is_file():
        save_scheme(conn, scheme, read_scheme(scheme), read_scheme(f"{scheme}.before"))
    elif not conn.execute(query("category_names"), {"scheme": scheme}).first():
        known = ", ".join(row.scheme for row in conn.execute(query("category_schemes")))
        raise NotFoundError(noun=phrase("clasificación"), found=scheme, needed=known or "observatorio categories add")


def save_scheme(conn: Connection, scheme: str, rows: Sequence[Row], before: Sequence[Row] = ()) -> None:
    """Keep the categories of a scheme as they are now, and the laws on which they stood before."""
    conn.execute(query("category_save"), [_describe(row) | {"scheme": scheme} for row in rows])
    conn.execute(query("category_version_save"), [_describe(row) for row in (*before, *rows)])


def name_categories(conn: Connection, template: SourceTemplate) -> dict[str, str]:
    """Keep what a source calls the categories of its scheme, and return it: plain text to code, '' for no incident.

    Accepted are the code, the Spanish name, the other spellings of the template, and before all what a person assigned.
    """
    names: dict[str, str] = {}
    for row in conn.execute(query("category_names"), {"scheme": template.categories}):
        names |= {plain_text(row.code): row.code, plain_text(row.name_es): row.code}
    names |= template.category_aliases
    values = {"source": template.code, "aliases": list(names), "categories": list(names.values())}
    conn.execute(query("category_alias_close"), values)
    conn.execute(query("category_alias_save"), values)
    known = conn.execute(query("category_alias_list"), {"source": template.code})
    return {row.alias: row.category or "" for row in known}


def list_scheme_files() -> list[str]:
    """Return the names of the schemes that come as files."""
    files = (data_dir("layers") / "categories").glob("*.csv")
    return sorted(path.stem for path in files if not path.stem.endswith(".before"))


def list_reserved(conn: Connection) -> set[str]:
    """Return the codes of the categories that are never shown as a place."""
    return set(conn.execute(query("category_reserved")).scalars())


def find_validity(conn: Connection, scheme: str) -> Validity:
    """Return the first and last days on which categories are in force; those that always are have no entry."""
    found: Validity = {}
    for row in conn.execute(query("category_validity"), {"scheme": scheme}):
        found.setdefault(row.category, []).append((row.valid_from or date.min, row.valid_to or date.max))
    return found


@cache
def read_scheme(scheme: str) -> tuple[dict[str, str], ...]:
    """Read the table of a scheme; one without laws of before has an empty table of them."""
    path = data_dir("layers") / "categories" / f"{scheme}.csv"
    if scheme.endswith(".before") and not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as text:
        return tuple(csv.DictReader(text))


def read_tags(text: str) -> dict[str, list[str]]:
    """Read ICCS tags such as ``We=1|2;Lo=6``: name to the values that it may have."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    return {name.strip(): values.split("|") for name, _, values in pairs}


def _describe(row: Row) -> dict[str, Any]:
    """Return a row of a table as the values of a query."""
    values: dict[str, Any] = {name: row.get(name) or "" for name in (*COLUMNS, *MORE_COLUMNS)}
    return values | {
        "group_name": row.get("group", ""),
        "tags": json.dumps(read_tags(row.get("tags") or "")),
        "sensitive": row.get("sensitive") == "yes",
        "valid_from": row.get("valid_from") or None,
        "valid_to": row.get("valid_to") or None,
    }
