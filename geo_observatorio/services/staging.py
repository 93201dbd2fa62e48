"""Drafts and their places as columns, ready to be staged; local times become moments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_observatorio.db.copying import Column
from geo_observatorio.services.placing import Placed
from geo_observatorio.sources.rows import Draft
from geo_observatorio.sources.tables import Row
from geo_observatorio.sources.templates import Template

Times = NDArray[np.datetime64]
UNKNOWN_HOUR: Final = -1
TEXTS: Final = ("case_id", "content_hash", "category", "address", "district", "area", "barrio")


def make_columns(
    rows: Sequence[Row], drafts: Sequence[Draft], placed: Sequence[Placed], *, first: int, template: Template, zone: str
) -> dict[str, Column]:
    """Return the columns of incident_stage for some rows, numbered from ``first``."""
    return {
        "row_number": np.arange(first, first + len(rows)),
        "sheet": [row.sheet for row in rows],
        "line": np.array([row.line for row in rows], dtype=np.int32),
        "source_key": [make_key(draft, template) for draft in drafts],
        **make_time_columns(drafts, zone),
        **{name: [getattr(draft, name) for draft in drafts] for name in TEXTS},
        "refused_as": np.array([draft.refused_as for draft in drafts], dtype=np.int64),
        "tags": [_dump(draft.tags) for draft in drafts],
        **make_place_columns(placed),
        "repairs": [_dump(draft.repairs) for draft in drafts],  # last: times and places add to them
    }


def make_key(draft: Draft, template: Template) -> str:
    """Return what identifies an incident within its source; '' where only its content does."""
    if not template.identifier:
        return ""
    return f"{draft.case_id}#{draft.category}" if template.several_offences else draft.case_id


def make_place_columns(placed: Sequence[Placed]) -> dict[str, Column]:
    """Return the columns that say where incidents are."""
    numbers = {name: np.array([getattr(item, name) for item in placed]) for name in ("longitude", "latitude", "x", "y")}
    return {
        **numbers,
        "method": [item.method for item in placed],
        "stated_area": [item.stated_area for item in placed],
        "score": np.array([item.score for item in placed], dtype=np.float32),
        "radius": np.array([item.radius for item in placed], dtype=np.float32),
    }


def make_time_columns(drafts: Sequence[Draft], zone: str) -> dict[str, Column]:
    """Return the columns that say when incidents happened; an unknown hour may be any of its local day."""
    local = np.array([datetime.combine(draft.day, draft.hour or time()) for draft in drafts], dtype="M8[us]")
    known = np.array([draft.hour is not None for draft in drafts])
    until = np.array([draft.until or "NaT" for draft in drafts], dtype="M8[us]")
    is_range = ~np.isnat(until)
    moments = localise(local, zone, drafts)
    day = local.astype("M8[D]")
    ends = to_utc((day + 1).astype("M8[us]"), zone, first=True)
    lasts = to_utc(np.where(is_range, until, local), zone, first=False) if is_range.any() else moments
    reported = [draft.reported.isoformat() if draft.reported else "NaT" for draft in drafts]
    hours = np.array([draft.hour.hour if draft.hour else UNKNOWN_HOUR for draft in drafts], dtype=np.int16)
    return {
        "occurred_from": moments,
        "occurred_to": np.where(known, np.where(is_range, lasts, moments), ends),
        "local_day": day,
        "local_hour": np.where(known, hours, UNKNOWN_HOUR).astype(np.int16),
        "time_precision": [_name_precision(draft) for draft in drafts],
        "reported_on": np.array(reported, dtype="M8[D]"),
    }


def _name_precision(draft: Draft) -> str:
    if draft.hour is None:
        return "day"
    return "minute" if draft.until is None else "range"


def localise(local: Times, zone: str, drafts: Sequence[Draft]) -> Times:
    """Return local times as UTC; where the clock was changed the rule is noted among the repairs.

    An hour that the change skipped moves forward to the first that there was; of an hour that came twice the first is
    meant.
    """
    moments, second = to_utc(local, zone, first=True), to_utc(local, zone, first=False)
    for i in np.flatnonzero(moments != second).tolist():
        drafts[i].repairs.append(_trace_hour(drafts[i], "repeated_hour_first"))
    for i in np.flatnonzero(_to_local(moments, zone) != local).tolist():
        drafts[i].repairs.append(_trace_hour(drafts[i], "skipped_hour_forward"))
    return moments


def to_utc(local: Times, zone: str, *, first: bool) -> Times:
    """Return local times as UTC; of an hour that came twice the first or the second is taken."""
    summer = np.full(len(local), first)
    index = pd.DatetimeIndex(local).tz_localize(zone, ambiguous=summer, nonexistent="shift_forward")
    return index.tz_convert("UTC").tz_localize(None).to_numpy().astype("M8[us]")


def _to_local(moments: Times, zone: str) -> Times:
    index = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(zone)
    return index.tz_localize(None).to_numpy().astype("M8[us]")


def _trace_hour(draft: Draft, rule: str) -> dict[str, str]:
    hour = draft.hour.isoformat() if draft.hour else ""
    return {"field": "hour", "from": hour, "to": hour, "rule": rule}


def _dump(value: Any) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    return json.dumps(value, ensure_ascii=False)
