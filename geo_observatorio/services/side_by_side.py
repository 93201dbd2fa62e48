"""Two densities to be looked at side by side: one bandwidth and one ground for both.

The wider of two bandwidths would only look calmer, and an area that is closed on one side would look empty there.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from analysis.params import Params
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.services.studies import run_study


def run_densities(conn: Connection, before: Selection, after: Selection, params: Params) -> tuple[Finding, Finding]:
    """Answer both, with what either side asks for: the wider bandwidth, and no cells where one has too few points."""
    first, second = run_study(conn, "density", before, params), run_study(conn, "density", after, params)
    widths = [float(finding.result.reading["bandwidth"]) for finding in (first, second)]
    closed = [{area["code"] for area in finding.result.reading["gate"]["closed"]} for finding in (first, second)]
    if widths[0] == widths[1] and closed[0] == closed[1]:
        return first, second
    alike = replace(params, **{"bandwidth": max(widths), "closed": ",".join(sorted(closed[0] | closed[1]))})
    return run_study(conn, "density", before, alike), run_study(conn, "density", after, alike)
