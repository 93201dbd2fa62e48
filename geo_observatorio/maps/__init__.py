"""How a finding is drawn: one painter for each kind of table and scale."""

from __future__ import annotations

from collections.abc import Callable

from analysis.result import Result, View
from geo_observatorio.maps.area_rates import paint_area_rates
from geo_observatorio.maps.areas import paint_area_hotspots, paint_area_values
from geo_observatorio.maps.cells import paint_hotspots
from geo_observatorio.maps.changes import paint_change, paint_zone
from geo_observatorio.maps.classes import paint_classes
from geo_observatorio.maps.diverging import paint_diverging
from geo_observatorio.maps.drawing import Drawing
from geo_observatorio.maps.gates import paint_gate
from geo_observatorio.maps.imputed import paint_imputed
from geo_observatorio.maps.lines import paint_lines
from geo_observatorio.maps.risk import paint_risk
from geo_observatorio.maps.scales import SCALES
from geo_observatorio.maps.surfaces import paint_surface

Painter = Callable[[Result, str, float | None], Drawing]

PAINTERS: dict[tuple[str, str], Painter] = {
    ("cells", "hotspots"): paint_hotspots,
    ("cells", "sequential"): paint_surface,
    ("cells", "change"): paint_change,
    ("cells", "imputed"): paint_imputed,
    ("cells", "diverging"): paint_diverging,
    ("cells", "risk"): paint_risk,
    ("areas", "diverging"): paint_diverging,
    ("lines", "sequential"): paint_lines,
    ("areas", "change"): paint_zone,
    ("areas", "hotspots"): paint_area_hotspots,
    ("areas", "rates"): paint_area_rates,
    ("areas", "sequential"): paint_area_values,
}


def find_painter(view: View) -> Painter:
    """Return what paints such a view; classes of a known scale are painted alike, whatever they are."""
    if view.scale in SCALES:
        return paint_classes
    return PAINTERS[view.kind, view.scale]


def draw(result: Result, language: str, *, highest: float | None = None) -> Drawing:
    """Draw a result; ``highest`` fixes the scale where two maps share one."""
    drawing = find_painter(result.view)(result, language, highest)
    return Drawing(layers=[*paint_gate(result, language), *drawing.layers])
