"""Which table stands beside the map of a statistic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from geo_observatorio.maps.area_columns import (
    AREA_CHANGE,
    AREA_GEARY,
    AREA_HOTSPOTS,
    AREA_MORAN,
    AREA_RATES,
    AREA_TOTALS,
    CHANGES,
    HARM,
    QUOTIENTS,
    RATIOS,
    SHARES,
    SURFACE,
)
from geo_observatorio.maps.columns import Column
from geo_observatorio.maps.study_columns import (
    BANDWIDTHS,
    CELL_CLASSES,
    CLUSTERS,
    CONCENTRATION,
    CROSS_RIPLEY,
    DISTANCES,
    MAP_TESTS,
    PLACES,
    RIPLEY,
    SCAN,
    SETTINGS,
    STREETS,
    TRANSITIONS,
)


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


SURFACE_BY_AREA = Shown(
    columns=SURFACE, table="areas", target="area", order=("highest", "code"), ascending=(False, True)
)
TABLES: dict[str, Shown] = {
    "space_time_density": SURFACE_BY_AREA,
    "density_rate": SURFACE_BY_AREA,
    "weighted_density": SURFACE_BY_AREA,
    "relative_risk": replace(SURFACE_BY_AREA, columns=RATIOS),
    "weighted_hotspots": Shown(columns=PLACES, table="places", target="place"),
    "ambient_hotspots": Shown(columns=PLACES, table="places", target="place"),
    "incremental_distance": Shown(columns=DISTANCES, table="distances"),
    "stability": Shown(columns=PLACES, table="places", target="place"),
    "hotspots": Shown(columns=PLACES, table="places", target="place"),
    "area_hotspots": Shown(columns=AREA_HOTSPOTS, target="area", order=("count", "code"), ascending=(False, True)),
    "area_totals": Shown(columns=AREA_TOTALS, target="area", order=("count", "code"), ascending=(False, True)),
    "density": Shown(columns=BANDWIDTHS, table="bandwidths"),
    "concentration": Shown(columns=CONCENTRATION, table="shares"),
    "weighted_concentration": Shown(
        columns=HARM, table="areas", target="area", order=("harm", "code"), ascending=(False, True)
    ),
    "compare_methods": Shown(columns=SETTINGS, table="settings"),
    "cross_ripley": Shown(columns=CROSS_RIPLEY, table="functions"),
    "network_density": Shown(columns=STREETS, table="streets"),
    "ripley": Shown(columns=RIPLEY, table="functions"),
    "global_autocorrelation": Shown(columns=MAP_TESTS, table="tests"),
    "join_counts": Shown(columns=MAP_TESTS, table="tests"),
    "area_local_geary": Shown(columns=AREA_GEARY, target="area", order=("q", "p", "code"), ascending=(True,) * 3),
    "area_local_moran": Shown(columns=AREA_MORAN, target="area", order=("q", "p", "code"), ascending=(True,) * 3),
    "local_moran": Shown(columns=CELL_CLASSES, table="classes"),
    "local_geary": Shown(columns=CELL_CLASSES, table="classes"),
    "point_clusters": Shown(columns=CLUSTERS, target="shape"),
    "nearest_neighbour_clusters": Shown(columns=CLUSTERS, target="shape"),
    "scan": Shown(columns=SCAN, target="shape"),
    "scan_against": Shown(columns=SCAN, target="shape"),
    "change": Shown(columns=CHANGES, table="areas", target="area", order=("q", "code"), ascending=(True, True)),
    "similarity": Shown(columns=SHARES, target="area", order=("q", "code"), ascending=(True, True)),
    "hotspot_transitions": Shown(columns=TRANSITIONS, table="transitions"),
    "area_rates": Shown(columns=AREA_RATES, target="area", order=("rate_shown", "code"), ascending=(False, True)),
    "location_quotient": Shown(columns=QUOTIENTS, target="area", order=("lq", "code"), ascending=(False, True)),
    "area_change": Shown(columns=AREA_CHANGE, target="area", order=("q", "code"), ascending=(True, True)),
}
