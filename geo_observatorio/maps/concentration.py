"""The fewest cells that hold a share of the incidents."""

from __future__ import annotations

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.cells import class_entries, tell_cells
from geo_observatorio.maps.colours import CONCENTRATION
from geo_observatorio.maps.drawing import Drawing, Layer, Legend

TIP = ("{count} incidentes en la celda", "N.º {rank} de las más llenas", "{class}")


def paint_concentration(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the cells that hold the share asked for."""
    share = format_number(100 * result.reading["share"], language)
    legend = Legend(
        title=translate("Concentración", language),
        unit=translate("las menos celdas que reúnen el {share} % de los incidentes", language).format(share=share),
        entries=class_entries(CONCENTRATION, language),
    )
    data = tell_cells(result, ("count", "rank"), TIP, language)
    data["none"] = translate("Fuera de ellas", language)
    title = translate("Concentración", language)
    return Drawing(layers=[Layer(id="cells", title=title, kind="cells", data=data | {"focos": []}, legend=legend)])
