"""Languages of the pages: texts and numbers in templates, and links that keep the reader's choice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, g, request

from geo_observatorio.language import format_day, format_number, translate
from web.site import get_language, get_municipality, get_site

NO_STATE = frozenset({"static", "health.livez", "health.readyz", "limits.show"})
BY_KEY = frozenset({"findings.show", "findings.layers", "downloads.send"})  # a finding knows its municipality


def speak(app: Flask) -> None:
    """Teach the templates both languages."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install: Callable[..., None] = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]  # by the extension
    install(_gettext, _ngettext, newstyle=True)
    app.jinja_env.filters.update(
        number=write_number, day=write_day, moment=write_moment, percent=write_percent, size=write_size
    )
    app.jinja_env.globals["query_url"] = query_url
    app.jinja_env.globals["say"] = say
    app.url_defaults(_keep_state)


def write_number(value: float | None, decimals: int = 0) -> str:
    """Write a number as its readers do, a dash where there is none."""
    return "–" if value is None else format_number(value, get_language(), decimals=decimals)


def write_percent(share: float, decimals: int = 0) -> str:
    """Write a share between 0 and 1 as a percentage."""
    return f"{format_number(100 * share, get_language(), decimals=decimals)} %"


def write_size(size: int) -> str:
    """Write a size in bytes, kB or MB, whichever is shortest to read."""
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            return f"{write_number(size / unit, 1)} {name}"
    return f"{write_number(size)} bytes"


def write_day(day: date | datetime | None) -> str:
    """Write a day as dd/mm/aaaa, a dash where there is none."""
    return "–" if day is None else format_day(day, get_language())


def write_moment(moment: datetime) -> str:
    """Write a moment on the municipality's clock: dd/mm/aaaa hh:mm."""
    if "zone" not in g:
        municipality = get_municipality()
        g.zone = ZoneInfo(municipality.time_zone if municipality else "America/Panama")
    local = moment.astimezone(g.zone)
    return f"{format_day(local, get_language())} {local:%H:%M}"


def say(text: str, **values: object) -> str:
    """Return a Spanish text in the reader's language, filled."""
    return translate(text, get_language()).format(**values)


def query_url(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return an address with the pairs of a query; ``path`` may have a query, whose pairs are not repeated."""
    known = parse_qsl(urlsplit(path).query)
    new = [pair for pair in pairs if pair not in known]
    return f"{path}{'&' if known else '?'}{urlencode(new)}" if new else path


def _gettext(text: str) -> str:
    return translate(text, get_language())


def _ngettext(singular: str, plural: str, n: int) -> str:
    return translate(singular if n == 1 else plural, get_language())


def _keep_state(endpoint: str, values: dict[str, object]) -> None:
    """Put language and municipality into every link where they are not the usual ones."""
    if endpoint in NO_STATE or not request:
        return
    if get_language() != get_site().settings.language:
        values.setdefault("lang", get_language())
    if request.args.get("municipality") and endpoint not in BY_KEY:
        values.setdefault("municipality", request.args["municipality"])
