"""The counts of institutions, as they came: by period and place, never added to incidents or to another source."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.selections import find_level
from geo_observatorio.reports.counts import areas_csv, table_csv
from geo_observatorio.services import aggregate_tables as tables
from geo_observatorio.services.overview import list_area_names
from web.params import read_number
from web.site import get_conn, get_language, get_municipality

bp = Blueprint("aggregates", __name__, url_prefix="/datos/agregados")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for, and what it finds."""

    municipality: Municipality
    sources: list[tables.CountedSource]
    source: tables.CountedSource
    measure: str
    year: int
    places: list[tables.Place]
    place: tables.Place
    table: tables.Table
    chosen: tables.Line | None
    areas: tables.Table


@bp.get("")
def show() -> str:
    """Show what a source counted in a year: all of it in one place, one thing of it by area."""
    question = _ask()
    return render_template("aggregates.html", municipality=get_municipality(), question=question)


@bp.get("/tabla.csv")
def table() -> Response:
    """Send the table as CSV; what may not be shown is not in it."""
    question = _ask()
    text = table_csv(question.source, question.measure, question.place, question.table) if question else ""
    return _send(text, "agregados.csv")


@bp.get("/areas.csv")
def areas() -> Response:
    """Send one thing by area as CSV."""
    question = _ask()
    text = areas_csv(question.source, question.measure, question.chosen, question.areas) if question else ""
    return _send(text, "agregados-por-area.csv")


def _ask() -> Question | None:
    municipality, conn = get_municipality(), get_conn()
    known = tables.list_counted(conn, municipality.code) if municipality else []
    if municipality is None or not known:
        return None
    source = tables.choose_counted(known, request.args.get("source", ""))
    asked = request.args.get("measure", "")
    measure = asked if asked in source.measures else next(iter(source.measures))
    year = _read_year(source.years)
    things = tables.load_things(conn, municipality.code, source.code, measure, year)
    places = tables.list_places(things)
    level, _, name = request.args.get("place", "").partition("|")
    place = (level, name) if (level, name) in places else next(iter(places), (tables.SUM, ""))
    shown = tables.make_table(things, place, get_language())
    key = request.args.get("thing", "")
    chosen = next((line for line in shown.lines if line.key == key), next(iter(shown.lines), None))
    return Question(
        municipality=municipality,
        sources=known,
        source=source,
        measure=measure,
        year=year,
        places=places,
        place=place,
        table=shown,
        chosen=chosen,
        areas=_tell_areas(municipality.code, things, chosen.key if chosen else ""),
    )


def _read_year(years: range) -> int:
    """Return the year that is asked for, or the nearest there is: another source has other years."""
    return min(max(read_number(request.args, "year", years[-1], low=1900, high=2999), years[0]), years[-1])


def _tell_areas(municipality: str, things: list[tables.Thing], key: str) -> tables.Table:
    thing = next((item for item in things if item.key == key), None)
    names = dict(list_area_names(get_conn(), municipality, find_level(get_conn(), municipality)))
    return tables.make_area_table(thing, names) if thing else tables.Table()


def _send(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
