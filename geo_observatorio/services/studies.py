"""Studies: a question about one selection, or two, answered once and kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from analysis import find_statistic
from analysis.area_totals import count_by_area
from analysis.params import Params
from analysis.result import Result
from analysis.scene import Scene
from geo_observatorio.db.findings import find_finding, save_finding
from geo_observatorio.db.grounds import Ground, find_editions, load_ground, load_network
from geo_observatorio.db.once_reserved import find_once_reserved
from geo_observatorio.db.scenes import WEIGHED, LoadedScene, Weighing, load_scene
from geo_observatorio.db.selections import complete, find_delivered, find_level, find_selected_categories
from geo_observatorio.errors import NotFoundError, SelectionError, SensitiveCategoryError, phrase
from geo_observatorio.harm import load_harm
from geo_observatorio.models import Days, Selection
from geo_observatorio.provenance import Finding, Question, code_version, stamp
from geo_observatorio.services.effort import UNLIMITED, require_affordable
from geo_observatorio.services.grading import grade_selection

TOTALS = "area_totals"  # the only statistic that may speak of reserved categories


def run_study(
    conn: Connection, name: str, selection: Selection, params: Params, *, most_seconds: float = UNLIMITED
) -> Finding:
    """Answer a question about one selection; a question that was answered before is not computed again.

    One that would take longer than ``most_seconds`` is refused with TooMuchWorkError.
    """
    return _answer(conn, name, (selection,), params, most_seconds)


def run_comparison(  # what is asked, of which two periods, and how long it may take
    conn: Connection,
    name: str,
    before: Selection,
    after: Selection,
    params: Params,
    *,
    most_seconds: float = UNLIMITED,
) -> Finding:
    """Answer a question about two periods of one municipality, on one set of limits and one mask."""
    if before.municipality != after.municipality or before.areas != after.areas:
        raise SelectionError(name="after", needed=before.municipality, found=after.municipality)
    return _answer(conn, name, (before, after), params, most_seconds)


def recall(conn: Connection, key: str) -> Finding:
    """Return a finding by its permanent key; raise NotFoundError where no finding has it."""
    finding = find_finding(conn, key)
    if finding is None:
        raise NotFoundError(noun=phrase("hallazgo"), found=key, needed="/mapa")
    return finding


def _answer(
    conn: Connection, name: str, selections: tuple[Selection, ...], params: Params, most_seconds: float
) -> Finding:
    _require_sides(name, len(selections))
    for selection in selections:
        _guard_reserved(conn, name, selection)
    completed = tuple(complete(conn, selection) for selection in selections)
    editions = find_editions(conn, completed[0])
    delivered = tuple(find_delivered(conn, selection) for selection in completed)
    weighing = _find_weighing(params)
    observed = {"observed": _name_observed(completed, delivered)} | _name_weights(weighing)
    stand_on = editions.as_dict() | observed | _name_hidden(conn, completed[0])
    question = _ask(name, completed, params, stand_on)
    known = find_finding(conn, question.key)
    if known is not None:
        return known
    ground = load_ground(conn, editions, completed[0])
    require_affordable(name, params, ground.mask, most_seconds)
    finding = _compute(conn, question, params, ground, delivered, weighing)
    save_finding(conn, finding)
    return finding


def _name_observed(selections: tuple[Selection, ...], delivered: tuple[Days, ...]) -> str:
    """Write which days of each period count: rates stand on them, so another text is another question."""
    parts = [selection.days.within(days) for selection, days in zip(selections, delivered, strict=True)]
    return ", ".join(f"{part.since}/{part.until}" for part in parts if part)


def _name_hidden(conn: Connection, selection: Selection) -> dict[str, str]:
    """Name, without telling them, which incidents were reserved once: an answer kept from before held them."""
    hidden = find_once_reserved(conn, selection.municipality)
    return {"once_reserved": hashlib.sha256(" ".join(hidden).encode()).hexdigest()[:12]} if hidden else {}


def _ask(name: str, selections: tuple[Selection, ...], params: Params, editions: dict[str, str]) -> Question:
    as_of = max(selection.as_of for selection in selections if selection.as_of)
    return Question(
        statistic=name,
        selections=selections,
        params=params.as_dict(),
        as_of=as_of.isoformat(),
        editions=editions,
        code=code_version(),
    )


def _compute(
    conn: Connection,
    question: Question,
    params: Params,
    ground: Ground,
    delivered: tuple[Days, ...],
    weighing: Weighing | None,
) -> Finding:
    sides = zip(question.selections, delivered, strict=True)
    loaded = [_load(conn, question.statistic, selection, ground, days, weighing) for selection, days in sides]
    scenes = [side.scene for side in loaded]
    if question.params.get("imputations"):
        scenes = [_support(conn, *pair, ground) for pair in zip(question.selections, scenes, strict=True)]
    if find_statistic(question.statistic).needs_streets:
        streets = load_network(conn, ground.editions)
        scenes = [replace(scene, streets=streets) for scene in scenes]
    result = _run(question.statistic, scenes, params)
    return stamp(question, result, tuple(side.facts for side in loaded), ground.areas)


def _support(conn: Connection, selection: Selection, scene: Scene, ground: Ground) -> Scene:
    from geo_observatorio.services.supports import add_supports  # noqa: PLC0415  # the geocoder: seconds of a start

    return add_supports(conn, selection, scene, ground)


def _run(name: str, scenes: list[Scene], params: Params) -> Result:
    return find_statistic(name).run(*scenes, params)


def _find_weighing(params: Params) -> Weighing | None:
    """Return what the points shall weigh, where the statistic has an option for it."""
    kind = params.as_dict().get("weigh_by")
    if kind not in WEIGHED:
        return None
    return Weighing(kind=kind, harm=load_harm()) if kind == "harm" else Weighing(kind=kind)


def _name_weights(weighing: Weighing | None) -> dict[str, str]:
    """Write which table of weights an answer stands on: another table is another question."""
    return {} if weighing is None or weighing.kind != "harm" else {"harm": weighing.harm.edition}


def _load(
    conn: Connection, name: str, selection: Selection, ground: Ground, delivered: Days, weighing: Weighing | None
) -> LoadedScene:
    reserved = name == TOTALS and not find_selected_categories(conn, selection).open
    loaded = load_scene(conn, selection, ground, delivered, reserved=reserved, weighing=weighing)
    if find_statistic(name).needs_base:
        loaded = replace(loaded, scene=_add_base(conn, selection, loaded.scene, ground, delivered))
    if reserved:  # a grade would tell of the counts that are hidden
        return loaded
    quality = grade_selection(conn, selection, loaded.scene, loaded.facts.sources)
    return replace(loaded, facts=replace(loaded.facts, quality=quality))


def _add_base(conn: Connection, selection: Selection, scene: Scene, ground: Ground, delivered: Days) -> Scene:
    """Add the incidents of every open category, of the same period, days, hours, sources and areas."""
    every = load_scene(conn, replace(selection, line="", categories=()), ground, delivered)
    return replace(scene, base=count_by_area(every.scene))


def _guard_reserved(conn: Connection, name: str, selection: Selection) -> None:
    """Raise SensitiveCategoryError unless a reserved category is asked for as the totals of a year, and nothing else.

    Totals of overlapping periods, hours, groups or areas would give each other's hidden counts away by subtraction;
    years of single categories do not overlap.
    """
    found = find_selected_categories(conn, selection)
    if found.open:
        return
    year = (date(selection.since.year, 1, 1), date(selection.since.year, 12, 31))
    plain = Selection(municipality=selection.municipality, since=year[0], until=year[1], line=selection.line)
    single = replace(plain, categories=tuple(found.reserved[:1]), level=selection.level)
    own_level = selection.level in {"", find_level(conn, selection.municipality)}  # never of barrios, or of two layers
    if name != TOTALS or selection != single or not own_level:
        raise SensitiveCategoryError(found=", ".join(selection.categories) or selection.line)


def _require_sides(name: str, found: int) -> None:
    needed = find_statistic(name).sides
    if needed != found:
        raise SelectionError(name=name, needed=phrase("{n} períodos", n=needed), found=found)
