"""A column of the table beside a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "count", "number", "decimal", "share", "q", "class", "place", "part", "kind", "word", "figure"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its name in the data, its title and how its values are written; some options lack it."""

    name: str
    title: str
    form: Form
    optional: bool = False
