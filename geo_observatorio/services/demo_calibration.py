"""How many incidents of what, when and in which corregimiento: the published figures that size the demo city.

The figures with their sources are in layers/demo/calibration.csv, the division of each family among its categories
(an assumption of ours) in shares.csv, the rhythm of days and hours (ours too) in rhythms.csv.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_observatorio.resources import data_dir

Floats = NDArray[np.float64]

CONVIVENCIA = 0.20  # share of all incidents; no figure of the casas de justicia is published, so an assumption
FIRST_ATTENTION = {"hurto": "hurtos", "robo": "robos", "estafa": "estafas", "armas": "armas"}
TOP_CORREGIMIENTOS = {  # those whose complaints were published one by one
    "080806": "top_betania",
    "080804": "top_calidonia",
    "080807": "top_bella_vista",
    "080812": "top_juan_diaz",
    "080809": "top_san_francisco",
}


def demo_folder() -> Path:
    """Return the folder of the demo's own data."""
    return data_dir("layers") / "demo"


def read_calibration() -> dict[str, float]:
    """Read the published figures by key."""
    table = pd.read_csv(demo_folder() / "calibration.csv", encoding="utf-8")
    return dict(zip(table["key"], table["value"].astype(float), strict=True))


def read_categories() -> pd.DataFrame:
    """Read ``category, family, rhythm, setting`` and ``share``, the part of all incidents (they sum to 1)."""
    table = pd.read_csv(demo_folder() / "shares.csv", encoding="utf-8")
    families = table["family"].map(share_families(read_calibration()))
    return table.assign(share=table["share"] * families)


def read_rhythms() -> dict[str, tuple[Floats, Floats]]:
    """Read the weights of the week days (7, Monday first) and of the hours (24) of each rhythm."""
    table = pd.read_csv(demo_folder() / "rhythms.csv", encoding="utf-8").set_index("rhythm")
    values = table.to_numpy(dtype=np.float64)
    return {str(name): (row[:7], row[7:]) for name, row in zip(table.index, values, strict=True)}


def read_foci() -> pd.DataFrame:
    """Read the hotspots to plant.

    Columns: ``code, title, categories`` (lists), ``since, until`` (both included), ``multiplier`` (of the intensity
    that would be there anyway) and ``radius`` (metres).
    """
    table = pd.read_csv(demo_folder() / "foci.csv", encoding="utf-8")
    days = {name: table[name].astype("datetime64[s]") for name in ("since", "until")}
    return table.assign(categories=table["categories"].str.split(), **days)


def yearly_complaints(figures: Mapping[str, float]) -> float:
    """Return the complaints a year that the national rate means for the district: about 25,400."""
    return figures["denuncias_pais"] / 1e5 * figures["poblacion_distrito_2023"]


def share_families(figures: Mapping[str, float]) -> dict[str, float]:
    """Divide all incidents among families of categories.

    Thefts, robberies, frauds and weapons keep their part of the complaints of the first-attention section (2021).
    Domestic violence is the country's complaints times the district's part of the population. Homicides and wounded are
    those of the province times the part that is not San Miguelito's. What remains is `resto`.
    """
    complaints = yearly_complaints(figures)
    outside = 1 - figures["homicidios_san_miguelito"] / figures["homicidios_panama_prov"]
    wounded = {name: figures[f"dais_lesiones_{name}_panama_prov"] * outside for name in ("fuego", "blanca")}
    persons = figures["poblacion_distrito_2023"] / figures["poblacion_pais_2023"]
    yearly = {
        "violencia_domestica": figures["vd_mp_ene_nov"] * 12 / 11 * persons,
        "homicidio": figures["homicidios_panama_prov"] * outside * 12 / 8,
        "lesiones_fuego": wounded["fuego"],
        "lesiones_blanca": wounded["blanca"],
        "lesiones_otras": figures["dais_lesiones_panama_prov"] * outside - sum(wounded.values()),
    }
    crimes = {name: number / complaints for name, number in yearly.items()}
    for family, published in FIRST_ATTENTION.items():
        crimes[family] = figures[f"{published}_atencion_primaria"] / figures["denuncias_atencion_primaria"]
    crimes["resto"] = 1 - sum(crimes.values())
    return {name: share * (1 - CONVIVENCIA) for name, share in crimes.items()} | {"convivencia": CONVIVENCIA}


def weigh_commerce(codes: list[str], persons: Floats, figures: Mapping[str, float]) -> Floats:
    """Return each corregimiento's part of what follows shops and passers-by, not residents (sums to 1).

    Five corregimientos keep their published part of the complaints; the others share the rest by population.
    """
    published = [TOP_CORREGIMIENTOS.get(code) for code in codes]
    parts = [figures[key] / figures["denuncias_atencion_primaria"] if key else 0.0 for key in published]
    fixed = np.array(parts)
    others = np.where(fixed == 0, persons, 0.0)
    weights = fixed + (1 - fixed.sum()) * others / others.sum() if others.sum() else fixed
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def read_category_names() -> dict[str, str]:
    """Read the Spanish name of each category of the classification, by code."""
    table = pd.read_csv(data_dir("layers") / "categories" / "panama.csv", dtype=str, encoding="utf-8")
    return dict(zip(table["code"], table["name_es"], strict=True))
