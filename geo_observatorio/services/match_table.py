"""Matches as a reader judges them: two reports side by side and why they may be one event; nothing of reserved ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import hypot
from typing import Any

from sqlalchemy import Connection

from geo_observatorio.db.matches import list_matches
from geo_observatorio.sources.values import hide_personal


@dataclass(frozen=True, kw_only=True)
class Report:
    """What one institution says; of a reserved category only who says it.

    Attributes
    ----------
    current
        Whether it is still known: an incident that was taken back stays in its match.
    """

    institution: str
    source: str
    current: bool
    case_id: str = ""
    day: date | None = None
    hour: int | None = None
    address: str = ""
    area: str = ""
    method: str = ""
    name_es: str = ""
    name_en: str = ""

    def name(self, language: str) -> str:
        """Return what happened in the reader's language."""
        return self.name_en if language == "en" else self.name_es


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one field says for one event, in bits."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Match:
    """Two reports, and how probable it is that they tell one event.

    Attributes
    ----------
    metres
        Between their points; None where one has none.
    hidden
        One of the reports is of a reserved category.
    """

    id: int
    probability: float
    weight: float
    parts: Sequence[Part]
    state: str
    decided_by: str | None
    decided_at: datetime | None
    proposed_at: datetime
    earlier: Report
    later: Report
    metres: float | None
    hidden: bool


def read_matches(conn: Connection, municipality: str, state: str, *, limit: int, offset: int) -> list[Match]:
    """Return matches in one state, the most probable first."""
    rows = list_matches(conn, municipality, state, limit=limit, offset=offset)
    return [_make_match(row) for row in rows]


def _make_match(row: Mapping[str, Any]) -> Match:
    sides = (row["earlier"], row["later"])
    hidden = any(side["sensitive"] for side in sides)
    earlier, later = (_hide(side) if hidden else _tell(side) for side in sides)
    names = ("id", "probability", "weight", "state", "decided_by", "decided_at", "proposed_at")
    return Match(
        **{name: row[name] for name in names},
        parts=[Part(**part) for part in row["parts"]],
        earlier=earlier,
        later=later,
        metres=None if hidden else _measure(*sides),
        hidden=hidden,
    )


def _hide(side: Mapping[str, Any]) -> Report:
    return Report(institution=side["institution"], source=side["source"], current=side["current"])


def _tell(side: Mapping[str, Any]) -> Report:
    return Report(
        institution=side["institution"],
        source=side["source"],
        current=side["current"],
        case_id=hide_personal(side["case_id"]),
        day=date.fromisoformat(side["local_day"]),
        hour=side["local_hour"],
        address=hide_personal(side["address"]),
        area=side["stated_area"],
        method=side["method"],
        name_es=side["name_es"],
        name_en=side["name_en"],
    )


def _measure(one: Mapping[str, Any], other: Mapping[str, Any]) -> float | None:
    if one["x"] is None or other["x"] is None:
        return None
    return hypot(one["x"] - other["x"], one["y"] - other["y"])
