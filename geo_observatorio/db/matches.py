"""Matches: reports of two institutions that may tell one event, proposed by a run and decided by persons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from geo_observatorio.db.knowledge import note_knowledge
from geo_observatorio.db.queries import query
from geo_observatorio.errors import SelectionError, phrase

STATES: Final = ("proposed", "accepted", "refused")


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """What a selection would count twice.

    Attributes
    ----------
    ids
        Incidents that another one of the selection, known earlier, stands for: accepted matches.
    undecided
        Matches within the selection that nobody has decided yet.
    """

    ids: list[str]
    undecided: int


def find_repeats(conn: Connection, binds: Mapping[str, Any]) -> Repeats:
    """Find what a selection would count twice, as known at its moment; see scene_matches.sql for the binds."""
    rows = conn.execute(query("scene_matches"), binds).all()
    accepted = [row for row in rows if row.accepted]
    meant: dict[str, datetime] = {}
    for row in accepted:
        meant |= {id_: known for id_, known in _sides(row) if known is not None}
    ids = []
    for event in join_events([(row.earlier, row.later) for row in accepted]):
        found = sorted((meant[id_], id_) for id_ in event if id_ in meant)
        ids += [id_ for _, id_ in found[1:]]
    undecided = sum(all(known is not None for _, known in _sides(row)) for row in rows if not row.accepted)
    return Repeats(ids=sorted(ids), undecided=undecided)


def _sides(row: Row[Any]) -> tuple[tuple[str, datetime | None], tuple[str, datetime | None]]:
    return (row.earlier, row.earlier_known), (row.later, row.later_known)


def join_events(pairs: Sequence[tuple[str, str]]) -> list[set[str]]:
    """Return the events of which pairs of reports tell: a report in two pairs joins them."""
    event_of: dict[str, set[str]] = {}
    for a, b in pairs:
        joined = event_of.get(a, {a}) | event_of.get(b, {b})
        event_of |= dict.fromkeys(joined, joined)
    return list({id(event): event for event in event_of.values()}.values())


def read_reports(conn: Connection, municipality: str) -> list[Row[Any]]:
    """Return what is known now of each incident, as record linkage compares it."""
    return list(conn.execute(query("match_reports"), {"municipality": municipality}))


def list_institutions(conn: Connection, municipality: str) -> list[str]:
    """Return the institutions that have delivered incidents of a municipality."""
    return list(conn.execute(query("match_institutions"), {"municipality": municipality}).scalars())


def read_families(conn: Connection) -> dict[str, tuple[str, str | None]]:
    """Return the family and the ICCS section of each category."""
    return {row.code: (row.family, row.section) for row in conn.execute(query("match_families"))}


def list_known(conn: Connection, municipality: str) -> list[Row[Any]]:
    """Return the matches proposed now, with their verdicts."""
    return list(conn.execute(query("match_known"), {"municipality": municipality}))


def save_proposals(
    conn: Connection, municipality: str, proposals: Sequence[Mapping[str, Any]], withdrawn: Sequence[int]
) -> None:
    """Keep new proposals and end old ones, from one moment on."""
    if not proposals and not withdrawn:
        return
    moment = note_knowledge(conn, municipality, kind="match", actor="observatorio match")
    conn.execute(query("match_withdraw"), {"ids": list(withdrawn), "moment": moment})
    if proposals:
        values = {"municipality": municipality, "moment": moment, "pairs": json.dumps(proposals)}
        conn.execute(query("match_propose"), values)


def count_states(conn: Connection, municipality: str) -> dict[str, int]:
    """Count matches by what was decided of them."""
    counts = {row.state: row.n for row in conn.execute(query("match_states"), {"municipality": municipality})}
    return {state: counts.get(state, 0) for state in STATES}


def list_matches(
    conn: Connection, municipality: str, state: str, *, limit: int, offset: int = 0
) -> list[Mapping[str, Any]]:
    """Return matches in one state, the most probable first."""
    values = {"municipality": municipality, "state": state, "limit": limit, "offset": offset}
    return [dict(row) for row in conn.execute(query("match_list"), values).mappings()]


def decide(conn: Connection, municipality: str, match: int, verdict: str, actor: str) -> None:
    """Keep the verdict of a person: accepted or refused.

    Raises
    ------
    SelectionError
        There is no such proposal, or somebody decided it before.
    """
    _change(conn, "match_decide", municipality, actor, {"match": match, "verdict": verdict})


def undo(conn: Connection, municipality: str, match: int, actor: str) -> None:
    """Take a verdict back: the match is proposed again, and both reports count; raise SelectionError without one."""
    _change(conn, "match_undo", municipality, actor, {"match": match})


def _change(conn: Connection, name: str, municipality: str, actor: str, values: Mapping[str, Any]) -> None:
    moment = note_knowledge(conn, municipality, kind="match", actor=actor)
    binds = {**values, "municipality": municipality, "actor": actor, "moment": moment}
    if conn.execute(query(name), binds).first() is None:
        needed = phrase("una coincidencia en ese estado: quizá otra persona ya decidió")
        raise SelectionError(name=phrase("coincidencia"), needed=needed, found=values["match"])
