"""Pure statistics: arrays and frames in, results out. The catalogue is the one list of what can be asked."""

from __future__ import annotations

from analysis.catalogue import Statistic
from analysis.errors import UnknownStatisticError

STATISTICS: dict[str, Statistic] = {
    "hotspots": Statistic(name="hotspots"),
    "density": Statistic(name="density"),
    "concentration": Statistic(name="concentration"),
    "area_hotspots": Statistic(name="area_hotspots"),
    "area_totals": Statistic(name="area_totals"),
    "change": Statistic(name="change", sides=2),
    "zone_change": Statistic(name="zone_change", sides=2),
}


def find_statistic(name: str) -> Statistic:
    """Return the statistic of that name; raise UnknownStatisticError with the names there are."""
    if name not in STATISTICS:
        raise UnknownStatisticError(needed=", ".join(STATISTICS), found=name)
    return STATISTICS[name]
