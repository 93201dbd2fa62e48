"""Categories: schemes of offences from layers/categories, and what each source calls them."""

from __future__ import annotations

import csv
from functools import cache

from sqlalchemy import Connection

from geo_observatorio.db.queries import query
from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.sources.templates import Template

COLUMNS = ("code", "name_es", "name_en", "line", "iccs_code", "count_unit", "law", "publication")


def load_categories(conn: Connection, scheme: str) -> None:
    """Keep the categories of layers/categories/SCHEME.csv; those that are kept already are amended."""
    rows = [
        {name: row[name] for name in COLUMNS}
        | {"scheme": scheme, "group_name": row["group"], "sensitive": row["sensitive"] == "yes"}
        for row in read_scheme(scheme)
    ]
    conn.execute(query("category_save"), rows)


def name_categories(conn: Connection, template: Template) -> dict[str, str]:
    """Keep what a source calls the categories of its scheme, and return it: plain text to code.

    Accepted are the code, the Spanish name and the other spellings that the template or the database knows.
    """
    names: dict[str, str] = {}
    for row in read_scheme(template.categories):
        names |= {plain_text(row["code"]): row["code"], plain_text(row["name_es"]): row["code"]}
    names |= template.category_aliases
    aliases = [{"source": template.code, "alias": alias, "category": code} for alias, code in sorted(names.items())]
    conn.execute(query("category_alias_save"), aliases)
    return {row.alias: row.category for row in conn.execute(query("category_alias_list"), {"source": template.code})}


@cache
def read_scheme(scheme: str) -> tuple[dict[str, str], ...]:
    """Read the table of a scheme."""
    path = data_dir("layers") / "categories" / f"{scheme}.csv"
    with path.open(encoding="utf-8", newline="") as text:
        return tuple(csv.DictReader(text))
