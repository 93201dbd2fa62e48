"""A person says where an address is: all incidents that have it follow, in new versions, and it can be undone."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point, box
from sqlalchemy import Connection, Engine

from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.deliveries import find_moment
from geo_observatorio.db.engine import INGEST_ROLE, begin, lower_transaction
from geo_observatorio.db.municipalities import Municipality, find_municipality
from geo_observatorio.db.place_names import list_entries
from geo_observatorio.db.places import Place, save_places
from geo_observatorio.db.queries import query
from geo_observatorio.db.reviews import Waiting, find_review, list_reviews, lock_reviews
from geo_observatorio.db.selections import find_cut_off
from geo_observatorio.errors import NotFoundError, ReviewConflictError, SelectionError
from geo_observatorio.resources import data_dir
from geo_observatorio.services import reviews
from geo_observatorio.services.address_candidates import suggest
from geo_observatorio.services.address_queue import list_queue, open_text
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.reviews import Decision, decide, undo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]
LEVEL = "corregimiento"
SHOP = "Frente al súper de Chana"
COLUMNS = (
    "source_key, method, stated_area, score, radius, ST_X(location) AS lon, ST_Y(location) AS lat, x, y, address,"
    " local_day, category, repairs::text"
)


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Return an engine on a database with two areas and a place."""
    with begin(engine) as conn:
        add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
        names = {"code": ["080807", "080811"], "name": ["Bella Vista", "Río Abajo"]}
        shapes = [box(-79.6, 8.9, -79.5, 9.0), box(-79.5, 8.9, -79.4, 9.0)]
        areas = gpd.GeoDataFrame(names, geometry=shapes, crs=4326)
        areas = areas.assign(observed=True, area_km2=120.0, label=[shape.centroid for shape in shapes])
        save_areas(conn, BoundarySet(municipality="0808", level=LEVEL, edition="x", sha256="x" * 64), areas)
        save_places(conn, "0808", "tienda", "prueba", [Place(name="Abarrotería Chana", geometry=Point(-79.55, 8.95))])
    return engine


@pytest.fixture
def conn(engine: Engine) -> Iterable[Connection]:
    """Return an open transaction on that database."""
    with begin(engine) as conn:
        yield conn


@pytest.fixture
def panama(engine: Engine) -> Municipality:
    with begin(engine) as conn:
        return find_municipality(conn, "0808")


def deliver(conn: Connection, folder: Path, *rows: tuple[str, str] | tuple[str, str, str], name: str = "a.csv") -> None:
    """Ingest rows of an address, a stated area and, where it matters, an offence."""
    lines = [
        [f"{name}-{i}", f"{i % 28 + 1:02}/01/2024", "14:30", (*row, "Robo")[2], row[0], row[1], "", ""]
        for i, row in enumerate(rows)
    ]
    with (folder / name).open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEADER, *lines])
    report = ingest_file(conn, "demo", folder / name, now=NOW)
    assert report.inserted + report.updated == len(rows)


def waiting(conn: Connection) -> list[Waiting]:
    return list(list_queue(conn, "0808").items)


def known(conn: Connection, at: datetime | None = None) -> list[tuple[Any, ...]]:
    """Return what is or was known at a moment."""
    sql = f"SELECT {COLUMNS} FROM incident WHERE known_from <= %(at)s AND known_to > %(at)s ORDER BY source_key"
    return [tuple(row) for row in conn.exec_driver_sql(sql, {"at": at or datetime(9999, 1, 1, tzinfo=UTC)})]


def the_place(conn: Connection) -> int:
    number: int = conn.exec_driver_sql("SELECT id FROM place WHERE name = 'Abarrotería Chana'").scalar_one()
    return number


def a_decision(item: Waiting, **more: Any) -> Decision:
    return Decision(**{"key": item.key, "stated_area": item.stated_area, "meaning": "nowhere", **more})


def test_the_text_of_most_incidents_comes_first_and_spellings_are_one(conn: Connection, tmp_path: Path) -> None:
    rows = [("Callejón sin nombre", "Río Abajo"), (SHOP, "Bella Vista"), (SHOP.upper() + "!", "Bella Vista")]
    deliver(conn, tmp_path, *rows, (SHOP, "Río Abajo"), (SHOP, "Bella Vista"))
    queue = list_queue(conn, "0808")
    first, *others = [(item.address, item.stated_area, item.n) for item in queue.items]
    assert first == (SHOP, "080807", 3)
    assert sorted(others) == [("Callejón sin nombre", "080811", 1), (SHOP, "080811", 1)]
    assert (queue.texts, queue.incidents, queue.reserved) == (3, 5, 0)


def test_a_text_that_says_nothing_does_not_wait_for_a_person(conn: Connection, tmp_path: Path) -> None:
    rows = [("Panamá", "Río Abajo"), ("S/D", "Bella Vista"), ("Ciudad de Panamá", "Río Abajo"), ("000000", "Río Abajo")]
    deliver(conn, tmp_path, *rows * 2, (SHOP, "Bella Vista"))
    queue = list_queue(conn, "0808")
    assert [item.address for item in queue.items] == [SHOP]
    assert (queue.texts, queue.incidents) == (1, 1)


def test_addresses_of_reserved_categories_are_a_number_and_no_text(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    secret = [("Casa de la víctima", "Bella Vista", "Violencia doméstica")]
    deliver(conn, tmp_path, *(secret * 4), (SHOP, "Bella Vista"))
    assert [item.address for item in waiting(conn)] == [SHOP]
    assert list_queue(conn, "0808").reserved is None  # fewer than five are not told
    deliver(conn, tmp_path, *secret, name="b.csv")
    assert list_queue(conn, "0808").reserved == 5
    sql = "SELECT address_key FROM incident WHERE address LIKE 'Casa de%%' LIMIT 1"
    key = conn.exec_driver_sql(sql).scalar_one()
    with pytest.raises(ReviewConflictError, match="ya no espera"):
        decide(conn, panama, LEVEL, Decision(key=key, stated_area="080807", meaning="nowhere"), "A")


def test_a_decision_ends_the_old_versions_and_begins_new_ones(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"), (SHOP, "Río Abajo"), (SHOP.lower(), "Bella Vista"))
    before, moment = known(conn), find_moment(conn)
    item = waiting(conn)[0]
    done = decide(conn, panama, LEVEL, a_decision(item, meaning="place", place=the_place(conn), note="la vi"), "M. R.")
    assert (done.replaced, done.decided_by, done.method, done.radius) == (2, "M. R.", "landmark", 100.0)
    after = known(conn)
    assert [row[1:7] for row in after] == [
        ("landmark", "080807", pytest.approx(0.95), 100.0, -79.55, 8.95),
        before[1][1:7],
        ("landmark", "080807", pytest.approx(0.95), 100.0, -79.55, 8.95),
    ]
    assert [row[0] for row in after] == [row[0] for row in before]  # the same incidents
    assert known(conn, moment) == before  # what was known then is as it was
    assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 5
    assert find_cut_off(conn, "0808") == done.decided_at > moment
    assert [(one.address, one.stated_area) for one in waiting(conn)] == [(SHOP, "080811")]
    (entry,) = list_entries(conn, "0808")
    assert entry.aliases == (SHOP,)
    alias = conn.exec_driver_sql("SELECT who, why, review FROM place_alias").one()
    assert tuple(alias) == ("M. R.", "la vi", done.id)


def test_undo_gives_everything_back_as_new_versions(conn: Connection, panama: Municipality, tmp_path: Path) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"), ("Otra cosa", "Bella Vista"))
    before, queue = known(conn), waiting(conn)
    item = next(one for one in queue if one.address == SHOP)
    done = decide(conn, panama, LEVEL, a_decision(item, meaning="place", place=the_place(conn)), "A")
    between = known(conn)
    undone = undo(conn, panama, done.id, "B")
    assert known(conn) == before != between == known(conn, done.decided_at)
    assert (undone.undone_by, undone.undone_at) == ("B", find_cut_off(conn, "0808"))
    assert waiting(conn) == queue
    assert [entry.aliases for entry in list_entries(conn, "0808")] == [()]
    assert conn.exec_driver_sql("SELECT count(*) FROM place_alias").scalar_one() == 1  # its history stays
    with pytest.raises(ReviewConflictError, match="ya la deshizo"):
        undo(conn, panama, done.id, "C")
    with pytest.raises(NotFoundError):
        undo(conn, panama, 999, "C")
    assert decide(conn, panama, LEVEL, a_decision(item), "C").id != done.id  # it may be decided again


def test_a_point_becomes_a_place_and_ends_with_its_decision(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    (item,) = waiting(conn)
    asked = a_decision(item, meaning="point", longitude=-79.51, latitude=8.96, radius=60.0)
    done = decide(conn, panama, LEVEL, asked, "A")
    assert [row[1:7] for row in known(conn)] == [("landmark", "080807", pytest.approx(0.95), 60.0, -79.51, 8.96)]
    easting, northing = known(conn)[0][7:9]
    assert Point(easting, northing).distance(gpd.GeoSeries([Point(-79.51, 8.96)], crs=4326).to_crs(32617)[0]) < 0.01
    made = [entry for entry in list_entries(conn, "0808") if entry.kind == "revision"]
    assert [(entry.name, entry.radius) for entry in made] == [(SHOP, 60.0)]
    undo(conn, panama, done.id, "A")
    assert len(list_entries(conn, "0808")) == 1


def test_an_area_is_decided_and_what_cannot_be_located_is_not_asked_again(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, ("Por donde siempre", ""), (SHOP, ""))
    nothing, shop = sorted(waiting(conn), key=lambda item: item.address == SHOP)
    decide(conn, panama, LEVEL, a_decision(shop, meaning="area", area="080811"), "A")
    decide(conn, panama, LEVEL, a_decision(nothing), "A")
    assert [row[1:4] for row in known(conn)] == [
        ("none", "", 0.0),
        ("corregimiento", "080811", pytest.approx(0.95)),
    ]
    assert waiting(conn) == []
    assert [review.decision for review in list_reviews(conn, "0808", limit=None)] == ["nowhere", "area"]


def test_a_weak_point_that_cannot_be_located_stays_in_its_area(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, ("Abarrotería Chana", "Bella Vista"))
    conn.exec_driver_sql("UPDATE incident SET score = 0.4")
    (item,) = waiting(conn)
    assert item.method == "landmark"
    done = decide(conn, panama, LEVEL, a_decision(item), "A")
    (row,) = known(conn)
    assert row[1:3] == ("corregimiento", "080807")
    assert row[4] == pytest.approx((120e6 / 3.14159265) ** 0.5, rel=1e-6)
    undo(conn, panama, done.id, "A")
    assert known(conn)[0][1] == "landmark"


def test_a_decision_holds_for_files_to_come_until_it_is_undone(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    (item,) = waiting(conn)
    asked = a_decision(item, meaning="point", longitude=-79.51, latitude=8.96)
    done = decide(conn, panama, LEVEL, asked, "A")
    conn.exec_driver_sql("UPDATE place SET valid_to = now() WHERE review IS NOT NULL")  # the words alone say nothing
    deliver(conn, tmp_path, (SHOP + ".", "Bella Vista"), (SHOP, "Río Abajo"), name="b.csv")
    assert [row[1] for row in known(conn)] == ["landmark", "landmark", "corregimiento"]
    undo(conn, panama, done.id, "A")
    assert [row[1:3] for row in known(conn)] == [
        ("corregimiento", "080807"),
        ("corregimiento", "080807"),
        ("corregimiento", "080811"),
    ]


def test_an_amended_row_keeps_the_decision_and_its_own_content_when_that_is_undone(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista", "Robo"))
    (item,) = waiting(conn)
    done = decide(conn, panama, LEVEL, a_decision(item, meaning="point", longitude=-79.51, latitude=8.96), "A")
    (tmp_path / "again").mkdir()
    deliver(conn, tmp_path / "again", (SHOP, "Bella Vista", "Hurto"))
    (row,) = known(conn)
    assert (row[1], row[5]) == ("landmark", -79.51)
    undo(conn, panama, done.id, "A")
    (back,) = known(conn)
    assert back[11] == row[11]  # the offence as amended
    assert back[1] == "corregimiento"


def test_everywhere_means_whatever_the_rows_state_but_for_what_was_decided(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"), (SHOP, "Río Abajo"), (SHOP, ""), (SHOP, "Bella Vista"))
    first, *others = waiting(conn)
    opened = open_text(conn, panama, LEVEL, first.key, first.stated_area)
    assert opened is not None
    assert (opened.item.n, opened.elsewhere) == (2, 2)
    decide(conn, panama, LEVEL, a_decision(first), "A")
    done = decide(
        conn, panama, LEVEL, replace(a_decision(others[0], meaning="area", area="080811"), stated_area=None), "A"
    )
    assert done.replaced == 2
    assert sorted(row[2] for row in known(conn)) == ["080807", "080807", "080811", "080811"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"meaning": "point", "longitude": -80.5, "latitude": 8.95}, SelectionError),
        ({"meaning": "point", "longitude": float("nan"), "latitude": 8.95}, SelectionError),
        ({"meaning": "point", "longitude": -79.55, "latitude": 8.95, "radius": 1e6}, SelectionError),
        ({"meaning": "point", "longitude": -79.55, "latitude": 8.95, "method": "coordinate"}, SelectionError),
        ({"meaning": "place", "place": 123456}, SelectionError),
        ({"meaning": "area", "area": "999999"}, SelectionError),
        ({"meaning": "area", "area": ""}, SelectionError),
        ({"meaning": "drop table"}, SelectionError),
        ({"key": "nothing has this key"}, ReviewConflictError),
        ({"key": ""}, ReviewConflictError),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    conn: Connection, panama: Municipality, tmp_path: Path, asked: dict[str, Any], error: type[Exception]
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    before = known(conn)
    with pytest.raises(error):
        decide(conn, panama, LEVEL, a_decision(waiting(conn)[0], **asked), "A")
    assert known(conn) == before
    assert list_reviews(conn, "0808", limit=None) == []


def test_of_two_reviewers_of_one_text_one_decides_and_the_other_is_told(
    engine: Engine, panama: Municipality, tmp_path: Path
) -> None:
    with begin(engine) as conn:
        deliver(conn, tmp_path, (SHOP, "Bella Vista"))
        (item,) = waiting(conn)

    def review(who: str) -> str:
        with begin(engine) as conn:
            lower_transaction(conn, INGEST_ROLE)  # the rights of the pages suffice
            try:
                return decide(conn, panama, LEVEL, a_decision(item), who).decided_by
            except ReviewConflictError as error:
                return str(error.values["found"])

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(review, ["A", "B"]))
    winner = next(one for one in said if one in {"A", "B"})
    assert sorted(said) == sorted([winner, f"{winner} ya lo decidió"])
    with begin(engine) as conn:
        assert len(list_reviews(conn, "0808", limit=None)) == 1
        assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 2
        lower_transaction(conn, INGEST_ROLE)
        assert undo(conn, panama, list_reviews(conn, "0808", limit=1)[0].id, "C").undone_by == "C"


def test_a_reviewer_is_told_to_wait_while_a_file_comes_in(
    engine: Engine, panama: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "PATIENCE", "50ms")
    with begin(engine) as conn:
        deliver(conn, tmp_path, (SHOP, "Bella Vista"))
        (item,) = waiting(conn)
    with begin(engine) as other:
        lock_reviews(other, "0808")
        with pytest.raises(ReviewConflictError, match="recibiendo un archivo"), begin(engine) as conn:
            decide(conn, panama, LEVEL, a_decision(item), "A")
    with begin(engine) as conn:
        assert decide(conn, panama, LEVEL, a_decision(item), "A").replaced == 1


def test_a_name_that_a_person_gave_outlives_a_new_file_of_places(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    done = decide(conn, panama, LEVEL, a_decision(waiting(conn)[0], meaning="place", place=the_place(conn)), "A")
    moved = {"ABARROTERIA CHANA": Point(-79.551, 8.95), "Otra": Point(-79.5, 8.9)}
    places = [Place(name=name, geometry=point) for name, point in moved.items()]
    save_places(conn, "0808", "tienda", "prueba", places)
    assert {entry.name: entry.aliases for entry in list_entries(conn, "0808")} == {
        "ABARROTERIA CHANA": (SHOP,),
        "Otra": (),
    }
    undo(conn, panama, done.id, "A")
    assert [entry.aliases for entry in list_entries(conn, "0808")] == [(), ()]


def test_a_long_street_is_no_point(conn: Connection, panama: Municipality, tmp_path: Path) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    line = LineString([(-79.6, 8.95), (-79.5, 8.95)])
    save_places(conn, "0808", "calle", "x", [Place(name="Vía Larga", geometry=line)])
    number = conn.exec_driver_sql("SELECT id FROM place WHERE name = 'Vía Larga'").scalar_one()
    with pytest.raises(SelectionError):
        decide(conn, panama, LEVEL, a_decision(waiting(conn)[0], meaning="place", place=number), "A")


def test_a_personal_number_in_an_address_is_in_no_review(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    conn.exec_driver_sql("UPDATE incident SET address = 'Casa de 8-123-456, tel. 6612-3456'")
    (item,) = waiting(conn)
    assert "123" not in item.address
    done = decide(conn, panama, LEVEL, a_decision(item, note="llame al 6612-3456"), "A")
    assert "66" not in done.address + done.note
    assert find_review(conn, "0808", done.id) == done


def test_a_demo_made_anew_takes_its_reviews_along(conn: Connection, panama: Municipality, tmp_path: Path) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"), (SHOP, "Río Abajo"))
    first, second = waiting(conn)
    decide(conn, panama, LEVEL, a_decision(first, meaning="place", place=the_place(conn)), "A")  # a place that stays
    decide(conn, panama, LEVEL, a_decision(second, meaning="point", longitude=-79.45, latitude=8.95), "A")
    values = {"municipality": "0808", "source": "demo", "place_source": "de la demo", "levels": ["nada"]}
    assert conn.execute(query("demo_forget"), values).scalar_one() == 4
    assert list_reviews(conn, "0808", limit=None) == []
    assert [(entry.name, entry.aliases) for entry in list_entries(conn, "0808")] == [("Abarrotería Chana", ())]


def test_what_a_reviewer_taught_is_known_to_the_next_address(
    conn: Connection, panama: Municipality, tmp_path: Path
) -> None:
    deliver(conn, tmp_path, (SHOP, "Bella Vista"))
    (item,) = waiting(conn)
    asked = f"{SHOP}, segundo piso"
    before = [choice.name for choice in suggest(conn, panama, LEVEL, asked, "").choices]
    decide(conn, panama, LEVEL, a_decision(item, meaning="place", place=the_place(conn)), "A")
    assert before[:1] != ["Abarrotería Chana"]
    assert suggest(conn, panama, LEVEL, asked, "").choices[0].name == "Abarrotería Chana"
