"""Findings made by hand, without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis import find_statistic
from analysis.scene import Population, Scene, points_at
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Facts, Finding, Question, stamp

METRES = 32617
LEFT, BOTTOM = 660_000.0, 990_000.0


def make_scene(*, n: int = 400, cluster: int = 200, seed: int = 1) -> Scene:
    """Return a city of two areas, 5 x 5 km each, with a tight cluster in the first one."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(0, 10_000, n), 2_000 + rng.normal(0, 200, cluster)]) + LEFT
    y = np.concatenate([rng.uniform(0, 5_000, n), 2_500 + rng.normal(0, 200, cluster)]) + BOTTOM
    boxes = [shapely.box(LEFT + i * 5_000, BOTTOM, LEFT + (i + 1) * 5_000, BOTTOM + 5_000) for i in range(2)]
    areas = gpd.GeoDataFrame(
        {"code": ["01", "02"], "name": ["Poniente", "Levante"], "observed": [True, True]}, geometry=boxes, crs=METRES
    )
    points = points_at(x, y, radius=10.0)
    points.area[:] = (x >= LEFT + 5_000).astype(np.int64)
    places = gpd.GeoDataFrame(
        {"name": ["Plaza <b>Uno</b>"], "kind": ["plaza"]},
        geometry=[shapely.Point(LEFT + 2_050, BOTTOM + 2_500)],
        crs=METRES,
    )
    unplaced = pd.DataFrame({"area": [0, -1], "method": ["corregimiento", "none"], "n": [7, 3]})
    window = shapely.union_all(boxes)
    return Scene(
        crs=METRES,
        points=points,
        months=12.0,
        window=window,
        mask=window,
        areas=areas,
        unplaced=unplaced,
        population=Population(
            persons=np.array([20_000.0, 30_000.0]), vintage="2023", kind="residential", source="censo"
        ),
        places=places,
    )


def make_finding(statistic: str, scene: Scene | None = None, **options: object) -> Finding:
    """Return the finding of a statistic on the city of two areas."""
    scene = scene or make_scene()
    entry = find_statistic(statistic)
    params = entry.params(**options)
    selection = Selection(
        municipality="0808",
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        level="corregimiento",
        as_of=datetime(2025, 1, 2, tzinfo=UTC),
    )
    question = Question(
        statistic=statistic,
        selections=(selection,),
        params=params.as_dict(),
        as_of="2025-01-02T00:00:00+00:00",
        editions={"boundaries": "corregimiento prueba"},
        code="prueba",
    )
    facts = Facts(
        municipality="0808",
        municipality_name="Panamá",
        time_zone="America/Panama",
        crs=METRES,
        placed_by_method={"coordinate": len(scene.points)},
        unplaced_by_method={"corregimiento": 7, "none": 3},
        sources=["prueba"],
        cut_off=datetime(2025, 1, 2, tzinfo=UTC),
        boundary_edition="prueba",
        mask_edition="prueba",
        population_vintage="2023",
        schematic=True,
        synthetic=True,
    )
    return stamp(question, entry.run(scene, params), (facts,), scene.areas)


@pytest.fixture(scope="session")
def findings() -> dict[str, Finding]:
    """Return one finding of each statistic on one scene."""
    return {name: make_finding(name) for name in ("density", "hotspots", "area_hotspots", "area_totals")}


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., Finding]:
    """Return the maker of findings: by_hand(statistic, scene, **options)."""
    return make_finding


@pytest.fixture(scope="session")
def small_city() -> Callable[..., Scene]:
    """Return the maker of the city of two areas."""
    return make_scene
