"""Pure statistics: arrays and frames in, results out. The catalogue is the one list of what can be asked."""

from __future__ import annotations

from analysis.area_totals import AreaTotalsParams, area_totals
from analysis.catalogue import Statistic
from analysis.density import DensityParams, density
from analysis.errors import UnknownStatisticError
from analysis.hotspots import HotspotsParams, hotspots

STATISTICS: dict[str, Statistic] = {
    "area_totals": Statistic(name="area_totals", run=area_totals, params=AreaTotalsParams),
    "density": Statistic(name="density", run=density, params=DensityParams),
    "hotspots": Statistic(name="hotspots", run=hotspots, params=HotspotsParams),
}


def find_statistic(name: str) -> Statistic:
    """Return the statistic of that name; raise UnknownStatisticError with the names there are."""
    if name not in STATISTICS:
        raise UnknownStatisticError(needed=", ".join(STATISTICS), found=name)
    return STATISTICS[name]
