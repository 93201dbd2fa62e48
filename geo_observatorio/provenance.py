"""Findings: a result and enough to cite it and to compute it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd

import analysis
from analysis.result import Result
from geo_observatorio import __version__
from geo_observatorio.models import Selection

KEY_LENGTH = 16  # hexadecimal digits: short enough to print at the foot of a figure


@dataclass(frozen=True, kw_only=True)
class Question:
    """Everything that decides an answer: same question, same answer.

    Attributes
    ----------
    editions
        What the answer stands on: boundary set, mask, population, gazetteer, the delivered days of each selection,
        each by a text that changes with it.
    as_of
        What was known at that moment (ISO text).
    """

    statistic: str
    selections: tuple[Selection, ...]
    params: Mapping[str, Any]
    as_of: str
    editions: Mapping[str, str]
    code: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"selections": [selection.as_dict() for selection in self.selections]}

    @property
    def key(self) -> str:
        """Return the hash of the question: its permanent address and its cache key."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a finding comes from."""

    question: Question
    computed_at: datetime

    @property
    def key(self) -> str:
        """Return the finding's permanent key."""
        return self.question.key

    @property
    def statistic(self) -> str:
        """Return the name of the statistic."""
        return self.question.statistic

    @property
    def selection(self) -> Selection:
        """Return the first selection, of a comparison the one before."""
        return self.question.selections[0]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a page says of the data behind a finding, as plain JSON values.

    Attributes
    ----------
    placed_by_method
        Incidents with a credible point, by method; like all counts here empty where only totals may be told.
    unplaced_by_method
        Incidents without one: barrio, corregimiento, none.
    reserved_left_out
        Whether the selection means reserved categories too, which no map shows; whether there were any is not told.
    first_delivered, last_delivered
        Days from which and up to which the sources of the selection delivered, as known at its moment; None in a
        finding that was kept before these were told.
    hour_unknown
        Incidents left out of an hour filter because their hour is not known.
    counted_once
        Reports not counted because that of another institution tells the same event, as a person decided.
    matches_undecided
        Pairs of reports that may tell one event and are both counted, because nobody has decided.
    quality
        Grade of the data, A to D, with its faults (see `services.grading`); empty where only totals may be told.
    """

    municipality: str
    municipality_name: str
    time_zone: str
    crs: int
    cut_off: datetime | None
    boundary_edition: str
    mask_edition: str
    population_vintage: str
    schematic: bool
    synthetic: bool
    placed_by_method: dict[str, int] = field(default_factory=dict)
    unplaced_by_method: dict[str, int] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    reserved_left_out: bool = False
    hour_unknown: int = 0
    counted_once: int = 0
    matches_undecided: int = 0
    quality: dict[str, Any] = field(default_factory=dict)
    first_delivered: date | None = None
    last_delivered: date | None = None

    @property
    def n_incidents(self) -> int:
        """Incidents of the selection, placed or not."""
        return self.n_placed + sum(self.unplaced_by_method.values())

    @property
    def n_placed(self) -> int:
        """Incidents with a credible point."""
        return sum(self.placed_by_method.values())


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """A result, its origin, and what is needed to draw it.

    Attributes
    ----------
    sides
        Facts of each selection: one, or two for a comparison.
    areas
        Limits to draw, in metres: code, name, observed, geometry.
    """

    result: Result
    provenance: Provenance
    sides: tuple[Facts, ...]
    areas: gpd.GeoDataFrame = field(repr=False)

    @property
    def context(self) -> Facts:
        """Return the facts of the first side."""
        return self.sides[0]


def stamp(question: Question, result: Result, sides: tuple[Facts, ...], areas: gpd.GeoDataFrame) -> Finding:
    """Join a fresh result with its origin."""
    provenance = Provenance(question=question, computed_at=datetime.now(UTC))
    return Finding(result=result, provenance=provenance, sides=sides, areas=areas)


@cache
def code_version() -> str:
    """Return the version and a hash of the statistics' own text: another formula is another answer."""
    folder = Path(analysis.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"
