"""How a finding is drawn: one painter for each kind of table and scale."""

from __future__ import annotations

from collections.abc import Callable

from analysis.result import Result
from geo_observatorio.maps.areas import paint_area_hotspots, paint_area_values
from geo_observatorio.maps.cells import paint_hotspots
from geo_observatorio.maps.changes import paint_change, paint_zone
from geo_observatorio.maps.concentration import paint_concentration
from geo_observatorio.maps.drawing import Drawing
from geo_observatorio.maps.gates import paint_gate
from geo_observatorio.maps.imputed import paint_imputed
from geo_observatorio.maps.surfaces import paint_surface

Painter = Callable[[Result, str, float | None], Drawing]

PAINTERS: dict[tuple[str, str], Painter] = {
    ("cells", "hotspots"): paint_hotspots,
    ("cells", "sequential"): paint_surface,
    ("cells", "change"): paint_change,
    ("cells", "imputed"): paint_imputed,
    ("cells", "concentration"): paint_concentration,
    ("areas", "change"): paint_zone,
    ("areas", "hotspots"): paint_area_hotspots,
    ("areas", "sequential"): paint_area_values,
}


def draw(result: Result, language: str, *, highest: float | None = None) -> Drawing:
    """Draw a result; ``highest`` fixes the scale where two maps share one."""
    drawing = PAINTERS[result.view.kind, result.view.scale](result, language, highest)
    return Drawing(layers=[*paint_gate(result, language), *drawing.layers])
