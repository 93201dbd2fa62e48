"""Which chart stands beside the map of a statistic."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.result import Result
from geo_observatorio.maps.charts import Band, Chart, Mark, Plan, Series, trace


def plan_lorenz(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show how much of the incidents the fullest cells hold."""
    return result.tables["lorenz"], Plan(
        title="Qué parte de los incidentes reúnen las celdas más llenas",
        caption="De izquierda a derecha, parte del área, las celdas más llenas primero.",
        x="area_share",
        x_title="parte del área",
        y_title="parte de los incidentes",
        lines=(
            Series(column="chance_incident_share", label="un reparto al azar", style="chance"),
            Series(column="incident_share", label="estos incidentes"),
        ),
        percent=True,
    )


def plan_ripley(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show L(r) - r with the band of whole curves of chance."""
    return result.tables["functions"], Plan(
        title="Más juntos o más separados que al azar, por distancia",
        caption="Por encima de la banda, más juntos que al azar; por debajo, más separados.",
        x="distance",
        x_title="distancia (m)",
        y_title="L(r) − r, en metros",
        lines=(
            Series(column="l_mean", label="media de las simulaciones", style="chance"),
            Series(column="l", label="estos incidentes"),
        ),
        band=Band(low="l_low", high="l_high", label="de donde el azar casi nunca sale"),
    )


def plan_days(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the smoothed total by day, the chosen day, and the month that is not complete."""
    table = result.tables["by_day"]
    top = float(table[["smoothed", "incidents"]].to_numpy().max())
    shaded = table.assign(
        low=np.where(table["incomplete"], 0.0, np.nan), top=np.where(table["incomplete"], top, np.nan)
    )
    chosen = table.loc[table["day"] == result.reading["day"], "number"]
    return shaded, Plan(
        title="Incidentes por día, suavizados en el tiempo",
        caption="De izquierda a derecha, los días del período. El mapa muestra el día marcado.",
        x="number",
        x_title="días desde el comienzo del período",
        y_title="incidentes por día",
        lines=(
            Series(column="incidents", label="cada día", style="chance"),
            Series(column="smoothed", label="suavizado"),
        ),
        band=Band(low="low", high="top", label="último mes, incompleto") if table["incomplete"].any() else None,
        marks=[Mark(at=float(number), label="el día del mapa") for number in chosen],
    )


def plan_distances(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show z of autocorrelation by distance, and its first peak."""
    peak = result.reading["first_peak"]
    return result.tables["distances"], Plan(
        title="Qué tan juntos están los parecidos, por distancia",
        caption="La banda: entre lo que quedan 95 de cada 100 mapas repartidos al azar, a cada distancia.",
        x="distance",
        x_title="distancia (m)",
        y_title="z, en desviaciones del azar",
        lines=(Series(column="z", label="estos incidentes"),),
        band=Band(low="low", high="high", label="mapas repartidos al azar"),
        marks=() if peak is None else (Mark(at=peak, label="primer pico"),),
    )


def plan_dealt(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the index of this map beside those of maps dealt at random."""
    tests = result.tables["tests"].set_index("measure")["value"]
    if "dealt" not in result.tables:
        return None
    lead = next(name for name in ("eb_moran", "bw", "moran") if name in tests.index and math.isfinite(tests[name]))
    return result.tables["dealt"], Plan(
        title="El índice de este mapa y los de mapas repartidos al azar",
        caption="De izquierda a derecha, el índice; la línea, cuántos mapas al azar lo tienen.",
        x="value",
        x_title="índice",
        y_title="parte de los mapas al azar",
        lines=(Series(column="maps", label="mapas al azar", style="chance"),),
        marks=(Mark(at=float(tests[lead]), label="este mapa"),),
    )


def plan_cross(result: Result) -> tuple[pd.DataFrame, Plan] | None:
    """Show the cross L(r) - r with the band of kinds dealt out at random."""
    return result.tables["functions"], Plan(
        title="Unos más cerca o más lejos de los otros que con las clases al azar, por distancia",
        caption="Por encima de la banda, más cerca; por debajo, más lejos.",
        x="distance",
        x_title="distancia (m)",
        y_title="L(r) − r, en metros",
        lines=(
            Series(column="l_mean", label="media de los repartos", style="chance"),
            Series(column="l", label="estos incidentes"),
        ),
        band=Band(low="l_low", high="l_high", label="de donde el azar casi nunca sale"),
    )


CHARTS: dict[str, Callable[[Result], tuple[pd.DataFrame, Plan] | None]] = {
    "incremental_distance": plan_distances,
    "concentration": plan_lorenz,
    "global_autocorrelation": plan_dealt,
    "join_counts": plan_dealt,
    "space_time_density": plan_days,
    "ripley": plan_ripley,
    "cross_ripley": plan_cross,
}


def draw_chart(statistic: str, result: Result, language: str) -> Chart | None:
    """Return the chart that belongs beside the map of a statistic; None where it has none."""
    planned = CHARTS[statistic](result) if statistic in CHARTS else None
    return None if planned is None else trace(*planned, language)
