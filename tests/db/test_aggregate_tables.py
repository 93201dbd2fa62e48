"""What a page tells of aggregates: as they came, with their marks; what is reserved or small betrays nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.services.aggregate_tables import load_things, make_area_table, make_table
from geo_observatorio.services.ingest import ingest_file
from web import create_app

SAMPLES = Path(__file__).parents[1] / "geo_observatorio" / "samples"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUARTERS = "MATERIA,CORREGIMIENTO,AÑO,TRIMESTRE,INGRESADOS\n"


@pytest.fixture
def client(city: Engine, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    pages = make_engine(database_url, role=WEB_ROLE)
    yield create_app(Settings(home=tmp_path), pages).test_client()
    pages.dispose()


def ingest(city: Engine, source: str, path: Path) -> None:
    with begin(city) as conn:
        ingest_file(conn, source, path, now=NOW)


def ingest_text(city: Engine, tmp_path: Path, text: str, source: str = "casa_justicia_informe") -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    ingest(city, source, path)


def rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(path).text)))


def test_the_table_of_the_prosecutor_is_shown_with_unit_marks_and_source(city: Engine, client: FlaskClient) -> None:
    ingest(city, "ministerio_publico", SAMPLES / "ministerio_publico.csv")
    page = client.get("/datos/agregados").text
    for told in ("Homicidio Doloso", "Art. 131", "(P)", "Unidad de cuenta: denuncias", "Ministerio Público de Panamá"):
        assert told in page
    assert "País: Panamá" in page
    assert client.get("/datos/agregados?lang=en").status_code == 200


def test_the_measure_that_a_source_means_first_is_shown_first(city: Engine, client: FlaskClient) -> None:
    ingest(city, "casa_justicia", SAMPLES / "casa_justicia_informe.csv")
    assert "Ingresados, 2025" in client.get("/datos/agregados").text


def test_without_any_counts_the_page_says_how_to_load_some(client: FlaskClient) -> None:
    assert "observatorio ingest ministerio_publico" in client.get("/datos/agregados").text


def test_small_counts_of_a_category_nobody_reserved_are_shown_as_they_came(city: Engine, client: FlaskClient) -> None:
    ingest(city, "ministerio_publico", SAMPLES / "ministerio_publico.csv")
    told = [row["n"] for row in rows(client, "/datos/agregados/tabla.csv") if row["article"] == "131"]
    assert told == ["2", "1", "0", "1", "0", "1", "2", "1", "0", "1", "1", "1"]


def test_of_what_no_category_covers_small_counts_are_hidden(city: Engine, client: FlaskClient) -> None:
    ingest(city, "ministerio_publico", SAMPLES / "ministerio_publico.csv")
    told = [row["n"] for row in rows(client, "/datos/agregados/tabla.csv") if row["article"] == "136"]
    assert set(told) == {"<5"}
    assert "sin categoría: se trata como reservada" in client.get("/datos/agregados").text


def test_of_a_reserved_category_no_month_can_be_told_from_the_total(
    city: Engine, client: FlaskClient, tmp_path: Path
) -> None:
    text = "Año 2024\nDELITO,ENE,FEB,MAR,ABR\nViolencia doméstica,3,9,8,7\n"
    ingest_text(city, tmp_path, text, "ministerio_publico")
    assert [row["n"] for row in rows(client, "/datos/agregados/tabla.csv")] == ["<5", "9", "8", "<5"]


def test_by_corregimiento_small_counts_and_what_tells_them_are_hidden(
    city: Engine, client: FlaskClient, tmp_path: Path
) -> None:
    lines = [("Bella Vista", 40), ("San Francisco", 2), ("Río Abajo", 9), ("Juan Díaz", 12)]
    ingest_text(city, tmp_path, QUARTERS + "".join(f"Ruido,{name},2025,1,{n}\n" for name, n in lines))
    told = {row["place"]: row["n"] for row in rows(client, "/datos/agregados/areas.csv")}
    assert told == {
        "080807 Bella Vista": "40",
        "080812 Juan Díaz": "12",
        "080811 Río Abajo": "<5",
        "080809 San Francisco": "<5",
    }
    assert [row["n"] for row in rows(client, "/datos/agregados/tabla.csv")] == ["63"]


def test_a_reserved_category_by_corregimiento_is_told_by_whole_years_alone(city: Engine, tmp_path: Path) -> None:
    lines = [
        f"Violencia doméstica,{name},{year},{quarter},{n}\n"
        for year, quarters in ((2024, (1, 2, 3, 4)), (2025, (1, 2)))
        for quarter in quarters
        for name, n in (("Bella Vista", 9), ("San Francisco", 1), ("Río Abajo", 2), ("Juan Díaz", 7))
    ]
    ingest_text(city, tmp_path, QUARTERS + "".join(lines))
    names = {"080807": "Bella Vista", "080809": "San Francisco", "080811": "Río Abajo", "080812": "Juan Díaz"}
    with begin(city) as conn:
        whole = load_things(conn, "0808", "casa_justicia_informe", "entered", 2024)[0]
        part = load_things(conn, "0808", "casa_justicia_informe", "entered", 2025)[0]
        month = make_table([part], ("sum", ""), "es")
    table = make_area_table(whole, names)
    assert [(line.name, [cell.n for cell in line.cells]) for line in table.lines] == [
        ("Bella Vista", [36]),
        ("Juan Díaz", [28]),
        ("Río Abajo", [None]),
        ("San Francisco", [None]),
    ]
    assert make_area_table(part, names).lines == ()
    assert [cell.n for cell in month.lines[0].cells] == [19, 19]


def test_a_year_beside_its_months_is_not_shown(city: Engine, client: FlaskClient, tmp_path: Path) -> None:
    ingest_text(city, tmp_path, "CLASE,DISTRITO,AÑO,MES,CANTIDAD\nRobos,Panamá,2023,1,7\n", "siec")
    ingest_text(city, tmp_path, "CLASE,DISTRITO,AÑO,CANTIDAD\nRobos,Panamá,2023,90\n", "siec")
    told = rows(client, "/datos/agregados/tabla.csv")
    assert [(row["period_from"], row["n"]) for row in told] == [("2023-01-01", "7")]


def test_places_of_one_level_do_not_tell_each_other(city: Engine, client: FlaskClient, tmp_path: Path) -> None:
    lines = [("Panamá", 3, 40), ("Chepo", 8, 9), ("San Miguelito", 20, 30)]
    text = "CLASE,DISTRITO,2022,2023\n" + "".join(f"Femicidios,{name},{a},{b}\n" for name, a, b in lines)
    ingest_text(city, tmp_path, text, "siec")
    hidden = [
        row["place"]
        for name, _, _ in lines
        for row in rows(client, f"/datos/agregados/tabla.csv?year=2022&place=district|{name}")
        if row["n"] == "<5"
    ]
    assert sorted(hidden) == ["Chepo", "Panamá"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("source=nadie", 404),
        ("year=abc", 400),
        ("year=2099", 200),
        ("measure=%3Cscript%3E", 200),
        ("place=%27;DROP|x", 200),
        ("thing=zzz", 200),
        ("source=%00", 400),
    ],
)
def test_odd_questions_are_answered_in_a_sentence(city: Engine, client: FlaskClient, query: str, status: int) -> None:
    ingest(city, "siec", SAMPLES / "siec.csv")
    assert client.get(f"/datos/agregados?{query}").status_code == status


def test_labels_of_a_hostile_file_stay_text_in_page_and_file(city: Engine, client: FlaskClient, tmp_path: Path) -> None:
    ingest_text(city, tmp_path, "CLASE,2023\n=cmd|' /C calc'!A0,7\n<script>alert(1)</script>,8\n", "siec")
    page = client.get("/datos/agregados").text
    assert "<script>alert" not in page
    assert "'=cmd" in client.get("/datos/agregados/tabla.csv").text
