"""Two periods side by side on one scale, what changed between them, and a zone against the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request, url_for

from analysis import STATISTICS
from analysis.params import Params
from geo_observatorio.maps.surfaces import highest_value
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.periods import split_at, year_before
from geo_observatorio.services.side_by_side import run_densities
from geo_observatorio.services.studies import run_comparison
from geo_observatorio.services.zones import read_zone
from web import forms, labels
from web.answers import Answer, answer_of
from web.canvas import make_map
from web.errors import Refusal, attempt
from web.language import query_url
from web.params import (
    Args,
    Pairs,
    describe_moment,
    read_day,
    read_number,
    read_params,
    read_selection,
    write_params,
    write_selection,
)
from web.site import get_conn, get_municipality

bp = Blueprint("compare", __name__, url_prefix="/comparar")
MONTHS = 12  # on each side of a date, unless the address says otherwise
MOST_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks: two periods of one selection, and perhaps a zone."""

    before: Selection
    after: Selection
    params: dict[str, Params]
    zone: str
    zone_areas: tuple[str, ...]
    day: date | None
    months: int

    @property
    def has_zone(self) -> bool:
        """Tell whether a zone was drawn or chosen."""
        return bool(self.zone or self.zone_areas)

    def pairs(self) -> Pairs:
        """Write it as the query of an address."""
        periods = [("before_since", self.before.since.isoformat()), ("before_until", self.before.until.isoformat())]
        around = [("date", self.day.isoformat()), ("months", str(self.months))] if self.day else []
        options = [pair for name, params in self.params.items() for pair in write_params(name, params)]
        zone = [("zone", self.zone)] if self.zone else [("zone_area", code) for code in self.zone_areas]
        shared = write_selection(self.after)
        if self.day:  # the date says both periods
            shared, periods = [pair for pair in shared if pair[0] not in {"since", "until"}], []
        return [*shared, *periods, *around, *zone, *options]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The three maps, the zone, and the scale that the first two share."""

    change: Answer
    zone: Answer | None
    densities: tuple[Finding, Finding] | None
    without_densities: Refusal | None = None

    def on_maps(self) -> dict[str, object]:
        """Return what the page's script needs to draw them."""
        maps: dict[str, object] = {"change": self.change.on_map()}
        outline = url_for("findings.layers", key=self.zone.key) if self.zone and self.zone.finding else None
        nothing: dict[str, object] = {"drawing": None, "companions": {}}
        maps |= {} if self.densities else {"before": nothing, "after": nothing}
        if self.densities:
            highest = max(highest_value(finding.result) for finding in self.densities)
            for name, finding in zip(("before", "after"), self.densities, strict=True):
                address = url_for("findings.layers", key=finding.provenance.key, highest=highest or None)
                maps[name] = {"statistic": "density", "drawing": address, "companions": {}}
        return {"maps": maps, "outline": outline}


@bp.get("")
def show() -> Response:
    """Show the comparison; to htmx only what a filter changes."""
    municipality = get_municipality()
    default = forms.find_default_selection(municipality.code) if municipality else None
    if municipality is None or default is None:
        return make_response(render_template("empty.html", municipality=municipality))
    asked = read_asked(request.args, default, municipality.time_zone)
    comparison = _compare(asked, municipality.metric_srid)
    refusal = comparison.change.refusal
    status = refusal.status if refusal else 200
    if request.headers.get("HX-Request"):
        response = make_response(render_template("_comparison.html", comparison=comparison, asked=asked), status)
        response.headers["HX-Push-Url"] = query_url(url_for("compare.show"), asked.pairs())
        return response
    page = render_template(
        "compare.html",
        municipality=municipality,
        comparison=comparison,
        asked=asked,
        choices=forms.find_choices(asked.after),
        fields=forms.describe_fields("change", asked.params["change"]),
        kept=write_params("density", asked.params["density"]),
        maps={name: make_map(name, municipality, asked.after.level) for name in ("before", "after", "change")},
        labels=labels,
        shifts=forms.SHIFTS,
        as_of=describe_moment(asked.after.as_of, municipality.time_zone),
    )
    return make_response(page, status)


def read_asked(args: Args, default: Selection, zone: str = "UTC") -> Asked:
    """Read what the address asks: two periods, or a date with months on each side."""
    after = read_selection(args, default, zone=zone)
    earlier = year_before(after.since, after.until)
    before = read_selection(args, replace(after, since=earlier[0], until=earlier[1]), prefix="before_", zone=zone)
    day = read_day(args, "date")
    months = read_number(args, "months", MONTHS, low=1, high=MOST_MONTHS)
    if day:
        (first, last), (start, end) = split_at(day, months)
        before, after = replace(before, since=first, until=last), replace(after, since=start, until=end)
    params = {name: read_params(args, name, STATISTICS[name].params) for name in ("change", "density")}
    zone = args.get("zone", "").strip()
    codes = () if zone else tuple(dict.fromkeys(code for code in args.getlist("zone_area") if code))
    return Asked(before=before, after=after, params=params, zone=zone, zone_areas=codes, day=day, months=months)


def _compare(asked: Asked, srid: int) -> Comparison:
    """Ask for the change, for both densities and for the zone; what cannot be answered says why."""
    change, refusal = attempt(lambda: _run(asked, "change", asked.params["change"]))
    answer = answer_of(change, refusal, pairs=asked.pairs())
    if change is None:
        return Comparison(change=answer, zone=None, densities=None)
    densities, why = attempt(lambda: run_densities(get_conn(), asked.before, asked.after, asked.params["density"]))
    return Comparison(change=answer, zone=_ask_zone(asked, srid), densities=densities, without_densities=why)


def _ask_zone(asked: Asked, srid: int) -> Answer | None:
    if not asked.has_zone:
        return None
    finding, refusal = attempt(lambda: _run(asked, "zone_change", _zone_params(asked, srid)))
    return answer_of(finding, refusal)


def _zone_params(asked: Asked, srid: int) -> Params:
    outline = read_zone(asked.zone, srid) if asked.zone else ""
    return STATISTICS["zone_change"].params(zone=outline, areas=",".join(asked.zone_areas))  # type: ignore[call-arg]


def _run(asked: Asked, name: str, params: Params) -> Finding:
    return run_comparison(get_conn(), name, asked.before, asked.after, params)
