"""Addresses: the whole state of a page read from its query, and written back into one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from analysis.params import Params
from geo_observatorio.errors import SelectionError
from geo_observatorio.models import Selection

Args = MultiDict[str, str]
Pairs = list[tuple[str, str]]
P = TypeVar("P", bound=Params)

MANY = {"category": "categories", "source": "sources", "area": "areas"}
NUMBERS = {"weekday": "weekdays", "hour": "hours"}
EARLIEST: Final = 1990  # year of a moment of knowledge: nothing was received before
LATEST: Final = 2200
FIRST_YEAR: Final = 1900  # of a day: room for arithmetic on either side
MOST_VALUES = 2000  # of one filter: a city has no more corregimientos or colonias


def read_selection(args: Args, default: Selection, *, prefix: str = "", zone: str = "UTC") -> Selection:
    """Read a selection; what the address leaves open stays as in ``default``.

    Parameters
    ----------
    prefix
        Before ``since`` and ``until``, where a page asks for two periods.
    zone
        Of the municipality's clock, by which ``as_of`` is told where it says no other.
    """
    texts = {field: _texts(args, name) for name, field in MANY.items()}
    numbers = {field: tuple(_number(name, text) for text in _texts(args, name)) for name, field in NUMBERS.items()}
    return replace(
        default,
        since=read_day(args, f"{prefix}since") or default.since,
        until=read_day(args, f"{prefix}until") or default.until,
        line=args.get("line", default.line),
        snapshot=args.get("snapshot", default.snapshot),
        as_of=read_moment(args, "as_of", default.as_of, zone),
        categories=texts["categories"],
        sources=texts["sources"],
        areas=texts["areas"],
        weekdays=tuple(sorted(set(numbers["weekdays"]))),
        hours=tuple(sorted(set(numbers["hours"]))),
    )


def read_side(args: Args, side: Selection) -> Selection:
    """Read what the earlier side of two counts where it is not what the later one does, from ``before_category``.

    Two kinds of incidents can so be set side by side.
    """
    categories = _texts(args, "before_category")
    return replace(side, line="", categories=categories) if categories else side


def write_side(before: Selection, after: Selection) -> Pairs:
    """Write what the earlier side has of its own: its period, and what it counts where the later one counts other."""
    pairs = [("before_since", before.since.isoformat()), ("before_until", before.until.isoformat())]
    own = before.categories if before.categories != after.categories else ()
    return [*pairs, *(("before_category", code) for code in own)]


def read_params(args: Args, name: str, kind: type[P]) -> P:
    """Read the options of the statistic ``name``: arguments such as ``hotspots.cell_size``; empty ones are left out."""
    start = f"{name}."
    texts = {key.removeprefix(start): text for key, text in args.items() if key.startswith(start) and text.strip()}
    return kind.read(texts)


def read_day(args: Args, name: str) -> date | None:
    """Read a day as aaaa-mm-dd; None where the address has none."""
    text = args.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise SelectionError(name=name, needed="aaaa-mm-dd", found=text[:20]) from error
    if not FIRST_YEAR <= day.year <= LATEST:
        raise SelectionError(name=name, needed=f"{FIRST_YEAR} .. {LATEST}", found=text[:20])
    return day


def read_number(args: Args, name: str, default: int, *, low: int, high: int) -> int:
    """Read a whole number within its limits."""
    text = args.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 6 and low <= int(text) <= high):
        raise SelectionError(name=name, needed=f"{low} .. {high}", found=text[:20])
    return int(text)


def write_selection(selection: Selection, *, prefix: str = "") -> Pairs:
    """Write a selection as pairs of a query; what is empty is left out."""
    pairs = [
        (f"{prefix}since", selection.since.isoformat()),
        (f"{prefix}until", selection.until.isoformat()),
        ("line", selection.line),
        ("snapshot", selection.snapshot),
        ("as_of", selection.as_of.isoformat() if selection.as_of else ""),
    ]
    for name, field in {**MANY, **NUMBERS}.items():
        pairs += [(name, str(value)) for value in getattr(selection, field)]
    return [("municipality", selection.municipality), *((name, text) for name, text in pairs if text)]


def write_params(name: str, params: Params) -> Pairs:
    """Write the options of a statistic that differ from their defaults."""
    usual = type(params)().as_dict()
    return [(f"{name}.{key}", str(value)) for key, value in params.as_dict().items() if value != usual[key]]


def _texts(args: Args, name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(text for text in args.getlist(name) if text.strip()))
    if len(values) > MOST_VALUES:
        raise SelectionError(name=name, needed=f"<= {MOST_VALUES}", found=len(values))
    return values


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 2):
        raise SelectionError(name=name, needed="0 .. 99", found=text[:20])
    return int(text)


def read_moment(args: Args, name: str, default: datetime | None, zone: str) -> datetime | None:
    """Read a moment; a day alone means its end, and what says no zone is told by that of the municipality."""
    text = args.get(name, "").strip()
    try:
        moment = datetime.fromisoformat(text) if text else default
    except ValueError as error:
        raise SelectionError(name=name, needed="aaaa-mm-dd", found=text[:40]) from error
    if moment is None:
        return None
    if not EARLIEST <= moment.year <= LATEST:
        raise SelectionError(name=name, needed=f"{EARLIEST} .. {LATEST}", found=text[:40])
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if len(text) <= len("aaaa-mm-dd"):
        moment = datetime.combine(moment, time.max)
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def describe_moment(moment: datetime | None, zone: str) -> tuple[str, str]:
    """Return the kind of field that shows a moment, and its value: a day where it is the end of one.

    A browser's field of a moment holds no more than thousandths: a finer one is shown as text, so that none is cut.
    """
    if moment is None:
        return "date", ""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() == time.max:
        return "date", local.date().isoformat()
    if local.microsecond:
        return "text", local.isoformat()
    return "datetime-local", local.replace(tzinfo=None).isoformat(timespec="seconds")
