"""Rates by area, as they were smoothed; what has too few cases or no people is hatched."""

from __future__ import annotations

import geopandas as gpd

from analysis.result import Result
from geo_observatorio.maps.areas import shade_areas
from geo_observatorio.maps.classes import tell
from geo_observatorio.maps.drawing import Drawing
from geo_observatorio.maps.scales import SCALES

TITLES = {
    "none": "Tasas sin suavizar",
    "global": "Tasas suavizadas hacia la común",
    "local": "Tasas suavizadas hacia las vecinas",
}


def paint_area_rates(result: Result, language: str, highest: float | None = None) -> Drawing:
    """Draw the rates that the options ask for; the tip tells all of them."""
    told = SCALES[result.view.value]
    records = gpd.GeoDataFrame(result.table).drop(columns="geometry").to_dict("records")
    tips = {str(record["code"]): tell({"class": "none", **record}, told, language) for record in records}
    title = TITLES[result.reading["smoothing"]]
    layer = shade_areas(result, result.view.value, title, language, highest, tips)
    return Drawing(layers=[] if layer is None else [layer])
