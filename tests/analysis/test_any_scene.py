"""Every statistic on scenes at the edge of sense: an answer in plain JSON or a refusal by name, never a warning."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Polygon, box

from analysis import STATISTICS
from analysis.assignment import assign
from analysis.errors import AnalysisError, ParameterError
from analysis.result import Result
from analysis.scene import Population, Scene, points_at

CITY = box(0, 0, 6000, 5000)
AREAS = gpd.GeoDataFrame(
    {"code": [f"{k:02d}" for k in range(30)], "name": [f"Área {k}" for k in range(30)]},
    geometry=[box(1000 * c, 1000 * r, 1000 * (c + 1), 1000 * (r + 1)) for r in range(5) for c in range(6)],
    crs=32617,
)
ONE_AREA = gpd.GeoDataFrame({"code": ["1"], "name": ["toda"]}, geometry=[CITY], crs=32617)
NO_AREAS = AREAS.iloc[:0]
OVERLAPPING = pd.concat([AREAS, AREAS.iloc[[3]].assign(code="99", geometry=[box(500, 500, 2500, 2500)])])
STREETS = gpd.GeoDataFrame(
    {"name": [f"Calle {k}" for k in range(11)]},
    geometry=[LineString([(0, 500 * k), (6000, 500 * k)]) for k in range(10)]
    + [LineString([(3010, 0), (3010, 5000), (0, 0)])],
    crs=32617,
)
ZONES = {
    "areas": "00,01",
    "outline": box(0, 0, 2000, 2000).wkt,
    "crossing itself": "POLYGON ((0 0, 3000 3000, 3000 0, 0 3000, 0 0))",
    "small": box(2900, 2400, 3100, 2600).wkt,
    "all": box(-9e4, -9e4, 9e4, 9e4).wkt,
    "elsewhere": box(2e4, 2e4, 3e4, 3e4).wkt,
}


def scene_of(
    x, y, *, mask=CITY, window=None, months=12.0, areas=AREAS, persons=10_000.0, radius=20.0, days=True, **more
):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    weight = 365.0 + 100.0 * (np.arange(len(x)) % 7)
    points = dataclasses.replace(points_at(x, y, radius=radius), area=assign(x, y, areas), weight=weight)
    if days:
        day = np.datetime64("2024-01-01") + (np.arange(len(x)) * 7919 % 365).astype("timedelta64[D]")
        points = dataclasses.replace(points, day=day)
    people = Population(persons=np.broadcast_to(persons, len(areas)), vintage="2023", kind="residential", source="")
    land = mask if window is None else window
    base = 2 * np.bincount(points.area[points.area >= 0], minlength=len(areas)) + 3
    ground = {"window": land, "mask": mask, "areas": areas, "population": people, "base": base, "streets": STREETS}
    return Scene(crs=32617, points=points, months=months, **ground, **more)


def scattered(n: int, **more) -> Scene:
    rng = np.random.default_rng(n)
    return scene_of(rng.uniform(0, 6000, n), rng.uniform(0, 5000, n), **more)


def unplaced(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["area", "method", "n"])


def pile(n: int) -> Scene:
    x, y = np.random.default_rng(1).uniform(0, 5000, (2, 3000))
    return scene_of(np.append(np.full(n, 3010.0), x), np.append(np.full(n, 2510.0), y))


def small_mask(cells: int) -> Scene:
    x, y = np.random.default_rng(cells).uniform(0, 250, (2, 60))
    return scene_of(x * cells, y, mask=box(0, 0, 250 * cells, 250))


HOLES = CITY.difference(box(2000, 2000, 3000, 3000)).difference(box(4000, 1000, 4100, 1100))
ISLANDS = MultiPolygon([box(1000 * i, 1000 * j, 1000 * i + 250, 1000 * j + 250) for i in range(6) for j in range(5)])
SCENES: dict[str, Callable[[], Scene]] = {
    "no point": lambda: scene_of([], []),
    "one point": lambda: scene_of([3000.0], [2500.0]),
    "two points": lambda: scene_of([3000.0, 3100.0], [2500.0, 2600.0]),
    "all in one spot": lambda: scene_of(np.full(1000, 3010.0), np.full(1000, 2510.0)),
    "all on a line": lambda: scene_of(np.full(3000, 3010.0), np.linspace(0, 5000, 3000)),
    "duplicated": lambda: scene_of(*np.repeat(np.random.default_rng(2).uniform(0, 5000, (2, 100)), 20, axis=1)),
    "on edges": lambda: scene_of(250.0 * (np.arange(500) % 25), 250.0 * (np.arange(500) % 21)),
    "a huge pile": lambda: pile(300_000),
    "a mask with holes": lambda: scattered(2000, mask=HOLES),
    "a mask of islands": lambda: scattered(2000, mask=ISLANDS),
    "a mask of one cell": lambda: small_mask(1),
    "a mask of ten cells": lambda: small_mask(10),
    "a sliver": lambda: scattered(2000, mask=box(0, 100, 5000, 102), window=CITY),
    "no mask": lambda: scattered(100, mask=Polygon(), window=CITY),
    "a window below the bandwidth": lambda: scene_of([10.0, 50.0, 90.0], [20.0, 60.0, 30.0], mask=box(0, 0, 100, 100)),
    "nobody lives there": lambda: scattered(1000, persons=0.0),
    "half unknown people": lambda: scattered(1000, persons=np.repeat([np.nan, 1e4], 15)),
    "one area": lambda: scattered(1000, areas=ONE_AREA),
    "no areas": lambda: scattered(1000, areas=NO_AREAS),
    "overlapping areas": lambda: scattered(1000, areas=OVERLAPPING),
    "unplaced only": lambda: scene_of([], [], unplaced=unplaced((0, "barrio", 30), (3, "barrio", 4), (-1, "none", 7))),
    "one day": lambda: scattered(1000, months=1 / 30.4375),
    "unknown radius": lambda: scattered(300, radius=np.nan),
    "radius of a city": lambda: scattered(300, radius=50_000.0),
    "no days": lambda: scattered(1000, days=False),
    "plain": lambda: scattered(2000),
}
QUESTIONS = {
    "hotspots": [
        {},
        {"cell_shape": "hexagon"},
        {"neighbourhood": "distance", "draws": "conditional", "cell_shape": "hexagon"},
        {"draws": "conditional"},
        {"values": "counts", "correction": "by"},
        {"order": "5"},
        {"measure": "gi", "correction": "max_statistic"},
        {"weights": "decay", "inference": "monte_carlo", "correction": "none", "shuffles": "19"},
    ],
    "ambient_hotspots": [{"runs": "19"}, {"cell_shape": "hexagon", "correction": "by", "runs": "19"}],
    "incremental_distance": [{"shuffles": "19"}, {"measure": "general_g", "values": "counts", "shuffles": "19"}],
    "stability": [{"resamples": "48"}, {"cell_shape": "hexagon", "resamples": "48"}],
    "density": [
        {},
        {"kernel": "quartic", "edge": "uniform"},
        {"kernel": "uniform", "edge": "none"},
        {"kernel": "triangular", "bandwidth": "20000"},
        {"adaptive": "true", "edge": "uniform", "bandwidth_method": "likelihood"},
    ],
    "area_local_moran": [
        {},
        {"permutations": "9999", "weights": "B", "sides": "positive"},
        {"correction": "none", "divisor": "n", "level": "0.1"},
        {"sides": "negative", "correction": "by"},
        {"permutations": "99"},
    ],
    "network_density": [{}, {"split": "continuous", "bandwidth": "200"}, {"snap_within": "500", "piece": "20"}],
    "area_local_geary": [
        {},
        {"permutations": "9999", "weights": "B", "sides": "positive"},
        {"correction": "none", "level": "0.1"},
        {"sides": "negative", "correction": "by"},
        {"permutations": "99"},
    ],
    "global_autocorrelation": [
        {"permutations": "199"},
        {"units": "areas", "permutations": "999", "weights": "B"},
        {"values": "counts", "sides": "positive", "correction": "by", "permutations": "199"},
        {"cell_shape": "hexagon", "neighbourhood": "distance", "correction": "none", "permutations": "99"},
        {"permutations": "99"},
    ],
    "join_counts": [
        {"permutations": "199"},
        {"units": "areas", "mark": "above_median", "permutations": "999"},
        {"mark": "above_median", "weights": "W", "sides": "negative", "correction": "none", "permutations": "99"},
        {"units": "areas", "permutations": "199"},
        {"permutations": "99"},
    ],
    "local_geary": [
        {},
        {"cell_shape": "hexagon", "values": "counts", "weights": "B"},
        {"neighbourhood": "distance", "sides": "negative", "correction": "none"},
        {"order": "3", "correction": "by"},
    ],
    "local_moran": [
        {},
        {"cell_shape": "hexagon", "values": "counts", "weights": "B"},
        {"neighbourhood": "distance", "sides": "positive", "correction": "none"},
        {"order": "5", "divisor": "n", "correction": "by", "level": "0.1"},
    ],
    "space_time_density": [{}, {"day": "2024-07-01", "bandwidth_days": "1"}],
    "weighted_hotspots": [{}, {"weigh_by": "aoristic", "cell_size": "1000", "correction": "by"}],
    "density_rate": [{}, {"bandwidth": "20000"}],
    "weighted_density": [{}, {"weigh_by": "aoristic", "bandwidth": "20000"}],
    "weighted_concentration": [{"deals": "99"}, {"cell_shape": "hexagon", "share": "0.9", "deals": "99"}],
    "concentration": [{}, {"cell_shape": "hexagon", "share": "0.9"}, {"cell_size": "50"}],
    "compare_methods": [{}, {"cell_size": "600"}],
    "scan": [
        {"replications": "99", "max_share": "0.25"},
        {"units": "areas", "sides": "both"},
        {"iterative": "true", "sides": "low", "cell_size": "500", "replications": "99"},
    ],
    "cross_ripley": [{"runs": "39", "most_points": "500"}],
    "point_clusters": [
        {"simulations": "19"},
        {"distance": "20", "least_points": "2", "outline": "ellipse", "simulations": "19"},
        {"method": "hdbscan", "simulations": "19"},
    ],
    "nearest_neighbour_clusters": [
        {"simulations": "19"},
        {"confidence": "0.05", "least_points": "2", "simulations": "19"},
        {"distance": "400", "outline": "ellipse", "simulations": "19"},
    ],
    "scan_against": [
        {"replications": "99"},
        {"units": "areas", "sides": "both", "iterative": "true", "replications": "99"},
    ],
    "area_hotspots": [{}],
    "area_totals": [{}],
    "ripley": [
        {"runs": "39", "most_points": "300"},
        {"runs": "39", "most_points": "300", "edge": "border", "repeated": "all", "chance": "smooth"},
    ],
    "change": [{}, {"cell_shape": "hexagon"}],
    "relative_risk": [{"relabellings": "99", "tolerance": "asymptotic"}],
    "similarity": [{"samples": "50"}, {"units": "cells", "samples": "50", "share_test": "fisher"}],
    "hotspot_transitions": [{"deals": "1"}, {"cell_size": "500", "order": "2", "deals": "0", "halving": "900"}],
    "area_rates": [{}, {"smoothing": "local"}, {"smoothing": "local", "rule": "own_means"}, {"smoothing": "none"}],
    "location_quotient": [{}, {"correction": "by"}],
    "area_change": [{}, {"test": "binomial", "interval": "midp", "correction": "by"}],
    "zone_change": [{"areas" if name == "areas" else "zone": zone} for name, zone in ZONES.items()],
}


def require_plain(result: Result) -> None:
    for facts in (result.reading, result.chosen, result.left_out, result.params.as_dict()):
        json.dumps(dict(facts), allow_nan=False)


def ask(name: str, scenes: list[Scene]) -> None:
    """Ask every question; errors of the package are answers."""
    statistic = STATISTICS[name]
    for texts in QUESTIONS[name]:
        try:
            result = statistic.run(*scenes, statistic.params.read(texts))
        except AnalysisError as error:
            json.dumps({key: str(value) for key, value in error.values.items()}, allow_nan=False)
        else:
            require_plain(result)


def test_every_statistic_is_asked():
    assert set(QUESTIONS) == set(STATISTICS)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("name", [name for name, statistic in STATISTICS.items() if statistic.sides == 1])
def test_a_scene_has_an_answer_or_a_refusal_by_name(name: str, scene: str):
    ask(name, [SCENES[scene]()])


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("name", [name for name, statistic in STATISTICS.items() if statistic.sides == 2])
def test_two_scenes_however_unequal_have_an_answer_or_a_refusal_by_name(name: str, scene: str):
    odd, plain = SCENES[scene](), SCENES["plain"]()
    for pair in ([odd, plain], [plain, odd], [odd, odd]):
        ask(name, pair)


@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf])
def test_a_scene_with_a_coordinate_that_is_no_number_is_refused(x: float):
    with pytest.raises(ParameterError):
        scene_of([x, 10.0], [10.0, 10.0])


@pytest.mark.parametrize("months", [0.0, -1.0, np.nan, np.inf])
def test_a_period_without_length_is_refused(months: float):
    with pytest.raises(ParameterError):
        scattered(10, months=months)


@pytest.mark.parametrize("name", STATISTICS)
def test_the_same_question_has_the_same_answer_to_the_last_digit(name: str):
    statistic = STATISTICS[name]
    scenes = [scattered(2000), scattered(1500)][: statistic.sides]
    for texts in QUESTIONS[name][:4]:
        params = statistic.params.read(texts)
        one, other = statistic.run(*scenes, params), statistic.run(*scenes, params)
        pd.testing.assert_frame_equal(pd.DataFrame(one.table), pd.DataFrame(other.table), check_exact=True)
        assert json.dumps(dict(one.reading)) == json.dumps(dict(other.reading))
