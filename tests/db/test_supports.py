"""Imputed maps on a real database: a barrio bounds its incidents, and everything that can be placed takes part."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
from shapely import box
from sqlalchemy import Connection, text

from analysis import find_statistic
from analysis.errors import BelowGateError
from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.grounds import find_editions, load_ground
from geo_observatorio.db.scenes import load_scene
from geo_observatorio.db.selections import complete
from geo_observatorio.models import Selection
from geo_observatorio.resources import data_dir
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.snapshots import create_snapshot
from geo_observatorio.services.studies import run_study
from geo_observatorio.services.supports import add_supports

LEFT, BOTTOM, SIDE = 660_000.0, 1_000_000.0, 4000.0  # metres in UTM 17N, inside the district
YEAR = Selection(municipality="0808", since=date(2024, 1, 1), until=date(2024, 12, 31))
BARRIO = (LEFT + 1500.0, BOTTOM + 1500.0)


@pytest.fixture
def city(conn: Connection) -> Connection:
    """Two areas; 120 points and 80 incidents that say only where they live: 50 the barrio, 20 the area, 10 nothing."""
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    shapes = [box(LEFT + i * SIDE, BOTTOM, LEFT + (i + 1) * SIDE, BOTTOM + SIDE) for i in range(2)]
    table = {"code": ["01", "02"], "name": ["Betania", "Tocumen"], "observed": [True, True], "area_km2": [16.0, 16.0]}
    areas = gpd.GeoDataFrame(table, geometry=shapes, crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition="prueba", sha256="x")
    save_areas(conn, head, areas.assign(label=areas.centroid))
    conn.exec_driver_sql("INSERT INTO institution VALUES ('demo', 'Demo')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demo')")
    conn.exec_driver_sql(
        "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)"
        " VALUES ('ROB', 's', 'robo', 'robbery', 'l', 'g', 'event', false, 'p'),"
        " ('SEX', 's', 'abuso', 'abuse', 'l', 'g2', 'event', true, 'p')"
    )
    conn.exec_driver_sql(
        "INSERT INTO delivery (id, source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
        " duplicate, quarantined, first_day, last_day, received_at) VALUES"
        " ('00000000-0000-0000-0000-000000000001', 'demo', '0808', 'a', 'x', 1, 0, 0, 0, 0, 0, '2024-01-01',"
        " '2024-12-31', '2025-01-02')"
    )
    conn.execute(
        text(
            "INSERT INTO place (municipality, name, kind, source, radius, geometry) VALUES ('0808', 'Villa Serena',"
            " 'barrio', 's', 300, ST_Transform(ST_Buffer(ST_SetSRID(ST_Point(:x, :y), 32617), 300), 4326))"
        ),
        {"x": BARRIO[0], "y": BARRIO[1]},
    )
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(0, 1, (120, 2)).tolist():
        put(conn, x=LEFT + 2 * SIDE * x, y=BOTTOM + SIDE * y, method="coordinate")
    put(conn, 50, method="barrio", address="Villa Serena, casa 14", area="01", radius=300)
    put(conn, 20, method="corregimiento", area="02", radius=2000)
    put(conn, 10, method="none")
    put(conn, 30, method="barrio", address="Villa Serena, casa 15", area="01", radius=300, category="SEX")
    return conn


def put(conn: Connection, n: int = 1, **values: object) -> None:
    fields = {"x": None, "y": None, "address": "", "area": "", "radius": 10, "category": "ROB"} | values
    conn.execute(
        text(
            "INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line,"
            " category, occurred_from, occurred_to, local_day, local_hour, time_precision, address, stated_area,"
            " location, x, y, method, score, radius) SELECT '2025-01-01', '0808', 'demo', gen_random_uuid()::text, 'h',"
            " '00000000-0000-0000-0000-000000000001', 1, :category, '2024-05-05', '2024-05-05', '2024-05-05', 7,"
            " 'hour', :address, :area, ST_Transform(ST_SetSRID(ST_Point(:x, :y), 32617), 4326), :x, :y, :method, 0.5,"
            " :radius FROM generate_series(1, :n)"
        ),
        {**fields, "n": n},
    )


def test_a_barrio_gives_its_circle_and_nobody_is_counted_twice(city: Connection) -> None:
    create_snapshot(city, "0808", "uno")
    selection = complete(city, YEAR)
    ground = load_ground(city, find_editions(city, selection), selection)
    scene = load_scene(city, selection, ground, selection.days).scene
    found = add_supports(city, selection, scene, ground).unplaced
    assert found["n"].sum() == scene.unplaced["n"].sum() == 80
    (circle,) = found[found["x"].notna()].to_dict(orient="records")
    assert (circle["area"], circle["method"], circle["n"]) == (0, "barrio", 50)
    assert np.hypot(circle["x"] - BARRIO[0], circle["y"] - BARRIO[1]) < 100
    assert circle["radius"] == pytest.approx(300, abs=5)


def test_a_study_over_drawn_locations_uses_all_that_can_be_placed(city: Connection) -> None:
    create_snapshot(city, "0808", "uno")
    params = find_statistic("hotspots").params(imputations=50, shuffles=99)  # type: ignore[call-arg]
    result = run_study(city, "hotspots", YEAR, params).result
    inside = 120 - result.left_out.get("outside_mask", 0)
    assert result.table["mean_count"].sum() == pytest.approx(inside + 70)
    assert result.left_out["without_support"] == 10
    x, y = result.grid.centres(result.table["cell"].to_numpy()).T
    near = np.hypot(x - BARRIO[0], y - BARRIO[1]) < 700
    extra = result.table["mean_count"] - result.table["count"]
    assert extra[near].sum() == pytest.approx(50, abs=12)


def test_the_plain_map_of_the_same_question_is_refused_below_the_gate(city: Connection) -> None:
    create_snapshot(city, "0808", "uno")
    with pytest.raises(BelowGateError) as refused:
        run_study(city, "hotspots", YEAR, find_statistic("hotspots").params())
    assert refused.value.values["found"] == pytest.approx(0.6)
