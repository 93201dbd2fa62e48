"""The map: one selection, one statistic, its picture, its reading, its places and its table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, render_template, request, url_for

from analysis import STATISTICS
from analysis.errors import UnknownStatisticError
from analysis.params import Params
from geo_observatorio.maps import draw
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.periods import whole_year
from geo_observatorio.services.studies import TOTALS, run_study
from web import forms, labels
from web.answers import MOST_SECONDS, Answer, answer_of
from web.canvas import make_map
from web.errors import Refusal, attempt
from web.language import query_url
from web.params import Pairs, describe_moment, read_params, read_selection, write_params, write_selection
from web.site import get_conn, get_language, get_municipality

bp = Blueprint("map", __name__, url_prefix="/mapa")
USUAL = "hotspots"
COMPANIONS = ("density", "hotspots", "area_hotspots")  # layers that can be laid over each other, bottom to top


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks: one statistic about one selection; the options of the others are kept for later."""

    statistic: str
    selection: Selection
    params: dict[str, Params]

    def run(self) -> Finding:
        """Answer it."""
        params = self.params[self.statistic]
        return run_study(get_conn(), self.statistic, self.selection, params, most_seconds=MOST_SECONDS)

    def pairs(self, statistic: str = "") -> Pairs:
        """Write it, or the same about another statistic, as the query of an address."""
        name = statistic or self.statistic
        options = [pair for key, params in self.params.items() for pair in write_params(key, params)]
        return [*write_selection(self.selection), *([("statistic", name)] if name != USUAL else []), *options]

    def as_totals(self) -> Asked:
        """Return the question that may be asked of reserved categories: totals of one of them in one year."""
        asked = self.selection
        since, until = whole_year(asked.until)
        coarse = Selection(
            municipality=asked.municipality,
            since=since,
            until=until,
            categories=asked.categories[:1],
            level=asked.level,
        )
        return replace(self, statistic=TOTALS, selection=coarse)


@bp.get("")
def show() -> Response:
    """Show the map; to htmx only what a filter changes."""
    municipality = get_municipality()
    default = forms.find_default_selection(municipality.code) if municipality else None
    if municipality is None or default is None:
        return make_response(render_template("empty.html", municipality=municipality))
    asked = read_asked(default, municipality.time_zone)
    finding, refusal = attempt(asked.run)
    answer = answer_of(
        finding, refusal, pairs=asked.pairs(), companions=_companions(asked), instead=_instead(asked, refusal)
    )
    if request.headers.get("HX-Request"):
        return _send_fragment(answer, asked)
    page = render_template(
        "map.html",
        municipality=municipality,
        answer=answer,
        asked=asked,
        choices=forms.find_choices(asked.selection),
        statistics=forms.list_statistics(sides=1),
        fields={name: forms.describe_fields(name, params) for name, params in asked.params.items()},
        map=make_map("mapa", municipality, asked.selection.level),
        labels=labels,
        shifts=forms.SHIFTS,
        as_of=describe_moment(asked.selection.as_of, municipality.time_zone),
    )
    return make_response(page, refusal.status if refusal else 200)


@bp.get("/capas.json")
def layers() -> dict[str, object]:
    """Send the layers of another statistic about the same selection, to lie beside the first."""
    municipality = get_municipality()
    default = forms.find_default_selection(municipality.code) if municipality else None
    if municipality is None or default is None:
        return {"layers": []}
    return draw(read_asked(default, municipality.time_zone).run().result, get_language()).as_dict()


def read_asked(default: Selection, zone: str) -> Asked:
    """Read what the address asks."""
    name = request.args.get("statistic") or USUAL
    one_sided = [known for known, statistic in STATISTICS.items() if statistic.sides == 1]
    if name not in one_sided:
        raise UnknownStatisticError(needed=", ".join(one_sided), found=name[:40])
    params = {known: read_params(request.args, known, STATISTICS[known].params) for known in one_sided}
    return Asked(statistic=name, selection=read_selection(request.args, default, zone=zone), params=params)


def _instead(asked: Asked, refusal: Refusal | None) -> Pairs:
    """Return the question that can be answered where this one cannot."""
    return asked.pairs("area_hotspots") if refusal and refusal.code == "below_gate" else asked.as_totals().pairs()


def _companions(asked: Asked) -> dict[str, str]:
    """Return the addresses of the layers of other statistics."""
    others = [name for name in COMPANIONS if name != asked.statistic]
    return {name: query_url(url_for("map.layers"), asked.pairs(name)) for name in others}


def _send_fragment(answer: Answer, asked: Asked) -> Response:
    status = answer.refusal.status if answer.refusal else 200
    response = make_response(render_template("_answer.html", answer=answer, fragment=True), status)
    response.headers["HX-Push-Url"] = query_url(url_for("map.show"), asked.pairs())
    return response
