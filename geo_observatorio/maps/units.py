"""Units and ranges in words."""

from __future__ import annotations

import math

from geo_observatorio.language import format_number, translate
from geo_observatorio.maps.colours import CLASS_WORDS

UNITS = {
    "": "",
    "incidents": "incidentes",
    "deviations": "en desviaciones estándar; describe, no prueba",
    "incidents_km2_month": "incidentes por km² y mes",
    "incidents_100k_year": "incidentes por 100,000 habitantes y año",
    "ratio_to_share": "veces su parte en toda el área",
    "incidents_km_month": "incidentes por km de calle y mes",
    "ratio_to_mean": "veces el promedio del área de estudio",
    "harm_days_km2_month": "días de pena mínima por km² y mes",
    "incidents_1000_year": "incidentes por 1,000 habitantes y año",
    "risk_ratio": "después entre antes, o casos entre controles; cada densidad, como parte de su total",
    "rate_ratio": "incidentes por mes, después entre antes",
}


def name_unit(unit: str, language: str) -> str:
    """Say a result's unit in the reader's language."""
    return translate(UNITS.get(unit, unit), language)


def name_class(name: str, language: str) -> str:
    """Say a class in words, as a sentence begins."""
    words = translate(CLASS_WORDS[name], language)
    return words[:1].upper() + words[1:]


def brief_number(value: float, language: str) -> str:
    """Write a break of a scale without needless zeros."""
    decimals = next(n for n in range(7) if abs(value - round(value, n)) <= 1e-9 * max(1.0, abs(value)) or n == 6)
    return format_number(value, language, decimals=decimals)


def write_figure(value: float, language: str) -> str:
    """Write a value to three significant digits, whatever its size."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return format_number(value, language, decimals=max(0, min(9, digits)))


def name_range(low: float, high: float | None, language: str) -> str:
    """Say a class of a scale: from low to high, or low and more."""
    if high is None:
        return translate("{low} o más", language).format(low=brief_number(low, language))
    return f"{brief_number(low, language)} – {brief_number(high, language)}"
