"""Unknown offences: texts that no rule knows, proposals for each, and what was said of them taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from geo_observatorio.db import assignments
from geo_observatorio.db.assignments import Assignment
from geo_observatorio.db.knowledge import note_knowledge
from geo_observatorio.errors import SelectionError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.sources.values import REMOVED

PROPOSALS: Final = 3
LEAST_ALIKE: Final = 50.0  # of 100; less alike is no proposal


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A category that an unknown text may mean, and how alike their words are (0 to 100)."""

    code: str
    score: int


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A text that no rule knows.

    Attributes
    ----------
    alias
        As a machine compares it.
    written
        Its commonest spelling, without what looked like a person's number.
    incomplete
        A part of it was removed: files to come will bring it again.
    sources
        Names of the sources whose rows wait, with how many.
    """

    alias: str
    written: str
    n: int
    sources: dict[str, int]
    proposals: list[Proposal]

    @property
    def incomplete(self) -> bool:
        """Tell whether a part of it was removed when it was kept."""
        return REMOVED in self.written


def list_unknown(conn: Connection, municipality: str) -> list[Unknown]:
    """Return each unknown text once, the one for which most rows wait first, with proposals."""
    rows = assignments.list_waiting(conn, municipality)
    choices = {row.alias: row.category for row in assignments.list_choices(conn, sorted({row.source for row in rows}))}
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(plain_text(row.written), []).append(row)
    found = [_describe(alias, group, choices) for alias, group in groups.items()]
    return sorted(found, key=lambda unknown: (-unknown.n, unknown.alias))


def _describe(alias: str, rows: Sequence[Any], choices: Mapping[str, str]) -> Unknown:
    sources: Counter[str] = Counter()
    for row in rows:
        sources[row.source_name] += row.n
    return Unknown(
        alias=alias,
        written=max(rows, key=lambda row: row.n).written,
        n=sources.total(),
        sources=dict(sources.most_common()),
        proposals=propose(alias, choices),
    )


def propose(alias: str, choices: Mapping[str, str]) -> list[Proposal]:
    """Return the categories whose spellings are most like a text, each once."""
    best: dict[str, float] = {}
    alike = process.extract(alias, list(choices), scorer=fuzz.token_sort_ratio, limit=12, score_cutoff=LEAST_ALIKE)
    for spelling, score, _ in alike:
        code = choices[spelling]
        best[code] = max(best.get(code, 0.0), score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [Proposal(code=code, score=round(score)) for code, score in ranked[:PROPOSALS]]


def undo(conn: Connection, municipality: str, number: int, actor: str) -> int:
    """Take an assignment back: its incidents are no longer known, its rows wait again; return how many.

    Raises
    ------
    SelectionError
        There is no such assignment, or it was taken back before.
    """
    moment = note_knowledge(conn, municipality, kind="category", actor=actor)
    found = Assignment(id=number, municipality=municipality, actor=actor, moment=moment)
    waiting = assignments.take_back(conn, found)
    if waiting is None:
        raise SelectionError(name=phrase("asignación"), needed=phrase("una que siga en pie"), found=number)
    return waiting
