"""Areas below the gate: hatched as a whole, with the share of their incidents that has a point."""

from __future__ import annotations

import math
from typing import Any

from analysis.result import Result
from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.colours import CROSS
from geo_observatorio.maps.drawing import Entry, Layer, Legend

CROSSED = "cross"  # a fill that the page draws as crossed lines: without data is hatched one way only
TITLE = "Ubicación insuficiente"


def paint_gate(result: Result, language: str) -> list[Layer]:
    """Hatch the areas that show no cells; nothing where all do."""
    placing = result.tables.get("placing")
    if placing is None or placing["shown"].all():
        return []
    fills = {
        str(row["code"]): {"fill": CROSSED, "opacity": 1.0, "tip": _tell(row, language)}
        for row in placing[~placing["shown"]].to_dict(orient="records")
    }
    label = translate("Menos del {least} % con un punto: solo el total", language).format(
        least=format_number(100 * result.reading["gate"]["least_placed"], language)
    )
    title = translate(TITLE, language)
    legend = Legend(title=title, unit="", entries=[Entry(label=label, colour=CROSS, form="cross")])
    return [Layer(id="gate", title=title, kind="areas", data={"areas": fills}, legend=legend)]


def _tell(row: dict[Any, Any], language: str) -> list[str]:
    n = translate("{n} incidentes", language).format(n=format_number(row["placed"] + row["unplaced"], language))
    share = format_number(100 * row["share"], language) if math.isfinite(row["share"]) else "–"
    return [n, translate("{share} % con un punto: no se dibujan celdas", language).format(share=share)]
