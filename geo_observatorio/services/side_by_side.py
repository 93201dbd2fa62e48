"""Two densities to be looked at side by side: one bandwidth for both, or the wider one would only look calmer."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from analysis.params import Params
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.studies import run_study


def run_densities(conn: Connection, before: Selection, after: Selection, params: Params) -> tuple[Finding, Finding]:
    """Answer both; where the uncertainty of one side asks for a wider bandwidth, both take it."""
    first, second = run_study(conn, "density", before, params), run_study(conn, "density", after, params)
    widths = [float(finding.result.reading["bandwidth"]) for finding in (first, second)]
    if widths[0] == widths[1]:
        return first, second
    wider = replace(params, **{"bandwidth": max(widths)})
    return run_study(conn, "density", before, wider), run_study(conn, "density", after, wider)
