"""Cells by the share of imputed maps in which they are hot."""

from __future__ import annotations

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.cells import class_entries, paint_places, tell_cells
from geo_observatorio.maps.colours import IMPUTED
from geo_observatorio.maps.drawing import Drawing, Layer, Legend

TIP = (
    "Caliente en {maps_hot} de {maps} mapas",
    "{mean_count} incidentes de media; {count} con un punto en la celda",
    "{class}",
)


def paint_imputed(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw cells by how often they are hot, and the ranked places above them."""
    maps = format_number(result.reading["imputed"]["maps"], language)
    legend = Legend(
        title=translate("Con la ubicación sorteada", language),
        unit=translate("parte de {maps} mapas en que la celda es caliente", language).format(maps=maps),
        entries=class_entries(IMPUTED, language),
    )
    data = tell_cells(result, ("maps_hot", "mean_count", "count"), TIP, language)
    data["none"] = translate("Caliente en menos de la mitad de los mapas", language)
    data["tip"] = [line.replace("{maps}", maps) for line in data["tip"]]
    title = translate("Puntos calientes", language)
    cells = Layer(id="cells", title=title, kind="cells", data=data | {"focos": []}, legend=legend)
    return Drawing(layers=[cells, *paint_places(result, language)])
