"""Pure statistics: arrays and frames in, results out. The catalogue is the one list of what can be asked."""

from __future__ import annotations

from analysis.catalogue import Statistic
from analysis.errors import UnknownStatisticError

STATISTICS: dict[str, Statistic] = {
    "hotspots": Statistic(name="hotspots", family="hotspots"),
    "local_moran": Statistic(name="local_moran", family="association"),
    "area_local_moran": Statistic(name="area_local_moran", family="association"),
    "area_local_geary": Statistic(name="area_local_geary", family="association"),
    "global_autocorrelation": Statistic(name="global_autocorrelation", family="association"),
    "join_counts": Statistic(name="join_counts", family="association"),
    "local_geary": Statistic(name="local_geary", family="association"),
    "ambient_hotspots": Statistic(name="ambient_hotspots", family="hotspots"),
    "stability": Statistic(name="stability", family="hotspots"),
    "incremental_distance": Statistic(name="incremental_distance", family="association"),
    "density": Statistic(name="density", family="density"),
    "space_time_density": Statistic(name="space_time_density", family="density"),
    "network_density": Statistic(name="network_density", family="density", needs_streets=True),
    "weighted_hotspots": Statistic(name="weighted_hotspots", family="hotspots"),
    "density_rate": Statistic(name="density_rate", family="density"),
    "weighted_density": Statistic(name="weighted_density", family="density"),
    "weighted_concentration": Statistic(name="weighted_concentration", family="rates"),
    "concentration": Statistic(name="concentration", family="rates"),
    "compare_methods": Statistic(name="compare_methods", family="hotspots"),
    "area_hotspots": Statistic(name="area_hotspots", family="hotspots"),
    "area_totals": Statistic(name="area_totals", family="rates"),
    "ripley": Statistic(name="ripley", family="clusters"),
    "scan": Statistic(name="scan", family="clusters"),
    "point_clusters": Statistic(name="point_clusters", family="clusters"),
    "nearest_neighbour_clusters": Statistic(name="nearest_neighbour_clusters", family="clusters"),
    "scan_against": Statistic(name="scan_against", family="clusters", sides=2),
    "area_rates": Statistic(name="area_rates", family="rates"),
    "location_quotient": Statistic(name="location_quotient", family="rates", needs_base=True),
    "change": Statistic(name="change", family="comparison", sides=2),
    "cross_ripley": Statistic(name="cross_ripley", family="clusters", sides=2),
    "relative_risk": Statistic(name="relative_risk", family="comparison", sides=2),
    "area_change": Statistic(name="area_change", family="comparison", sides=2),
    "similarity": Statistic(name="similarity", family="comparison", sides=2),
    "hotspot_transitions": Statistic(name="hotspot_transitions", family="comparison", sides=2),
    "zone_change": Statistic(name="zone_change", family="comparison", sides=2),
}


def find_statistic(name: str) -> Statistic:
    """Return the statistic of that name; raise UnknownStatisticError with the names there are."""
    if name not in STATISTICS:
        raise UnknownStatisticError(needed=", ".join(STATISTICS), found=name)
    return STATISTICS[name]
