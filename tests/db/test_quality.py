"""Quality of deliveries by source and month, the grade of findings, and the page, against rows counted by hand."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from flask import Flask
from shapely import box
from sqlalchemy import Connection, Engine, text

from analysis import find_statistic
from geo_observatorio.config import Settings
from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.engine import begin
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.models import Selection
from geo_observatorio.readings import read_aloud
from geo_observatorio.resources import data_dir
from geo_observatorio.services.coverage import find_level_breaks, list_series, read_declared
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.quality import Quality, find_quality
from geo_observatorio.services.senders import find_rhythm
from geo_observatorio.services.snapshots import create_snapshot
from geo_observatorio.services.studies import run_study
from web import create_app

LEFT, BOTTOM = 660_000.0, 1_000_000.0  # metres in UTM 17N, inside the district
FIRST = date(2023, 1, 1)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
ROW = text(
    "INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line, category,"
    " occurred_from, occurred_to, local_day, local_hour, time_precision, reported_on, address, stated_area, location,"
    " x, y, method, score, radius, repairs) SELECT CAST(:at AS timestamptz), '0808', :source,"
    " gen_random_uuid()::text, 'h', CAST(:delivery AS uuid), 1, :category,"
    " CAST(:moment AS timestamp) AT TIME ZONE 'America/Panama', CAST(:moment AS timestamp) AT TIME ZONE"
    " 'America/Panama', CAST(:day AS date), CAST(:hour AS smallint), :precision, CAST(:reported AS date), :address,"
    " :area, ST_Transform(ST_SetSRID(ST_Point(:x, :y), 32617), 4326), :x, :y, :method, 1, 10, CAST(:repairs AS jsonb)"
    " FROM generate_series(1, :n)"
)


def put(conn: Connection, n: int = 1, **values: Any) -> None:
    """Keep ``n`` equal incidents."""
    fields = {
        "at": "2023-02-01",
        "source": "demo",
        "delivery": "00000000-0000-0000-0000-000000000001",
        "category": "ROB",
        "day": "2023-01-10",
        "hour": 7,
        "minute": 12,
        "reported": None,
        "address": "Calle 5",
        "area": "01",
        "x": LEFT + 1050.5,
        "y": BOTTOM + 1050.5,
        "method": "coordinate",
        "repairs": "[]",
    } | values
    hour = fields["hour"]
    fields["precision"] = "day" if hour is None else "minute"
    fields["moment"] = f"{fields['day']} {hour or 0:02d}:{fields['minute']:02d}"
    conn.execute(ROW, {**fields, "n": n})


def add_delivery(conn: Connection, number: int, source: str, received: str, last_day: str, rows: int = 10) -> None:
    conn.execute(
        text(
            "INSERT INTO delivery (id, source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
            " duplicate, quarantined, received_at, first_day, last_day) VALUES (:id, :source, '0808', :name, :name, 1,"
            " :rows, :rows - 1, 0, 1, 0, :received, '2023-01-01', :last_day)"
        ),
        {
            "id": f"00000000-0000-0000-0000-{number:012d}",
            "source": source,
            "name": f"{number}",
            "rows": rows,
            "received": received,
            "last_day": last_day,
        },
    )


@pytest.fixture
def city(conn: Connection) -> Connection:
    """Return a city of two areas with two sources, whose deliveries are empty."""
    fill(conn)
    return conn


def fill(conn: Connection) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    shapes = [box(LEFT + i * 3000, BOTTOM, LEFT + (i + 1) * 3000, BOTTOM + 3000) for i in range(2)]
    table = {"code": ["01", "02"], "name": ["Uno", "Dos"], "observed": [True, True], "area_km2": [9.0, 9.0]}
    areas = gpd.GeoDataFrame(table, geometry=shapes, crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition="prueba", sha256="x")
    save_areas(conn, head, areas.assign(label=areas.centroid))
    conn.exec_driver_sql("INSERT INTO institution VALUES ('demo', 'Demo'), ('casas', 'Casas')")
    conn.exec_driver_sql(
        "INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demo'), ('casa_justicia', 'casas', 'C')"
    )
    conn.exec_driver_sql(
        "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)"
        " VALUES ('ROB', 's', 'robo', 'robbery', 'l', 'g', 'event', false, 'p'),"
        " ('SEX', 's', 'abuso', 'abuse', 'l', 'g2', 'event', true, 'p')"
    )
    add_delivery(conn, 1, "demo", "2023-02-01 12:00-05", "2023-01-31")
    add_delivery(conn, 2, "demo", "2023-03-01 12:00-05", "2023-02-28")
    add_delivery(conn, 3, "demo", "2023-04-01 12:00-05", "2023-03-31")


def measure(conn: Connection, today: date = date(2023, 4, 10)) -> Quality:
    return find_quality(conn, find_municipality(conn, "0808"), today=today)


def test_the_figures_of_a_month_are_those_counted_by_hand(city: Connection) -> None:
    put(city, 4, reported="2023-01-15")
    put(city, 2, hour=0, minute=0, day="2023-01-01", reported="2023-01-02")
    put(city, 1, hour=None, x=LEFT + 3500.0, address="")  # names 01 and lies in 02
    put(city, 1, x=None, y=None, method="corregimiento")
    put(city, 1, x=None, y=None, method="none", area="")
    put(city, 1, x=None, y=None, method="barrio", minute=30)
    put(city, 7, category="SEX")
    (row,) = measure(city).months
    assert (row.source, row.month, row.n) == ("demo", FIRST, 10)
    assert (row.point, row.barrio, row.corregimiento, row.nowhere) == (0.7, 0.1, 0.1, 0.1)
    assert (row.no_hour, row.midnight, row.first_day) == (0.1, 0.2, 0.2)
    assert row.half_hours == pytest.approx(3 / 9)
    assert (row.no_address, row.no_area, row.with_report) == (0.1, 0.1, 0.6)
    assert row.elsewhere == pytest.approx(1 / 7)
    assert (row.report_median, row.report_most) == (5, 5)
    assert (row.receipt_median, row.receipt_most) == (22, 30)  # four of 17, four of 22 since the event, two of 30
    assert row.radius == 10
    assert row.judge("point") == "bad"
    assert row.judge("no_hour") == "good"
    assert row.judge("barrio") == "good"
    assert row.judge("elsewhere") == "watch"


def test_round_coordinates_are_those_of_three_decimals_in_both_parts(city: Connection) -> None:
    put(city, 3)
    put(city, 1)
    city.execute(
        text(
            "UPDATE incident SET location = ST_SetSRID(ST_MakePoint(-79.512, 9.043), 4326)"
            " WHERE ctid = (SELECT min(ctid) FROM incident)"
        )
    )
    assert measure(city).months[0].round_coordinate == 0.25


def test_a_pile_is_told_with_the_place_that_stands_there(city: Connection) -> None:
    city.exec_driver_sql(
        "INSERT INTO place (municipality, name, kind, source, geometry) VALUES ('0808', 'Estación <b>', 'policía', 's',"
        f" ST_Transform(ST_SetSRID(ST_Point({LEFT + 1100}, {BOTTOM + 1050}), 32617), 4326))"
    )
    put(city, 25)
    put(city, 19, x=LEFT + 2000.0)
    put(city, 40, category="SEX", x=LEFT + 2500.0)
    put(city, 2, repairs='[{"field": "point", "rule": "pile", "from": "", "to": ""}]', x=None, y=None, method="none")
    found = measure(city)
    assert [(pile.n, pile.place, pile.area, pile.days) for pile in found.piles] == [(25, "Estación <b>", "Uno", 1)]
    assert [(item.rule, item.n) for item in found.refused] == [("pile", 2)]


def test_a_source_is_late_by_its_own_rhythm(city: Connection) -> None:
    put(city, 1)
    (sender,) = measure(city).senders
    assert (sender.rhythm, sender.covers_until, sender.silent_days) == (29, date(2023, 3, 31), 9)
    assert not sender.late
    assert sender.due is not None
    assert not measure(city, sender.due).senders[0].late
    (sender,) = measure(city, sender.due + timedelta(days=1)).senders
    assert sender.late
    assert sender.repeated == pytest.approx(0.1)


def test_a_rhythm_needs_three_deliveries() -> None:
    days = [date(2023, 1, 31), date(2023, 4, 30), date(2023, 7, 31)]
    assert find_rhythm(days[:2]) is None
    assert find_rhythm([]) is None
    assert find_rhythm(days) == 90


def fill_months(conn: Connection, counts: list[int], source: str = "demo", start: int = 0) -> None:
    for number, n in enumerate(counts, start):
        day = date(2023 + number // 12, number % 12 + 1, 10)
        if n:
            put(conn, n, day=day.isoformat(), source=source, x=LEFT + 100.0 + 40 * (number % 60))
    conn.exec_driver_sql("UPDATE delivery SET last_day = '2026-12-31' WHERE file_name = '3'")


def test_months_that_are_missing_and_breaks_are_found(city: Connection) -> None:
    fill_months(city, [40, 41, 39, 40, 2, 42, 40, 41, 38, 40, 40, 41, 80, 82, 79, 81, 80, 80, 83, 78, 80, 81])
    (series,) = list_series(city, "0808", NOW)
    assert series.missing == [date(2023, 5, 1)]
    (found,) = find_level_breaks(city, "0808", NOW)
    assert (found.month, found.declared) == (date(2024, 1, 1), False)
    assert found.ratio == pytest.approx(2, rel=0.05)


def test_a_declared_break_explains_one_that_is_found(city: Connection) -> None:
    fill_months(city, [60 + n % 3 for n in range(12)] + [20 + n % 3 for n in range(12)], "casa_justicia", start=24)
    (found,) = find_level_breaks(city, "0808", NOW)
    assert (found.month, found.declared) == (date(2026, 1, 1), True)
    assert {item.day for item in measure(city).declared} == {date(2018, 1, 2), date(2026, 1, 1)}
    assert all(item.note and item.source and item.name_en for item in read_declared())


def ask(conn: Connection, **values: Any) -> Any:
    selection = Selection(municipality="0808", **{"since": date(2023, 1, 1), "until": date(2024, 10, 31), **values})
    return run_study(conn, "density", selection, find_statistic("density").params(least_placed=0.0))


def test_a_grade_travels_with_a_finding_and_says_why(city: Connection) -> None:
    fill_months(city, [40, 41, 39, 40, 2, 42, 40, 41, 38, 40, 40, 41, 80, 82, 79, 81, 80, 80, 83, 78, 80, 81])
    for number in range(22):
        day = date(2023 + number // 12, number % 12 + 1, 9).isoformat()
        put(city, 0 if number == 4 else 14 if number < 12 else 28, x=None, y=None, method="corregimiento", day=day)
    create_snapshot(city, "0808", "uno")
    finding = ask(city)
    quality = finding.context.quality
    assert {fault["code"]: fault["grave"] for fault in quality["faults"]} == {
        "unplaced": True,
        "undelivered": False,
        "undeclared_break": False,
    }
    assert quality["level"] == "C"
    assert quality["missing"] == ["2023-05-01"]
    assert quality["found"] == ["2024-01-01"]
    told = next(sentence for sentence in read_aloud(finding) if "Calidad de los datos" in sentence)
    assert told.startswith(
        "Calidad de los datos: C, con reparos serios: el 26 % no tiene un punto (límite 15 %); en el 4.5 % de los meses"
    )
    assert ask(city).context.quality == quality  # kept with the finding


def test_a_period_before_a_source_began_lacks_its_months(city: Connection) -> None:
    fill_months(city, [40] * 12)
    create_snapshot(city, "0808", "uno")
    quality = ask(city, since=date(2022, 7, 1), until=date(2023, 6, 30)).context.quality
    assert len(quality["missing"]) == 6
    assert quality["faults"][0] == {"code": "undelivered", "value": 0.5, "limit": 0.1, "grave": True}


def test_totals_of_a_reserved_category_have_no_grade(city: Connection) -> None:
    put(city, 30, category="SEX")
    put(city, 30)
    create_snapshot(city, "0808", "uno")
    year = {"since": date(2023, 1, 1), "until": date(2023, 12, 31)}
    selection = Selection(municipality="0808", categories=("SEX",), **year)
    finding = run_study(city, "area_totals", selection, find_statistic("area_totals").params())
    assert finding.context.quality == {}
    assert not [sentence for sentence in read_aloud(finding) if "Calidad" in sentence]


@pytest.fixture
def app(engine: Engine) -> Flask:
    """Return the application on a city with two months."""
    with begin(engine) as conn:
        fill(conn)
        put(conn, 25)
        put(conn, 5, day="2023-02-01", hour=0, minute=0)
    return create_app(Settings(home=Path("/nonexistent")), engine)


def test_page_and_files_tell_the_same(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/calidad")
    assert page.status_code == 200
    assert "feb 2023" in page.text
    assert "heat-bad" in page.text
    rows = list(csv.DictReader(io.StringIO(client.get("/calidad/calidad.csv").text)))
    assert [(row["month"], row["n"]) for row in rows] == [("2023-01-01", "25"), ("2023-02-01", "5")]
    told = client.get("/calidad/calidad.json").get_json()
    assert [(row["month"], row["n"]) for row in told["months"]] == [("2023-01-01", 25), ("2023-02-01", 5)]
    assert told["senders"][0]["covers_until"] == "2023-03-31"
    assert told["limits"]["point"] == [0.95, 0.85]
    assert client.get("/calidad?lang=en").text.count("with a point") >= 1


@pytest.mark.parametrize("months", ["0", "x", "-3", "1e9", "241"])
def test_a_number_of_months_that_cannot_be_is_refused(app: Flask, months: str) -> None:
    assert app.test_client().get(f"/calidad?months={months}").status_code == 400


def test_who_sent_is_told_where_no_incident_was_kept(engine: Engine) -> None:
    with begin(engine) as conn:
        fill(conn)
    page = create_app(Settings(home=Path("/nonexistent")), engine).test_client().get("/calidad")
    assert page.status_code == 200
    assert "cubre hasta el 31/03/2023" in page.text


def test_a_municipality_without_deliveries_says_so(engine: Engine) -> None:
    with begin(engine) as conn:
        add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    client = create_app(Settings(home=Path("/nonexistent")), engine).test_client()
    assert client.get("/calidad").status_code == 200
    assert "Todavía no se ha recibido" in client.get("/calidad").text
