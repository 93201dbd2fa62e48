"""Assigning: a person says what an unknown offence is, and the rows that wait for it follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from geo_observatorio.db import assignments
from geo_observatorio.db.assignments import Assignment
from geo_observatorio.db.deliveries import lock_source
from geo_observatorio.db.knowledge import note_knowledge
from geo_observatorio.db.municipalities import Municipality, find_municipality
from geo_observatorio.errors import SelectionError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.services.placing import make_placer
from geo_observatorio.services.readers import make_reader
from geo_observatorio.services.rereading import Rereader, reread_delivery
from geo_observatorio.services.templates import find_template
from geo_observatorio.sources.templates import Template

NO_INCIDENT: Final = "-"  # what a form sends for a text that names no incident
ENDS: Final = {"inserted": "inserted", "duplicate": "discarded", "superseded": "discarded"}


@dataclass(frozen=True, kw_only=True)
class Solved:
    """What an assignment did: rows that came in, were discarded, or could not be read again."""

    assignment: int
    inserted: int
    discarded: int
    remaining: int


def assign(  # whose, what is said of which text, by whom, and how much of it at once
    conn: Connection, municipality: str, alias: str, choice: str, actor: str, *, most_rows: int | None = None
) -> Solved:
    """Say what an unknown text is; the rows that wait for it follow, all or none. The caller commits.

    Parameters
    ----------
    choice
        Code of a category of the source's scheme, or ``-``: the text names no incident.
    most_rows
        More are refused: reading them again takes as long as receiving them. None: however many.

    Raises
    ------
    SelectionError
        No row waits for such a text, more than ``most_rows`` do, or the scheme of its source has no such category.
    """
    place = find_municipality(conn, municipality)
    moment = note_knowledge(conn, place.code, kind="category", actor=actor)
    waiting = [row for row in assignments.list_spellings(conn, place.code) if plain_text(row.written) == alias]
    if not waiting:
        raise SelectionError(name=phrase("texto"), needed=phrase("uno que espere en la cuarentena"), found=alias[:80])
    rows = sum(row.n for row in waiting)
    if most_rows is not None and rows > most_rows:
        needed = phrase("uno de hasta {n} filas; con más, la orden observatorio categories assign", n=most_rows)
        raise SelectionError(name=phrase("texto"), needed=needed, found=phrase("{n} filas", n=rows))
    category = None if choice == NO_INCIDENT else choice
    sources = sorted({row.source for row in waiting})
    templates = {source: _require_category(conn, source, category) for source in sources}
    values = {"municipality": place.code, "alias": alias, "written": waiting[0].written, "category": category}
    number = assignments.save_assignment(conn, {**values, "actor": actor, "moment": moment})
    assignment = Assignment(id=number, municipality=place.code, actor=actor, moment=moment)
    outcomes: Counter[str] = Counter()
    for source, template in templates.items():
        lock_source(conn, source)
        assignments.save_alias(conn, assignment, source, alias, category)
        outcomes += _follow(conn, assignment, template, place, [row for row in waiting if row.source == source])
    return _account(conn, assignment, outcomes)


def _require_category(conn: Connection, source: str, category: str | None) -> Template:
    template = find_template(conn, source)
    if not isinstance(template, Template):
        raise SelectionError(name=phrase("fuente"), needed=phrase("una de incidentes"), found=source)
    codes = {row["code"] for row in assignments.read_table(conn, [template.categories])}
    if category is not None and category not in codes:
        needed = phrase("un código de la clasificación {scheme}", scheme=template.categories)
        raise SelectionError(name=phrase("categoría"), needed=needed, found=category[:40])
    return template


def _follow(
    conn: Connection, assignment: Assignment, template: Template, place: Municipality, rows: Sequence[Any]
) -> Counter[str]:
    """Let the rows of a source follow what was said of their text."""
    spellings: dict[str, list[str]] = {}
    for row in rows:
        spellings.setdefault(str(row.delivery), []).append(row.written)
    reader = make_reader(conn, template, place.time_zone)
    if not reader.categories[plain_text(rows[0].written)]:
        done = [assignments.discard_rows(conn, assignment, *item) for item in sorted(spellings.items())]
        return Counter(discarded=sum(done))
    rereader = Rereader(reader=reader, placer=make_placer(conn, template, place), place=place)
    outcomes: Counter[str] = Counter()
    for delivery, texts in sorted(spellings.items()):
        outcomes += reread_delivery(conn, assignment, rereader, delivery, texts)
    return outcomes


def _account(conn: Connection, assignment: Assignment, outcomes: Counter[str]) -> Solved:
    counts = Counter(inserted=0, discarded=outcomes.pop("discarded", 0), remaining=0)
    for outcome, n in outcomes.items():
        counts[ENDS.get(outcome, "remaining")] += n
    assignments.count_rows(conn, assignment, **counts)
    return Solved(assignment=assignment.id, **counts)
