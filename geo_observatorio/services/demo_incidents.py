"""Draw the incidents of the demo city: what, when and at which address. Pure: same seed, same incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_observatorio.services.demo_calibration import read_categories, read_rhythms
from geo_observatorio.services.demo_city import City
from geo_observatorio.services.demo_intensity import multiply, weigh_addresses

Floats = NDArray[np.float64]

FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2025, 12, 31)  # fixed: the demo must not change with the clock
MONTHS = (1.00, 0.97, 1.02, 0.98, 1.00, 0.97, 1.00, 1.00, 0.98, 1.00, 1.03, 1.12)  # season, an assumption of ours
SECOND_YEAR = 0.96  # the whole city falls a little: the null of a comparison is the change of the city
ROUND_MINUTES = 0.6  # share of hours that people tell as :00, :15, :30 or :45


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """Incidents as columns, in the order of time: category (code), day, minute of the day, address (position)."""

    category: NDArray[np.object_]
    day: NDArray[np.datetime64]
    minute: NDArray[np.int64]
    address: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.day)


def draw_incidents(city: City, foci: gpd.GeoDataFrame, *, n: int, rng: np.random.Generator) -> Drawn:
    """Draw n incidents over the 24 months."""
    table = read_categories()
    position = rng.choice(len(table), n, p=(table["share"] / table["share"].sum()).to_numpy())
    day, minute = _draw_times(table["rhythm"].to_numpy(dtype=object)[position], rng)
    address = _draw_addresses(city, foci, table, position, day, rng)
    category = table["category"].to_numpy(dtype=object)[position]
    order = np.lexsort((address, minute, day))
    return Drawn(category=category[order], day=day[order], minute=minute[order], address=address[order])


def _draw_times(
    rhythm: NDArray[np.object_], rng: np.random.Generator
) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
    first, last = np.datetime64(FIRST_DAY, "D"), np.datetime64(LAST_DAY, "D")
    days = np.arange(first, last + 1)
    season = _season(days)
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    day = np.empty(len(rhythm), dtype="datetime64[D]")
    hour = np.empty(len(rhythm), dtype=np.int64)
    for name, (by_weekday, by_hour) in read_rhythms().items():
        chosen = np.flatnonzero(rhythm == name)
        day[chosen] = days[_draw(season * by_weekday[weekday], len(chosen), rng)]
        hour[chosen] = _draw(by_hour, len(chosen), rng)
    return day, hour * 60 + _draw_minutes(len(rhythm), rng)


def _season(days: NDArray[np.datetime64]) -> Floats:
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    second = days > np.datetime64(f"{FIRST_DAY.year}-12-31")
    return np.asarray(np.array(MONTHS)[month] * np.where(second, SECOND_YEAR, 1.0), dtype=np.float64)


def _draw_minutes(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    exact = rng.integers(0, 60, n)
    return np.where(rng.random(n) < ROUND_MINUTES, rng.choice([0, 15, 30, 45], n), exact)


def _draw(weights: Floats, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw n positions with chances proportional to the weights."""
    heights = np.cumsum(weights)
    found = np.searchsorted(heights, rng.random(n) * heights[-1], side="right")
    return np.asarray(np.minimum(found, len(weights) - 1), dtype=np.int64)


def _draw_addresses(
    city: City,
    foci: gpd.GeoDataFrame,
    table: pd.DataFrame,
    position: NDArray[np.int64],
    day: NDArray[np.datetime64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw an address for each incident from the chances of its setting, raised in the foci active on its day."""
    signatures = _signatures(foci, table)[position]
    setting = table["setting"].to_numpy(dtype=object)[position]
    segment = np.searchsorted(_cuts(foci), day, side="right")
    address = np.empty(len(day), dtype=np.int64)
    base = {name: weigh_addresses(city, name) for name in set(setting)}
    for name, signature, part in sorted(set(zip(setting, signatures, segment.tolist(), strict=True))):
        rows = np.flatnonzero((setting == name) & (signatures == signature) & (segment == part))
        active = _active(foci, signature, day[rows[0]])
        address[rows] = _draw(multiply(base[name], city, active), len(rows), rng)
    return address


def _signatures(foci: gpd.GeoDataFrame, table: pd.DataFrame) -> NDArray[np.object_]:
    """Return for each category the codes of the foci that raise it, joined."""
    joined = [
        " ".join(code for code, raised in zip(foci["code"], foci["categories"], strict=True) if category in raised)
        for category in table["category"]
    ]
    return np.array(joined, dtype=object)


def _cuts(foci: gpd.GeoDataFrame) -> NDArray[np.datetime64]:
    """Return the days on which a focus starts or has just stopped, in order."""
    starts = foci["since"].to_numpy().astype("datetime64[D]")
    ends = foci["until"].to_numpy().astype("datetime64[D]") + 1
    return np.unique(np.concatenate([starts, ends]))


def _active(foci: gpd.GeoDataFrame, signature: str, day: np.datetime64) -> gpd.GeoDataFrame:
    raised = foci["code"].isin(signature.split())
    moment = pd.Timestamp(day)
    return foci[raised & (foci["since"] <= moment) & (foci["until"] >= moment)]
