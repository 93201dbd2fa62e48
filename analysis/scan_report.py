"""What a spatial scan tells: its clusters with their p, how they change with the widest circle, and the dispersion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analysis.grids import Floats
from analysis.params import Params, option
from analysis.places import name_nearest
from analysis.result import finite
from analysis.scan_statistic import (
    LEAST_UNITS,
    MOST_CLUSTERS,
    Cluster,
    Scan,
    find_clusters,
    gumbel_p,
    largest_by_chance,
    make_scan,
    rank_p,
)
from analysis.scan_units import ScanUnits
from analysis.scan_windows import Model, Singles
from analysis.scene import Scene

LEVEL: Final = 0.05
SHARES: Final = (0.05, 0.1, 0.25, 0.5)  # widest circles that are compared
FEW_UNITS: Final = 3_000  # up to here circles of half the base cost seconds
MOST_ROUNDS: Final = 5  # each with maps of its own
CIRCLE: Final = 64  # corners of a quarter

Deal = Callable[..., Singles]


@dataclass(frozen=True, kw_only=True)
class ScanOptions(Params):
    """What every spatial scan may be asked."""

    units: str = option("cells", choices=("cells", "areas"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    max_share: float = option(0.1, low=0.05, high=0.5)  # of the base, in the widest circle
    sides: str = option("high", choices=("high", "low", "both"))
    iterative: bool = option(False)
    replications: int = option(999, low=99, high=9999)
    seed: int = option(20240601, low=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """A cluster and how often chance alone makes one as likely somewhere: by rank, and by a Gumbel distribution.

    Attributes
    ----------
    model
        Of the units among which it was found: all, or with ``iterative`` those that earlier clusters left.
    maxima
        Largest ratios of the maps of chance of those units (maps,).
    """

    cluster: Cluster
    model: Model
    maxima: Floats
    p: float
    gumbel_p: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """The clusters kept, the most likely first, and the largest ratios of the maps of chance (shares, maps)."""

    scan: Scan
    max_share: float
    found: list[Candidate]
    maxima: Floats
    dispersion: float
    dispersion_p: float

    @property
    def certain(self) -> list[Cluster]:
        """Return the clusters that chance alone makes in at most one map of twenty."""
        return [one.cluster for one in self.found if one.p <= LEVEL]


def prepare(units: ScanUnits, params: ScanOptions, *, bernoulli: bool = False) -> Scan:
    """Return the scan of the units; circles wider than asked for are only looked at where they are cheap."""
    wanted = {share for share in SHARES if share <= params.max_share or len(units) <= FEW_UNITS}
    sides = Model(0.0, 0.0, bernoulli, params.sides != "low", params.sides != "high")
    return make_scan(units.places, units.counts.astype(np.float64), sorted({*wanted, params.max_share}), like=sides)


def judge(scan: Scan, deal: Deal, params: ScanOptions, rng: np.random.Generator) -> Judged:
    """Find the clusters and compare each with the largest ratio of maps of chance.

    The most likely one is kept whatever its p, others up to 5 %. With ``iterative`` each further one is looked for, and
    compared with maps of chance, as if the units of those before did not exist.
    """
    chance = deal(scan, rng, maps=params.replications)
    maxima = largest_by_chance(scan, chance)[:, : params.replications]
    own = maxima[list(scan.shares).index(params.max_share)]
    first = find_clusters(scan, share=params.max_share, most=1 if params.iterative else MOST_CLUSTERS)
    found = [_compare(cluster, scan.model, own) for cluster in first]
    if params.iterative and found:
        found = _look_further(scan, found[0], deal, params, rng)
    found = found[:1] + [one for one in found[1:] if one.p <= LEVEL]
    certain = [one.cluster for one in found if one.p <= LEVEL]
    dispersion, dispersion_p = find_dispersion(scan, certain, chance, maps=params.replications)
    return Judged(
        scan=scan,
        max_share=params.max_share,
        found=found,
        maxima=maxima,
        dispersion=dispersion,
        dispersion_p=dispersion_p,
    )


def _look_further(
    scan: Scan, first: Candidate, deal: Deal, params: ScanOptions, rng: np.random.Generator
) -> list[Candidate]:
    found, ids = [first], np.arange(len(scan.cases))
    while found[-1].p <= LEVEL and len(found) < MOST_ROUNDS:
        ids = np.setdiff1d(ids, found[-1].cluster.members)
        rest = scan.keep(ids)
        further = find_clusters(rest, share=params.max_share, most=1) if rest.has_something else []
        if not further:
            break
        maxima = largest_by_chance(rest, deal(rest, rng, maps=params.replications))
        own = maxima[list(scan.shares).index(params.max_share), : params.replications]
        inner = further[0]
        cluster = replace(inner, centre=int(ids[inner.centre]), members=ids[inner.members])
        found.append(_compare(cluster, rest.model, own))
    return found


def _compare(cluster: Cluster, model: Model, maxima: Floats) -> Candidate:
    tails = {"p": rank_p(cluster.ratio, maxima), "gumbel_p": gumbel_p(cluster.ratio, maxima)}
    return Candidate(cluster=cluster, model=model, maxima=maxima, **tails)


def find_dispersion(scan: Scan, certain: list[Cluster], chance: Singles, *, maps: int) -> tuple[float, float]:
    """Return variance over mean of the counts outside the clusters, and how often chance alone makes as much.

    Pearson's statistic over n - 1; the maps of chance are judged at the same units, each with its own total.
    """
    rest = np.setdiff1d(np.arange(len(scan.cases)), np.concatenate([[], *(cluster.members for cluster in certain)]))
    if len(rest) < LEAST_UNITS or scan.cases[rest].sum() < 1:
        return float("nan"), float("nan")
    seen = float(_pearson(scan.cases[None, rest, None], scan.units.base[rest], scan.model)[0])
    by_chance = _pearson(chance[:, rest], scan.units.base[rest], scan.model)[:maps]
    return seen, rank_p(seen, by_chance)


def _pearson(cases: Floats | Singles, base: Floats, model: Model) -> Floats:
    """Return variance over mean of each map of (blocks, units, lanes); 0 where it has no case, or nothing else."""
    total = cases.sum(axis=1, keepdims=True, dtype=np.float64)
    expected = np.maximum(total, 1.0) * (base / base.sum())[:, None]
    spread = ((cases - expected) ** 2 / expected).sum(axis=1)
    share = total[:, 0] / base.sum() if model.bernoulli else np.zeros_like(spread)
    known = (total[:, 0] > 0) & (share < 1)
    return np.asarray(np.where(known, spread / np.where(known, 1 - share, 1.0), 0.0) / (len(base) - 1)).ravel()


def tabulate_clusters(scene: Scene, units: ScanUnits, judged: Judged) -> gpd.GeoDataFrame:
    """Return one row per cluster: where, how many, how sure; its shape is its units, cut by the study area."""
    found = judged.found
    shapes = [_outline(scene, units, one.cluster) for one in found]
    centres = np.array([one.cluster.centre for one in found], dtype=np.int64)
    frame = pd.DataFrame([_measure(scene, units, judged, one) for one in found], columns=COLUMNS)
    frame["rank"] = np.arange(1, len(found) + 1)
    frame["name"] = "" if units.grid is None else name_nearest(scene.places, np.array(shapes, dtype=object))
    frame["area_name"] = units.name_areas(scene, centres)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=scene.crs)


COLUMNS: Final = (
    "rank",
    "name",
    "area_name",
    "class",
    "observed",
    "expected",
    "ratio",
    "relative_risk",
    "log_ratio",
    "p",
    "gumbel_p",
    "dispersed_p",
    "units",
    "pile",
    "land_km2",
    "radius_m",
    "land_share",
)


def _measure(scene: Scene, units: ScanUnits, judged: Judged, one: Candidate) -> dict[str, Any]:
    scan, cluster = judged.scan, one.cluster
    observed, held = float(scan.cases[cluster.members].sum()), float(scan.units.base[cluster.members].sum())
    expected = held * one.model.cases / one.model.base
    beyond = (one.model.cases - observed) / (one.model.cases - expected)
    circle = shapely.Point(units.xy[cluster.centre]).buffer(cluster.radius, quad_segs=CIRCLE)
    side = "high" if observed > expected else "low"
    return {
        "class": f"cluster_{side}" if one.p <= LEVEL else "none",
        "observed": int(observed),
        "expected": expected,
        "ratio": observed / expected,
        "relative_risk": observed / expected / beyond if beyond > 0 else np.nan,
        "log_ratio": cluster.ratio,
        "p": one.p,
        "gumbel_p": one.gumbel_p,
        "dispersed_p": rank_p(cluster.ratio / max(1.0, judged.dispersion), one.maxima),
        "units": len(cluster.members),
        "pile": np.nan if units.pile is None else int(units.pile[cluster.members].max()),
        "land_km2": float(units.land[cluster.members].sum()) / 1e6,
        "radius_m": cluster.radius,
        "land_share": circle.intersection(scene.mask).area / circle.area if cluster.radius > 0 else np.nan,
    }


def _outline(scene: Scene, units: ScanUnits, cluster: Cluster) -> shapely.Geometry:
    whole = shapely.union_all(units.outlines(scene, cluster.members))
    inside = shapely.intersection(whole, scene.mask)
    return inside if inside.area > 0 else whole


def tabulate_units(scene: Scene, units: ScanUnits, judged: Judged) -> pd.DataFrame:
    """Return one row per unit: ``count``, ``base``, ``expected``, ``cluster`` (its rank, 0 for none)."""
    scan, cluster = judged.scan, np.zeros(len(units), dtype=np.int64)
    for rank, one in enumerate(judged.found, start=1):
        cluster[one.cluster.members] = rank
    frame = units.frame(scene)
    frame["count"], frame["base"] = scan.cases.astype(np.int64), scan.units.base
    frame["expected"] = scan.units.base * scan.model.cases / scan.model.base
    frame["cluster"] = cluster
    return frame


def tabulate_sensitivity(judged: Judged) -> pd.DataFrame:
    """Return the most likely cluster for each width of the widest circle: ``observed``, ``ratio``, ``units``, ``p``."""
    scan, rows = judged.scan, []
    for share, maxima in zip(scan.shares, judged.maxima, strict=True):
        for cluster in find_clusters(scan, share=share, most=1):
            held = scan.units.base[cluster.members].sum()
            observed = scan.cases[cluster.members].sum()
            rows.append(
                {
                    "max_share": share,
                    "units": len(cluster.members),
                    "observed": int(observed),
                    "ratio": float(observed / (held * scan.model.cases / scan.model.base)),
                    "log_ratio": cluster.ratio,
                    "p": rank_p(cluster.ratio, maxima),
                }
            )
    return pd.DataFrame(rows, columns=["max_share", "units", "observed", "ratio", "log_ratio", "p"])


def read_scan(
    units: ScanUnits, judged: Judged, params: ScanOptions, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """Gather the facts from which the page writes: what, how sure, what not to conclude."""
    scan = judged.scan
    clusters = tables["clusters"].drop(columns="geometry")
    return {
        "units": len(units),
        "kind": params.units,
        "base": units.base_kind,
        "incidents": int(scan.model.cases),
        "max_share": params.max_share,
        "too_large": int(np.sum(scan.units.base > scan.limits[-1])),
        "sides": params.sides,
        "replications": params.replications,
        "iterative": params.iterative,
        "certain": len(judged.certain),
        "dispersion": finite(judged.dispersion),
        "dispersion_p": finite(judged.dispersion_p),
        "clusters": _plain(clusters),
        "sensitivity": _plain(tables["sensitivity"]),
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain JSON values, the unknown as None."""
    records = table.to_dict("records")
    return [
        {str(key): finite(value) if isinstance(value, float) else value for key, value in record.items()}
        for record in records
    ]
