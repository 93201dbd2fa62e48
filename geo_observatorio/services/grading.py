"""The grade of a finding's data: what its incidents tell, and what its sources sent of its period."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from analysis.quality import grade, measure
from analysis.scene import Scene
from geo_observatorio.models import Selection
from geo_observatorio.services.coverage import find_level_breaks, list_series, months_between, read_declared


def grade_selection(conn: Connection, selection: Selection, scene: Scene, sources: list[str]) -> dict[str, Any]:
    """Grade the data of a completed selection of open categories, as plain JSON values.

    Parameters
    ----------
    sources
        Codes of the sources of its incidents.
    """
    values: dict[str, float] = dict(measure(scene, hours_chosen=bool(selection.hours)))
    if selection.as_of is None or not sources:
        return grade(values).as_dict()
    asked = list(selection.sources) or sources
    months = months_between(selection.since, selection.until)
    missing = _missing_months(conn, selection, asked, months)
    values["undelivered"] = len(missing) / len(months)
    declared = [
        item.name
        for item in read_declared()
        if item.concerns(selection.municipality, asked) and selection.since < item.day <= selection.until
    ]
    found = [
        item
        for item in find_level_breaks(conn, selection.municipality, selection.as_of)
        if item.source in asked and not item.declared and months[0] < item.month <= months[-1]
    ]
    values |= {"declared_break": len(declared), "undeclared_break": len(found)}
    details = {
        "missing": [month.isoformat() for month in missing],
        "declared": declared,
        "found": [item.month.isoformat() for item in found],
    }
    return grade(values).as_dict() | details


def _missing_months(conn: Connection, selection: Selection, asked: list[str], months: list[date]) -> list[date]:
    """Return the months of the period of which one of the sources told nothing, or hardly anything."""
    if selection.as_of is None:
        return []
    known = {series.source: series for series in list_series(conn, selection.municipality, selection.as_of)}
    missing: set[date] = set()
    for source in asked:
        series = known.get(source)
        told = set(series.months) - set(series.missing) if series else set()
        missing |= set(months) - told
    return sorted(missing)
