"""A column of the table beside a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["text", "count", "number", "decimal", "share", "q", "class", "place", "part", "kind", "word", "figure"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table: its name in the data, its title and how its values are written; some options lack it."""

    name: str
    title: str
    form: Form
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The table of a statistic.

    Attributes
    ----------
    table
        Its name among the result's tables, empty for the main one.
    target
        What a row is on the map: ``area`` by code, ``place`` or ``shape`` by rank, empty for nothing.
    order, ascending
        Columns to sort by.
    """

    columns: tuple[Column, ...]
    table: str = ""
    target: Literal["", "area", "place", "shape"] = ""
    order: tuple[str, ...] = ()
    ascending: tuple[bool, ...] = ()


PLACES = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="part"),
    Column(name="kind", title="Tipo", form="kind"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="area_km2", title="km²", form="decimal"),
    Column(name="rate", title="Por km² y mes", form="number"),
    Column(name="share", title="Parte", form="share"),
    Column(name="q", title="q", form="q"),
    Column(name="expected", title="Por su población", form="number", optional=True),
    Column(name="ratio", title="Razón", form="decimal", optional=True),
    Column(name="hot_share", title="Mapas en que es caliente", form="share", optional=True),
    Column(name="stability", title="Muestras en que es caliente", form="share", optional=True),
    Column(name="grid_share", title="Cuadrículas en que es caliente", form="share", optional=True),
)
AREA_HOTSPOTS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="unplaced", title="Sin ubicar", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="rate_low", title="desde", form="number"),
    Column(name="rate_high", title="hasta", form="number"),
    Column(name="eb_rate", title="Tasa suavizada", form="number"),
    Column(name="hot_area_share", title="Área caliente", form="share"),
    Column(name="hot_incident_share", title="Incidentes en celdas calientes", form="share"),
    Column(name="peak_density", title="Densidad máxima", form="number"),
)
AREA_TOTALS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
)
CONCENTRATION = (
    Column(name="share", title="De los incidentes", form="share"),
    Column(name="cells", title="Celdas", form="count"),
    Column(name="km2", title="km²", form="decimal"),
    Column(name="area_share", title="Del área", form="share"),
    Column(name="low", title="desde", form="share"),
    Column(name="high", title="hasta", form="share"),
    Column(name="chance_area_share", title="Al azar", form="share"),
)
CHANGES = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Cambio", form="class"),
    Column(name="before", title="Antes", form="count"),
    Column(name="after", title="Después", form="count"),
    Column(name="ratio", title="Razón", form="decimal"),
    Column(name="ratio_low", title="desde", form="decimal"),
    Column(name="ratio_high", title="hasta", form="decimal"),
    Column(name="q", title="q", form="q"),
)
BANDWIDTHS = (
    Column(name="method", title="Quién aconseja", form="word"),
    Column(name="bandwidth", title="Ancho de banda (m)", form="count"),
    Column(name="sigma", title="σ equivalente (m)", form="count"),
    Column(name="at_boundary", title="Sin óptimo: al límite", form="word"),
    Column(name="taken", title="En uso", form="word"),
)
SETTINGS = (
    Column(name="setting", title="Ajuste", form="word"),
    Column(name="hot_km2", title="km² calientes", form="decimal"),
    Column(name="incidents", title="Incidentes", form="count"),
    Column(name="incident_share", title="Parte", form="share"),
    Column(name="like_usual", title="Igual al de costumbre", form="share"),
    Column(name="refused", title="Sin respuesta", form="word"),
)
WORDS = {  # codes in a table, as people read them
    "first_peak": "primer pico",
    "other_peak": "otro pico",
    "usual": "el de costumbre",
    "small_cells": "celdas de la mitad",
    "large_cells": "celdas una vez y media mayores",
    "hexagons": "hexágonos",
    "two_rings": "dos anillos de vecinas",
    "conditional": "sorteos condicionales",
    "raw_counts": "conteos sin estabilizar",
    "stricter": "Benjamini-Yekutieli",
    "fullest": "las celdas más llenas (no es una prueba)",
    "densest": "lo más denso (no es una prueba)",
    "not_enough_data": "faltan datos",
    "default": "valor por defecto",
    "given": "usted",
    "raised_to_uncertainty": "la incertidumbre de los puntos",
    "no_advice": "valor por defecto: el método no supo",
    "scott": "Scott",
    "silverman": "Silverman",
    "diggle": "Berman y Diggle",
    "likelihood": "verosimilitud cruzada",
    "cronie_van_lieshout": "Cronie y van Lieshout",
    "neighbour": "vigésimo vecino",
    "True": "sí",
    "not_enough_cells": "faltan celdas",
    "no_variation": "sin variación",
    "grid_too_large": "demasiadas celdas",
    "below_gate": "pocos puntos",
    "moran": "I de Moran",
    "geary": "C de Geary",
    "general_g": "G de Getis y Ord",
    "eb_moran": "I de Moran, tasas estandarizadas",
    "bb": "los dos marcados (BB)",
    "ww": "los dos sin marcar (WW)",
    "bw": "uno de cada uno (BW)",
    "tends_alike": "parecidos juntos",
    "tends_unlike": "distintos juntos",
    "tends_neither": "no distinguible del azar",
    "tends_unknown": "no calculable",
}
CROSS_RIPLEY = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="l", title="L(r) − r (m)", form="number"),
    Column(name="l_mean", title="al azar, media", form="number"),
    Column(name="l_low", title="al azar, desde", form="number"),
    Column(name="l_high", title="hasta", form="number"),
)
STREETS = (
    Column(name="street", title="Calle", form="text"),
    Column(name="peak", title="Máximo", form="number"),
    Column(name="line_density", title="Media", form="number"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="km", title="km", form="decimal"),
)
RIPLEY = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="l", title="L(r) − r (m)", form="number"),
    Column(name="l_low", title="al azar, desde", form="number"),
    Column(name="l_high", title="hasta", form="number"),
    Column(name="g", title="G(r)", form="share"),
    Column(name="g_mean", title="G al azar", form="share"),
    Column(name="f", title="F(r)", form="share"),
    Column(name="f_mean", title="F al azar", form="share"),
)
CELL_CLASSES = (
    Column(name="class", title="Clase", form="class"),
    Column(name="cells", title="Celdas", form="count"),
    Column(name="km2", title="km²", form="decimal"),
    Column(name="incidents", title="Incidentes", form="count"),
    Column(name="share", title="Parte", form="share"),
)
AREA_RATES = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="persons", title="Habitantes", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="rate_low", title="desde", form="number"),
    Column(name="rate_high", title="hasta", form="number"),
    Column(name="eb_rate", title="Suavizada, común", form="number"),
    Column(name="weight", title="Conserva de la suya", form="share"),
    Column(name="local_rate", title="Suavizada, vecinas", form="number"),
    Column(name="local_weight", title="Conserva de la suya", form="share"),
)
QUOTIENTS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="base", title="De todas las clases", form="count"),
    Column(name="expected", title="Esperados", form="number"),
    Column(name="lq", title="Cociente", form="decimal"),
    Column(name="lq_low", title="desde", form="decimal"),
    Column(name="lq_high", title="hasta", form="decimal"),
    Column(name="q", title="q", form="q"),
)
AREA_CHANGE = (
    *CHANGES[:4],
    Column(name="rate_before", title="Por mes, antes", form="number"),
    Column(name="rate_after", title="Por mes, después", form="number"),
    *CHANGES[4:],
    Column(name="percent", title="Cambio en %", form="number"),
)

SCAN = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="observed", title="Incidentes", form="count"),
    Column(name="expected", title="Tocaban", form="number"),
    Column(name="ratio", title="Veces", form="decimal"),
    Column(name="log_ratio", title="Log-razón", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="gumbel_p", title="p Gumbel", form="q"),
    Column(name="dispersed_p", title="p con dispersión", form="q"),
    Column(name="units", title="Unidades", form="count"),
    Column(name="land_km2", title="km²", form="decimal"),
    Column(name="land_share", title="Del círculo, suelo", form="share"),
    Column(name="pile", title="En una coordenada", form="count"),
)
MAP_TESTS = (
    Column(name="measure", title="Medida", form="word"),
    Column(name="value", title="Valor", form="figure"),
    Column(name="expected", title="Al azar", form="figure"),
    Column(name="z", title="z", form="decimal"),
    Column(name="p_analytic", title="p analítica", form="q"),
    Column(name="p", title="p de permutación", form="q"),
    Column(name="q", title="q", form="q"),
    Column(name="tells", title="Dice", form="word"),
)
AREA_MORAN = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="standard_rate", title="Tasa en desviaciones", form="decimal"),
    Column(name="lag", title="Sus vecinos", form="decimal"),
    Column(name="moran", title="I", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="q", title="q", form="q"),
)
DISTANCES = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="z", title="z", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="peak", title="Pico", form="word"),
)

TABLES: dict[str, Shown] = {
    "ambient_hotspots": Shown(columns=PLACES, table="places", target="place"),
    "incremental_distance": Shown(columns=DISTANCES, table="distances"),
    "stability": Shown(columns=PLACES, table="places", target="place"),
    "hotspots": Shown(columns=PLACES, table="places", target="place"),
    "area_hotspots": Shown(columns=AREA_HOTSPOTS, target="area", order=("count", "code"), ascending=(False, True)),
    "area_totals": Shown(columns=AREA_TOTALS, target="area", order=("count", "code"), ascending=(False, True)),
    "density": Shown(columns=BANDWIDTHS, table="bandwidths"),
    "concentration": Shown(columns=CONCENTRATION, table="shares"),
    "compare_methods": Shown(columns=SETTINGS, table="settings"),
    "cross_ripley": Shown(columns=CROSS_RIPLEY, table="functions"),
    "network_density": Shown(columns=STREETS, table="streets"),
    "ripley": Shown(columns=RIPLEY, table="functions"),
    "global_autocorrelation": Shown(columns=MAP_TESTS, table="tests"),
    "join_counts": Shown(columns=MAP_TESTS, table="tests"),
    "area_local_moran": Shown(columns=AREA_MORAN, target="area", order=("q", "p", "code"), ascending=(True,) * 3),
    "local_moran": Shown(columns=CELL_CLASSES, table="classes"),
    "local_geary": Shown(columns=CELL_CLASSES, table="classes"),
    "scan": Shown(columns=SCAN, target="shape"),
    "scan_against": Shown(columns=SCAN, target="shape"),
    "change": Shown(columns=CHANGES, table="areas", target="area", order=("q", "code"), ascending=(True, True)),
    "area_rates": Shown(columns=AREA_RATES, target="area", order=("rate_shown", "code"), ascending=(False, True)),
    "location_quotient": Shown(columns=QUOTIENTS, target="area", order=("lq", "code"), ascending=(False, True)),
    "area_change": Shown(columns=AREA_CHANGE, target="area", order=("q", "code"), ascending=(True, True)),
}
