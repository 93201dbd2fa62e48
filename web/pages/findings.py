"""Findings: the permanent address of an answer, and its layers."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.maps import draw
from geo_observatorio.provenance import Finding
from geo_observatorio.services.studies import recall
from geo_observatorio.services.zones import write_zone
from web import study_labels
from web.answers import answer_of
from web.canvas import make_map
from web.language import query_url, say
from web.pages.compare import USUAL, ZONE
from web.params import Pairs, write_params, write_selection, write_side
from web.site import get_conn, get_language, speak_of

bp = Blueprint("findings", __name__, url_prefix="/hallazgos")
KEPT = "private, max-age=86400"
UNNAMED = frozenset({USUAL, ZONE})  # the study that a comparison shows unless it is told
MOST = 1e12  # of a scale that a page asks for


@bp.get("/<key>")
def show(key: str) -> str:
    """Show a finding as it was computed."""
    finding = recall(get_conn(), key)
    question = finding.provenance.question
    municipality = find_municipality(get_conn(), finding.context.municipality)
    level = question.selections[0].level
    speak_of(level)
    return render_template(
        "finding.html",
        municipality=municipality,
        answer=answer_of(finding, None),
        title=say(study_labels.STATISTICS.get(question.statistic, question.statistic)),
        map=make_map("mapa", municipality, level, finding.context.boundary_edition),
        again=_ask_again(finding),
    )


@bp.get("/<key>/capas.json")
def layers(key: str) -> Response:
    """Send the layers of a finding; ``highest`` fixes the scale where two maps share one."""
    asked = request.args.get("highest", default=None, type=float)
    highest = asked if asked is not None and 0 < asked < MOST else None
    finding = recall(get_conn(), key)
    speak_of(finding.provenance.question.selections[0].level)
    response = jsonify(draw(finding.result, get_language(), highest=highest).as_dict())
    response.headers["Cache-Control"] = KEPT
    response.add_etag()
    response.make_conditional(request)
    return response


def _ask_again(finding: Finding) -> str:
    """Return the address that asks the same question with what is known now."""
    question, params = finding.provenance.question, finding.result.params
    options = write_params(question.statistic, params)
    if len(question.selections) == 1:
        pairs: Pairs = [*write_selection(question.selections[0]), ("statistic", question.statistic), *options]
        return query_url(url_for("map.show"), _without(pairs, {"as_of"}))
    if question.statistic == ZONE:
        options = _write_zone(str(question.params["zone"]), str(question.params["areas"]), finding.context.crs)
    before, after = question.selections
    study = [] if question.statistic in UNNAMED else [("study", question.statistic)]
    pairs = [*write_selection(after), *study, *write_side(before, after), *options]
    return query_url(url_for("compare.show"), _without(pairs, {"as_of"}))


def _write_zone(outline: str, areas: str, srid: int) -> Pairs:
    return [("zone", write_zone(outline, srid))] if outline else [("zone_area", code) for code in areas.split(",")]


def _without(pairs: Pairs, names: set[str]) -> Pairs:
    return [(name, text) for name, text in pairs if name not in names]
