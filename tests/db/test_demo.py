"""The demo in a real PostGIS: whole, repeatable, accounted for, never mixed with what was received."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo_observatorio.cli import main
from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas, save_areas
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.db.populations import load_population
from geo_observatorio.db.snapshots import list_snapshots, load_mask
from geo_observatorio.errors import NotFoundError, RealDataError
from geo_observatorio.services.demo_data import DemoReport, load_demo, write_demo

N = 3_000


@pytest.fixture(scope="module")
def loaded(cluster: Cluster, administration: Engine, template: str) -> Iterator[tuple[Engine, DemoReport]]:
    """Return a database with the demo, made once; each test works in a transaction that is rolled back."""
    with administration.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE test_demo TEMPLATE {template}")
    engine = make_engine(cluster.url("test_demo"))
    with begin(engine) as conn:
        report = load_demo(conn, incidents=N, seed=3)
    yield engine, report
    engine.dispose()
    with administration.connect() as conn:
        conn.exec_driver_sql("DROP DATABASE test_demo WITH (FORCE)")


@pytest.fixture
def report(loaded: tuple[Engine, DemoReport]) -> DemoReport:
    return loaded[1]


@pytest.fixture
def conn(loaded: tuple[Engine, DemoReport]) -> Iterator[Connection]:
    with loaded[0].connect() as conn:
        yield conn


@pytest.fixture
def empty(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn:
        yield conn


def count(conn: Connection, what: str, **values: Any) -> int:
    return int(conn.execute(text(f"SELECT count(*) FROM {what}"), values).scalar_one())


def test_every_row_is_accounted_for(conn: Connection, report: DemoReport) -> None:
    assert report.files == count(conn, "delivery") == 8
    assert report.rows_read == N + report.faults["repeated"] + report.faults["amended"]
    assert report.rows_read == report.inserted + report.updated + report.duplicate + report.quarantined
    assert report.inserted == count(conn, "incident WHERE known_to = 'infinity'")
    assert report.quarantined == count(conn, "quarantine")
    assert min(report.updated, report.duplicate, report.quarantined) > 0


def test_the_faults_are_seen_by_the_ingest(conn: Connection, report: DemoReport) -> None:
    faults = report.faults
    wrong_days = faults["impossible_day"] + faults["future_day"]
    assert report.quarantined >= wrong_days + faults["unknown_offence"] - 3
    repaired = count(conn, "incident WHERE repairs::text LIKE '%exchanged_coordinates%'")
    assert repaired == pytest.approx(faults["swapped"], abs=3)
    assert count(conn, "incident WHERE method = 'coordinate'") / report.inserted == pytest.approx(0.68, abs=0.04)
    assert count(conn, "incident WHERE method = 'barrio'") > 0
    assert count(conn, "incident WHERE method = 'landmark'") > 0


def test_municipality_source_limits_and_places_say_that_they_are_synthetic(
    conn: Connection, report: DemoReport
) -> None:
    assert find_municipality(conn, "0808").synthetic
    assert count(conn, "source WHERE code = 'demo' AND synthetic") == 1
    limits = find_boundaries(conn, "0808", "corregimiento")
    assert limits.schematic
    assert limits.edition == report.edition == "Esquema de demostración"
    assert limits.found["note"] == "esquema, no son límites oficiales"
    assert count(conn, "place WHERE source = 'Datos de demostración (sintéticos)'") == report.places


def test_the_schematic_limits_are_valid_in_the_database_and_carry_the_census(
    conn: Connection, report: DemoReport
) -> None:
    limits = find_boundaries(conn, "0808", "corregimiento")
    areas = load_areas(conn, limits, 32617)
    assert len(areas) == 35
    assert areas.geometry.is_valid.all()
    window = shapely.union_all(areas.geometry[areas["observed"]].to_numpy())
    assert [len(part.interiors) for part in shapely.get_parts(window)] == [1]
    population = load_population(conn, limits)
    assert population is not None
    assert population.vintage == "2023"
    assert population.persons[areas["observed"]].sum() == 1_086_990


def test_the_truth_is_kept_beside_the_incidents(conn: Connection, report: DemoReport) -> None:
    truth = find_boundaries(conn, "0808", "foco plantado")
    areas = load_areas(conn, truth, 32617)
    assert len(areas) == report.foci == len(truth.found["foci"]) == 12
    assert truth.found["seed"] == 3
    first = truth.found["foci"][0]
    assert first["categories"] == ["DAI-15", "DAI-16", "DAI-17"]
    assert (first["since"], first["until"], first["multiplier"]) == ("2024-01-01", "2025-12-31", 12.0)


def test_a_snapshot_knows_all_incidents_and_has_its_mask(conn: Connection, report: DemoReport) -> None:
    (snapshot,) = list_snapshots(conn, "0808")
    known = "incident WHERE known_from <= :at AND known_to > :at"
    assert count(conn, known, at=snapshot.known_at) == report.inserted
    _, mask = load_mask(conn, "0808", 32617, snapshot.name)
    assert 50e6 < mask.area < 600e6


def test_a_second_demo_takes_the_place_of_the_first(conn: Connection, report: DemoReport) -> None:
    again = load_demo(conn, incidents=N, seed=3)
    assert again.removed > 0
    assert (again.rows_read, again.inserted, again.quarantined) == (
        report.rows_read,
        report.inserted,
        report.quarantined,
    )
    assert count(conn, "incident WHERE known_to = 'infinity'") == report.inserted
    assert count(conn, "delivery") == 8
    assert len(list_snapshots(conn, "0808")) == 1
    assert count(conn, "boundary_set WHERE level = 'foco plantado'") == 1


def test_the_demo_is_made_again_inside_limits_that_replace_the_scheme(conn: Connection, report: DemoReport) -> None:
    square = shapely.box(660_000, 990_000, 670_000, 1_000_000)
    table = {"code": ["080801"], "name": ["San Felipe"], "observed": [True], "area_km2": [100.0]}
    official = gpd.GeoDataFrame(table, geometry=[square], crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition="Oficial", sha256="0" * 64)
    save_areas(conn, head, official.assign(label=official.centroid))
    again = load_demo(conn, incidents=500, seed=3)
    assert again.edition == "Oficial"
    outside = "incident WHERE x IS NOT NULL AND NOT (x BETWEEN 659950 AND 670050 AND y BETWEEN 989950 AND 1000050)"
    assert count(conn, outside) == 0
    assert count(conn, "boundary_set WHERE edition = 'Esquema de demostración' AND NOT in_force") == 1


def test_synthetic_and_real_incidents_are_not_mixed(conn: Connection, report: DemoReport) -> None:
    conn.execute(text("INSERT INTO institution VALUES ('real', 'Una institución')"))
    conn.execute(text("INSERT INTO source (code, institution, name) VALUES ('real', 'real', 'Archivos')"))
    nothing = "0, 0, 0, 0, 0, 0"
    conn.execute(
        text(
            "INSERT INTO delivery (source, municipality, file_name, sha256, bytes,"
            " rows_read, inserted, updated, duplicate, quarantined)"
            f" VALUES ('real', '0808', 'a.csv', 'x', {nothing})"
        )
    )
    with pytest.raises(RealDataError) as refusal:
        load_demo(conn, incidents=N, seed=3)
    assert refusal.value.values == {"municipality": "0808", "found": "real"}
    assert count(conn, "incident") >= report.inserted


def test_a_municipality_without_corregimientos_is_refused(empty: Connection) -> None:
    with pytest.raises(NotFoundError):
        load_demo(empty, incidents=N, municipality="0901")


def test_files_can_be_written_without_keeping_anything(empty: Connection, tmp_path: Path) -> None:
    paths = write_demo(empty, tmp_path, incidents=200, seed=3)
    assert len(paths) == 8
    assert all(path.read_text(encoding="utf-8").startswith("caso,fecha,hora") for path in paths)
    assert count(empty, "municipality") == count(empty, "boundary_set") == 0


def test_the_command_line_prints_one_object_and_tells_the_rest_apart(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(sys, "argv", ["observatorio", "demo-data", "--incidents", "300", "--seed", "5", "--json"])
    with pytest.raises(SystemExit) as caught:
        main()
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert caught.value.code in {0, None}
    assert report["files"] == 8
    assert report["rows_read"] == sum(report[name] for name in ("inserted", "updated", "duplicate", "quarantined"))
    assert "Cargando demo-2025-T4.csv." in told.err
