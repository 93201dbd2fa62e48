"""What changed between two snapshots, and the page that tells it and makes new ones."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from flask import Flask
from shapely import box
from sqlalchemy import Connection, Engine, text

from geo_observatorio.cli import main
from geo_observatorio.config import Settings
from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.engine import begin
from geo_observatorio.db.selections import complete
from geo_observatorio.db.snapshots import find_snapshot
from geo_observatorio.errors import NotFoundError
from geo_observatorio.models import Selection
from geo_observatorio.resources import data_dir
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.snapshot_diff import SnapshotDiff, compare_snapshots
from geo_observatorio.services.snapshots import create_snapshot
from web import create_app

LEFT, BOTTOM = 660_000.0, 1_000_000.0  # metres in UTM 17N, inside the district
START = datetime(2025, 1, 1, tzinfo=UTC)
DELIVERY = "00000000-0000-0000-0000-00000000000{n}"


def add_areas(conn: Connection, edition: str) -> None:
    table = {"code": ["080801"], "name": ["A"], "observed": [True], "area_km2": [25.0]}
    areas = gpd.GeoDataFrame(table, geometry=[box(LEFT, BOTTOM, LEFT + 5000, BOTTOM + 5000)], crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition=edition, sha256=edition)
    save_areas(conn, head, areas.assign(label=areas.centroid))


def add_delivery(conn: Connection, n: int, received: datetime) -> None:
    conn.execute(
        text(
            "INSERT INTO delivery (id, source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
            " duplicate, quarantined, received_at) VALUES (:id, 'demo', '0808', :name, :name, 1, 0, 0, 0, 0, 0, :at)"
        ),
        {"id": DELIVERY.format(n=n), "name": f"{n}.csv", "at": received},
    )


def put(conn: Connection, key: str, at: datetime, **values: Any) -> None:
    """Keep a version of the incident of that key, and end the one before."""
    same = {"key": key, "at": at}
    conn.execute(text("UPDATE incident SET known_to = :at WHERE source_key = :key AND known_to = 'infinity'"), same)
    fields = {
        "category": "ROB",
        "day": "2024-03-05",
        "hour": 7,
        "hash": "h",
        "method": "coordinate",
        "x": LEFT + 1050.0,
        "y": BOTTOM + 1050.0,
        "delivery": 1,
        "radius": 10.0,
        "address": "",
    } | values
    fields["delivery"] = DELIVERY.format(n=fields["delivery"])
    conn.execute(
        text(
            "INSERT INTO incident (id, known_from, municipality, source, source_key, content_hash, delivery, line,"
            " category, occurred_from, occurred_to, local_day, local_hour, time_precision, location, x, y, method,"
            " score, radius, address)"
            " VALUES (md5(:key)::uuid, :at, '0808', 'demo', :key, :hash, CAST(:delivery AS uuid),"
            " 1, :category, CAST(:day AS timestamptz), CAST(:day AS timestamptz), CAST(:day AS date), :hour, 'hour',"
            " ST_Transform(ST_SetSRID(ST_Point(:x, :y), 32617), 4326), :x, :y, :method, 1, :radius, :address)"
        ),
        {**fields, **same},
    )


def withdraw(conn: Connection, key: str, at: datetime) -> None:
    conn.execute(
        text("UPDATE incident SET known_to = :at WHERE source_key = :key AND known_to = 'infinity'"),
        {"key": key, "at": at},
    )


def add_schemes(conn: Connection) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    conn.exec_driver_sql("INSERT INTO institution VALUES ('demo', 'Demo')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demo')")
    conn.exec_driver_sql(
        "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)"
        " VALUES ('ROB', 's', 'robo', 'robbery', 'l', 'g', 'event', false, 'p'),"
        " ('HUR', 's', 'hurto', 'theft', 'l', 'g', 'event', false, 'p'),"
        " ('SEX', 's', 'abuso', 'abuse', 'l', 'g', 'event', true, 'p')"
    )


def set_moment(conn: Connection, name: str, moment: datetime) -> None:
    conn.execute(text("UPDATE snapshot SET known_at = :at WHERE name = :name"), {"at": moment, "name": name})


def change(conn: Connection) -> SnapshotDiff:
    """Make a city, a snapshot, changes of every kind, and a second snapshot; return what changed."""
    add_schemes(conn)
    add_areas(conn, "uno")
    add_delivery(conn, 1, START)
    for key in ("same", "hour", "moved", "lost", "gone", "twice", "kind"):
        put(conn, key, START)
    put(conn, "secret", START, category="SEX")
    create_snapshot(conn, "0808", "enero", made_by="Ana")
    set_moment(conn, "enero", START + timedelta(days=1))
    later = START + timedelta(days=30)
    add_delivery(conn, 2, later)
    add_areas(conn, "dos")
    put(conn, "hour", later, hour=9, hash="h2", delivery=2)
    put(conn, "kind", later, category="HUR", address="Calle 5", hash="h3", delivery=2)
    put(conn, "moved", later, x=LEFT + 3050.0, method="landmark", radius=80.0)
    put(conn, "lost", later, x=None, y=None, method="corregimiento", radius=900.0)
    put(conn, "twice", later, hour=9, hash="h2", delivery=2)
    put(conn, "twice", later + timedelta(days=1), hour=7, hash="h", delivery=2)
    put(conn, "new", later, delivery=2, x=LEFT + 4050.0)
    put(conn, "solved", later, delivery=1, day="2024-02-01")
    put(conn, "secret", later, category="SEX", hour=3, hash="h4", delivery=2)
    withdraw(conn, "gone", later)
    create_snapshot(conn, "0808", "febrero")
    set_moment(conn, "febrero", later + timedelta(days=2))
    return compare_snapshots(conn, "0808", "enero", "febrero")


def test_every_fate_of_an_incident_is_counted_once(conn: Connection) -> None:
    diff = change(conn)
    assert diff.totals == {"added": 1, "added_later": 1, "amended": 2, "placed_again": 2, "withdrawn": 1}
    assert diff.fields == {"place": 2, "hour": 1, "category": 1, "address": 1}
    assert set(diff.moves) == {("coordinate", "landmark", 1), ("coordinate", "corregimiento", 1)}
    assert (diff.points_gained, diff.points_lost) == (0, 1)
    assert [(line.name, line.total) for line in diff.sources] == [("demo", 7)]
    assert {line.name: line.total for line in diff.categories} == {"ROB": 6, "HUR": 1}
    assert [(line.name, line.total) for line in diff.months] == [("2024-03-01", 6), ("2024-02-01", 1)]


def test_a_reserved_category_is_told_as_fewer_than_five_or_as_a_total(conn: Connection) -> None:
    assert change(conn).reserved is None
    later = START + timedelta(days=30)
    for n in range(6):
        put(conn, f"secret {n}", later, category="SEX", delivery=2)
    diff = compare_snapshots(conn, "0808", "enero", "febrero")
    assert diff.reserved == 5  # of seven: in steps, so that no two totals differ by fewer
    assert "SEX" not in str(diff.categories)
    assert compare_snapshots(conn, "0808", "enero", "enero").reserved is None  # none and few are told alike


def test_editions_and_masks_that_changed_are_told(conn: Connection) -> None:
    diff = change(conn)
    assert diff.editions == [("limits corregimiento", "uno uno", "dos dos")]
    assert diff.mask["gained_km2"] > 0
    assert diff.mask["lost_km2"] == 0
    assert diff.mask["after_km2"] - diff.mask["before_km2"] == pytest.approx(diff.mask["gained_km2"], abs=1e-3)
    assert find_snapshot(conn, "0808", "enero").made_by == "Ana"


def test_given_the_other_way_round_the_answer_is_the_same_and_with_itself_nothing(conn: Connection) -> None:
    diff = change(conn)
    assert compare_snapshots(conn, "0808", "febrero", "enero") == diff
    same = compare_snapshots(conn, "0808", "enero", "enero")
    assert same.nothing
    assert same.totals == {}
    with pytest.raises(NotFoundError, match="enero, febrero"):
        compare_snapshots(conn, "0808", "enero", "marzo")


def test_a_question_about_a_snapshot_is_answered_with_what_was_known_then(conn: Connection) -> None:
    change(conn)
    day = START.date()
    asked = complete(conn, Selection(municipality="0808", since=day, until=day, snapshot="enero"))
    assert asked.as_of == START + timedelta(days=1)
    asked = complete(conn, Selection(municipality="0808", since=day, until=day, snapshot="enero", as_of=START))
    assert asked.as_of == START


@pytest.fixture
def app(engine: Engine) -> Flask:
    """Return the application on a city with two snapshots; forms need no token here."""
    with begin(engine) as conn:
        change(conn)
    made = create_app(Settings(home=Path("/nonexistent")), engine)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def test_the_page_tells_what_changed_and_the_file_the_same(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/datos/instantaneas?from=enero&to=febrero").text
    assert "Ubicados de otro modo con el mismo contenido" in page
    assert "limits corregimiento" in page
    sent = client.get("/datos/instantaneas/cambios.json?from=enero&to=febrero").get_json()
    assert sent["totals"]["added"] == 1
    assert sent["before"]["known_at"].startswith("2025-01-02")
    assert sent["reserved"] is None
    assert client.get("/datos/instantaneas?from=enero&to=%3Cb%3E").status_code == 404
    assert "&lt;b&gt;" in client.get("/datos/instantaneas?from=enero&to=%3Cb%3E").text


def test_the_form_makes_a_snapshot_as_the_writing_role_and_says_who(app: Flask, engine: Engine) -> None:
    client = app.test_client()
    sent = client.post("/datos/instantaneas", data={"name": "  marzo  ", "note": "<i>x</i>", "actor": "Ana"})
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"]).text
    assert "marzo" in page
    assert "<i>x</i>" not in page
    with begin(engine) as conn:
        made = find_snapshot(conn, "0808", "marzo")
    assert (made.made_by, made.note) == ("Ana", "<i>x</i>")
    assert "limits corregimiento" in made.stands_on


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": "enero", "actor": "Ana"}, 409),
        ({"name": " ", "actor": "Ana"}, 400),
        ({"name": "abril", "actor": ""}, 400),
        ({"name": "x" * 81, "actor": "Ana"}, 400),
        ({"name": "abril", "note": "x" * 501, "actor": "Ana"}, 400),
        ({"name": "a\u202eb", "actor": "Ana"}, 400),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_nothing(
    app: Flask, engine: Engine, form: dict[str, str], status: int
) -> None:
    answer = app.test_client().post("/datos/instantaneas", data=form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    with begin(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM snapshot")).scalar_one() == 2


def test_of_two_forms_with_one_name_at_once_one_is_kept(app: Flask, engine: Engine) -> None:
    def send(_: int) -> int:
        return app.test_client().post("/datos/instantaneas", data={"name": "junio", "actor": "Ana"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(send, range(4)))
    assert statuses == [303, 409, 409, 409]
    with begin(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM boundary_set WHERE edition = 'junio'")).scalar_one() == 1


def test_the_command_line_tells_the_same(
    app: Flask, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["observatorio", *arguments])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    told = json.loads(run("snapshot", "diff", "febrero", "enero", "--json"))
    assert (
        told["totals"] == app.test_client().get("/datos/instantaneas/cambios.json?from=enero&to=febrero").json["totals"]
    )  # type: ignore[index]
    words = run("snapshot", "diff", "enero", "febrero")
    assert "Corregidos por la institución: 2" in words
    assert "limits corregimiento: uno uno -> dos dos" in words
    figures = json.loads(run("quality", "--municipality", "0808", "--json"))
    assert sum(row["n"] for row in figures["months"]) == 8
    assert "no envía desde hace" in run("quality")


def test_what_a_person_placed_is_told_apart_from_what_the_gazetteer_placed(conn: Connection) -> None:
    change(conn)
    later = START + timedelta(days=31)
    put(conn, "same", later, x=LEFT + 2050.0, method="landmark", radius=80.0)
    conn.execute(
        text(
            "INSERT INTO review (municipality, address_key, address, decision, method, score, radius, decided_by,"
            " decided_at, area) VALUES ('0808', 'k', 'Calle 5', 'area', 'corregimiento', 0.3, 900, 'Ana', :at,"
            " '080801')"
        ),
        {"at": later},
    )
    conn.exec_driver_sql(
        "UPDATE incident SET review = (SELECT id FROM review), before_review = '{}' WHERE source_key = 'same'"
        " AND known_to = 'infinity'"
    )
    diff = compare_snapshots(conn, "0808", "enero", "febrero")
    assert diff.totals["reviewed"] == 1
    assert diff.totals["placed_again"] == 2
