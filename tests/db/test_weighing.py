"""Weights on a real database: harm by category, and the share of an interval in the chosen hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas as gpd
import pytest
from numpy.testing import assert_allclose
from shapely import box
from sqlalchemy import Connection, text

from analysis import find_statistic
from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.grounds import find_editions, load_ground
from geo_observatorio.db.scenes import Weighing, load_scene
from geo_observatorio.db.selections import complete, find_delivered
from geo_observatorio.db.snapshots import list_snapshots
from geo_observatorio.errors import UnweighedError
from geo_observatorio.harm import HarmTable, load_harm
from geo_observatorio.models import Selection
from geo_observatorio.resources import data_dir
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.snapshots import create_snapshot
from geo_observatorio.services.studies import run_study

LEFT, BOTTOM, SIDE = 660_000.0, 1_000_000.0, 4000.0
YEAR = Selection(municipality="0808", since=date(2024, 1, 1), until=date(2024, 12, 31))
AORISTIC = Weighing(kind="aoristic")
INCIDENT = """
INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line, category,
    occurred_from, occurred_to, local_day, local_hour, time_precision, location, x, y, method, score, stated_area)
SELECT '2025-01-02', '0808', 'demo', :key, :key, '00000000-0000-0000-0000-000000000001', 1, :category,
    CAST(:since AS timestamp) AT TIME ZONE 'America/Panama', CAST(:until AS timestamp) AT TIME ZONE 'America/Panama',
    CAST(:since AS timestamp)::date, :hour, CASE WHEN :since = :until THEN 'minute' ELSE 'range' END, point,
    CASE WHEN point IS NULL THEN NULL ELSE :x END, CASE WHEN point IS NULL THEN NULL ELSE :y END,
    CASE WHEN point IS NULL THEN 'corregimiento' ELSE 'coordinate' END, 1, '01'
FROM (SELECT CASE WHEN :placed THEN ST_Transform(ST_SetSRID(ST_Point(:x, :y), 32617), 4326) END AS point) AS at
"""


@pytest.fixture
def city(conn: Connection) -> Connection:
    """One area with some categories and no incident."""
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    table = {"code": ["01"], "name": ["Betania"], "observed": [True], "area_km2": [16.0]}
    areas = gpd.GeoDataFrame(table, geometry=[box(LEFT, BOTTOM, LEFT + SIDE, BOTTOM + SIDE)], crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition="prueba", sha256="x")
    save_areas(conn, head, areas.assign(label=areas.centroid))
    conn.exec_driver_sql("INSERT INTO institution VALUES ('demo', 'Demo')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demo')")
    for code in ("DAI-01", "DAI-20", "DAI-29", "CON-06"):
        conn.execute(
            text(
                "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive,"
                " publication) VALUES (:code, 's', :code, :code, 'l', 'g', 'event', false, 'p')"
            ),
            {"code": code},
        )
    conn.exec_driver_sql(
        "INSERT INTO delivery (id, source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
        " duplicate, quarantined, first_day, last_day, received_at) VALUES"
        " ('00000000-0000-0000-0000-000000000001', 'demo', '0808', 'a', 'x', 1, 0, 0, 0, 0, 0, '2024-01-01',"
        " '2024-12-31', '2025-01-02')"
    )
    return conn


def add(
    conn: Connection, since: str, until: str = "", *, category="DAI-20", placed=True, hour: int | None = None, n=1
) -> None:
    """Add incidents with a local start and end; without an end they are moments with their hour."""
    start = conn.execute(text("SELECT count(*) FROM incident")).scalar_one()
    for number in range(start, start + n):
        known = hour if hour is not None else int(since[11:13])
        values = {"key": f"k{number}", "category": category, "since": since, "until": until or since, "placed": placed}
        place = {"x": LEFT + 500 + 13 * (number % 150), "y": BOTTOM + 500 + 7 * (number % 300)}
        conn.execute(text(INCIDENT), values | place | {"hour": known if known >= 0 else None})


def scene_of(conn: Connection, selection: Selection = YEAR, weighing: Weighing | None = None):
    if not list_snapshots(conn, "0808"):
        create_snapshot(conn, "0808", "prueba")
    done = complete(conn, selection)
    ground = load_ground(conn, find_editions(conn, done), done)
    return load_scene(conn, done, ground, find_delivered(conn, done), weighing=weighing).scene


def test_the_share_of_an_interval_in_the_chosen_hours(city: Connection) -> None:
    add(city, "2024-03-04 20:30")  # a moment inside
    add(city, "2024-03-04 21:00", "2024-03-05 03:00")  # 20-23: two and a half... three hours of six
    add(city, "2024-03-04 22:30", "2024-03-04 23:30")  # all of it
    add(city, "2024-03-04 00:00", "2024-03-05 00:00", hour=-1)  # an unknown hour: four of twenty-four
    add(city, "2024-03-04 08:00", "2024-03-04 12:00")  # none of it
    add(city, "2024-03-04 09:00")
    scene = scene_of(city, replace(YEAR, hours=(20, 21, 22, 23)), AORISTIC)
    assert_allclose(sorted(scene.points.weight), [4 / 24, 0.5, 1.0, 1.0])
    assert len(scene_of(city, replace(YEAR, hours=(20, 21, 22, 23))).points) == 3  # by their start, as everywhere else


def test_the_share_of_a_long_interval_in_the_chosen_weekdays_and_hours(city: Connection) -> None:
    add(city, "2024-03-08 18:00", "2024-03-11 06:00")  # Friday evening to Monday morning: 60 hours
    weekend = scene_of(city, replace(YEAR, weekdays=(6, 7)), AORISTIC)
    assert_allclose(weekend.points.weight, [48 / 60])
    nights = scene_of(city, replace(YEAR, weekdays=(6, 7), hours=(22, 23)), AORISTIC)
    assert_allclose(nights.points.weight, [4 / 60])


def test_the_shares_of_all_hours_add_up_to_the_incidents(city: Connection) -> None:
    add(city, "2024-03-04 21:17", "2024-03-06 03:49", n=3)
    add(city, "2024-05-04 10:00", n=2)
    parts = [scene_of(city, replace(YEAR, hours=tuple(range(h, h + 6))), AORISTIC).points for h in (0, 6, 12, 18)]
    assert_allclose(sum(points.weight.sum() for points in parts), 5.0)
    assert_allclose(scene_of(city, YEAR, AORISTIC).points.weight, 1.0)


def test_what_has_no_point_counts_where_its_interval_touches_the_hours(city: Connection) -> None:
    add(city, "2024-03-04 21:00", "2024-03-05 03:00", placed=False)
    add(city, "2024-03-04 08:00", "2024-03-04 12:00", placed=False)
    add(city, "2024-03-04 00:00", "2024-03-05 00:00", hour=-1, placed=False)
    add(city, "2024-03-04 20:30")
    scene = scene_of(city, replace(YEAR, hours=(22, 23)), AORISTIC)
    assert scene.unplaced["n"].sum() == 2


def test_harm_is_that_of_the_category_and_what_has_none_is_counted_by_reason(city: Connection) -> None:
    add(city, "2024-03-04 20:30", category="DAI-01")
    add(city, "2024-03-04 20:30", category="DAI-20", n=3)
    add(city, "2024-03-04 20:30", category="DAI-29", n=2)
    add(city, "2024-03-04 20:30", category="CON-06", n=4)
    scene = scene_of(city, YEAR, Weighing(kind="harm", harm=load_harm()))
    assert sorted(scene.points.weight) == [365, 365, 365, 3650]
    assert scene.unweighed == {"proactive": 2, "without_harm": 4}


def test_what_has_no_weight_is_counted_in_the_chosen_areas_only(city: Connection) -> None:
    add(city, "2024-03-04 20:30", category="DAI-20")
    add(city, "2024-03-04 20:30", category="CON-06", n=3)
    add(city, "2024-03-04 20:30", category="CON-06", placed=False)
    city.exec_driver_sql("UPDATE incident SET x = x + 90000 WHERE source_key = 'k1'")
    harm = Weighing(kind="harm", harm=load_harm())
    assert scene_of(city, YEAR, harm).unweighed == {"without_harm": 4}
    assert scene_of(city, replace(YEAR, areas=("01",)), harm).unweighed == {"without_harm": 3}


def test_a_selection_without_any_weight_is_refused(city: Connection) -> None:
    add(city, "2024-03-04 20:30", category="CON-06")
    with pytest.raises(UnweighedError):
        scene_of(city, replace(YEAR, categories=("CON-06",)), Weighing(kind="harm", harm=load_harm()))
    with pytest.raises(UnweighedError):
        scene_of(city, YEAR, Weighing(kind="harm", harm=HarmTable()))


def test_a_study_of_harm_names_the_table_it_stands_on(city: Connection) -> None:
    add(city, "2024-03-04 20:30", category="DAI-20", n=40)
    create_snapshot(city, "0808", "prueba")
    statistic = find_statistic("weighted_density")
    finding = run_study(city, "weighted_density", YEAR, statistic.params(bandwidth=500.0, cell_size=200.0))
    assert finding.provenance.question.editions["harm"] == load_harm().edition
    assert finding.result.reading["weights"]["total"] == 40 * 365
    plain = run_study(city, "concentration", YEAR, find_statistic("concentration").params())
    assert "harm" not in plain.provenance.question.editions
