"""Two selections side by side on one scale, a study of what sets them apart, and a zone against the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request, url_for

from analysis import STATISTICS
from analysis.errors import UnknownStatisticError
from analysis.params import Params
from geo_observatorio.maps.surfaces import highest_value
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.periods import split_at, year_before
from geo_observatorio.services.side_by_side import run_densities
from geo_observatorio.services.studies import run_comparison
from geo_observatorio.services.zones import read_zone
from web import forms, labels, study_labels
from web.answers import MOST_SECONDS, Answer, answer_of
from web.canvas import make_map
from web.errors import Refusal, attempt
from web.language import query_url, say
from web.params import (
    Args,
    Pairs,
    describe_moment,
    read_day,
    read_number,
    read_params,
    read_selection,
    read_side,
    write_params,
    write_selection,
    write_side,
)
from web.site import get_conn, get_municipality

bp = Blueprint("compare", __name__, url_prefix="/comparar")
ZONE = "zone_change"  # asked beside the study, of the zone that is drawn
STUDIES = tuple(name for name, statistic in STATISTICS.items() if statistic.sides == 2 and name != ZONE)
USUAL = "change"
MONTHS = 12  # on each side of a date, unless the address says otherwise
MOST_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks: a study of two selections, and perhaps a zone; options of other studies are kept."""

    study: str
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
        periods = write_side(self.before, self.after)
        around = [("date", self.day.isoformat()), ("months", str(self.months))] if self.day else []
        options = [pair for name, params in self.params.items() for pair in write_params(name, params)]
        zone = [("zone", self.zone)] if self.zone else [("zone_area", code) for code in self.zone_areas]
        shared = write_selection(self.after)
        if self.day:  # the date says both periods
            shared = [pair for pair in shared if pair[0] not in {"since", "until"}]
            periods = [pair for pair in periods if pair[0] not in {"before_since", "before_until"}]
        study = [("study", self.study)] if self.study != USUAL else []
        return [*shared, *study, *periods, *around, *zone, *options]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The three maps, the zone, and the scale that the first two share."""

    answer: Answer
    zone: Answer | None
    densities: tuple[Finding, Finding] | None
    without_densities: Refusal | None = None

    def on_maps(self) -> dict[str, object]:
        """Return what the page's script needs to draw them."""
        maps: dict[str, object] = {"change": self.answer.on_map()}
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
    refusal = comparison.answer.refusal
    status = refusal.status if refusal else 200
    title = say(study_labels.STATISTICS[asked.study])
    if request.headers.get("HX-Request"):
        shown = {"comparison": comparison, "asked": asked, "title": title}
        response = make_response(render_template("_comparison.html", **shown, fragment=True), status)
        response.headers["HX-Push-Url"] = query_url(url_for("compare.show"), asked.pairs())
        return response
    page = render_template(
        "compare.html",
        municipality=municipality,
        comparison=comparison,
        asked=asked,
        choices=forms.find_choices(asked.after),
        title=title,
        studies=forms.list_statistics(sides=2, without=ZONE),
        fields={name: forms.describe_fields(name, asked.params[name]) for name in STUDIES},
        kept=write_params("density", asked.params["density"]),
        maps={name: make_map(name, municipality, asked.after.level) for name in ("before", "after", "change")},
        labels=labels,
        shifts=forms.SHIFTS,
        as_of=describe_moment(asked.after.as_of, municipality.time_zone),
    )
    return make_response(page, status)


def read_asked(args: Args, default: Selection, zone: str = "UTC") -> Asked:
    """Read what the address asks: two periods, or a date with months on each side, and what either side counts."""
    study = args.get("study") or USUAL
    if study not in STUDIES:
        raise UnknownStatisticError(needed=", ".join(STUDIES), found=study[:40])
    after = read_selection(args, default, zone=zone)
    earlier = year_before(after.since, after.until)
    before = read_selection(args, replace(after, since=earlier[0], until=earlier[1]), prefix="before_", zone=zone)
    day = read_day(args, "date")
    months = read_number(args, "months", MONTHS, low=1, high=MOST_MONTHS)
    if day:
        (first, last), (start, end) = split_at(day, months)
        before, after = replace(before, since=first, until=last), replace(after, since=start, until=end)
    params = {name: read_params(args, name, STATISTICS[name].params) for name in (*STUDIES, "density")}
    zone = args.get("zone", "").strip()
    codes = () if zone else tuple(dict.fromkeys(code for code in args.getlist("zone_area") if code))
    before = read_side(args, before)
    return Asked(
        study=study, before=before, after=after, params=params, zone=zone, zone_areas=codes, day=day, months=months
    )


def _compare(asked: Asked, srid: int) -> Comparison:
    """Ask for the study, for both densities and for the zone; what cannot be answered says why."""
    finding, refusal = attempt(lambda: _run(asked, asked.study, asked.params[asked.study]))
    answer = answer_of(finding, refusal, pairs=asked.pairs())
    if finding is None:
        return Comparison(answer=answer, zone=None, densities=None)
    densities, why = attempt(lambda: run_densities(get_conn(), asked.before, asked.after, asked.params["density"]))
    return Comparison(answer=answer, zone=_ask_zone(asked, srid), densities=densities, without_densities=why)


def _ask_zone(asked: Asked, srid: int) -> Answer | None:
    if not asked.has_zone:
        return None
    finding, refusal = attempt(lambda: _run(asked, ZONE, _zone_params(asked, srid)))
    return answer_of(finding, refusal)


def _zone_params(asked: Asked, srid: int) -> Params:
    outline = read_zone(asked.zone, srid) if asked.zone else ""
    return STATISTICS[ZONE].params(zone=outline, areas=",".join(asked.zone_areas))  # type: ignore[call-arg]


def _run(asked: Asked, name: str, params: Params) -> Finding:
    return run_comparison(get_conn(), name, asked.before, asked.after, params, most_seconds=MOST_SECONDS)
