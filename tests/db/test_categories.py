"""Schemes, laws by date and aliases, on a real database."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from geo_observatorio.db.categories import find_validity, load_categories, name_categories, read_scheme
from geo_observatorio.db.deliveries import save_source
from geo_observatorio.errors import FileRefusedError, NotFoundError
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.schemes import add_scheme, list_schemes
from geo_observatorio.sources import find_source

HEAD = "code,name_es,name_en,line,group,iccs_code,tags,count_unit,law,sensitive,publication,valid_from,valid_to\n"
GOOD = "A-1,Riña,Brawl,convivencia,Faltas,08011,We=1|2,caso,Acuerdo 5,no,grid,2020-01-01,2024-12-31\n"
CITY = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.53, 8.98), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "otra ciudad.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_scheme_of_another_municipality_is_kept_with_its_dates_and_tags(conn: Connection, tmp_path: Path) -> None:
    report = add_scheme(conn, write(tmp_path, HEAD + GOOD))
    assert (report.scheme, report.categories, report.sensitive, report.outside) == ("otra_ciudad", 1, 0, 0)
    assert [scheme["scheme"] for scheme in list_schemes(conn)] == ["otra_ciudad"]
    tags = conn.exec_driver_sql("SELECT tags FROM category").scalar_one()
    assert tags == {"We": ["1", "2"]}
    assert str(find_validity(conn, "otra_ciudad")["A-1"][0][1]) == "2024-12-31"
    load_categories(conn, "otra_ciudad")  # known to the database alone
    with pytest.raises(NotFoundError, match="tercera"):
        load_categories(conn, "tercera")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name_es\nA,B\n",
        HEAD,
        HEAD + GOOD + GOOD,
        HEAD + GOOD.replace("no,grid", "quizá,grid"),
        HEAD + GOOD.replace("no,grid", "no,everywhere"),
        HEAD + GOOD.replace("08011", "99"),
        HEAD + GOOD.replace("We=1|2", "We"),
        HEAD + GOOD.replace("2024-12-31", "2019-12-31"),
        HEAD + GOOD.replace("2024-12-31", "ayer"),
        HEAD + GOOD.replace("A-1", "=cmd|x"),
        HEAD + GOOD.replace("A-1", ""),
        HEAD + GOOD.strip() + ",more\n",
        HEAD + GOOD.replace("Riña", "x" * 400),
        HEAD + GOOD.replace("Riña", "a\0b"),
        HEAD + '"A-1',
    ],
)
def test_a_table_that_is_no_scheme_is_refused_whole(conn: Connection, tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError):
        add_scheme(conn, write(tmp_path, text))
    assert list_schemes(conn) == []


def test_letters_that_are_not_utf8_are_refused(conn: Connection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes((HEAD + GOOD).encode("latin-1"))
    with pytest.raises(FileRefusedError):
        add_scheme(conn, path)


def test_a_code_belongs_to_one_scheme(conn: Connection, tmp_path: Path) -> None:
    load_categories(conn, "panama")
    with pytest.raises(FileRefusedError, match="DAI-01"):
        add_scheme(conn, write(tmp_path, HEAD + GOOD.replace("A-1", "DAI-01")))


def test_what_a_person_assigned_outlives_the_template_and_what_was_replaced_is_kept(conn: Connection) -> None:
    template = find_source("policia")
    save_source(conn, template)
    load_categories(conn, "panama")
    assert name_categories(conn, template)["estafa"] == "DAI-32"
    conn.exec_driver_sql(
        "UPDATE category_alias SET known_to = clock_timestamp() WHERE alias = 'estafa';"
        "INSERT INTO category_alias (source, alias, category, assigned_by) VALUES ('policia', 'estafa', NULL, 'M. R.');"
        "UPDATE category_alias SET category = 'DAI-20' WHERE alias = 'ruidos molestos'"
    )
    names = name_categories(conn, template)
    assert (names["estafa"], names["ruidos molestos"]) == ("", "CON-06")
    kept = conn.exec_driver_sql("SELECT category FROM category_alias WHERE alias = 'ruidos molestos' ORDER BY known_to")
    assert kept.scalars().all() == ["DAI-20", "CON-06"]


def test_an_incident_on_a_day_on_which_no_law_knew_its_category_says_so(conn: Connection, tmp_path: Path) -> None:
    conn.exec_driver_sql(CITY)
    path = tmp_path / "a.csv"
    days = ("01/01/2018", "02/01/2018", "31/12/2025", "01/01/2026")
    rows = [f"{n},{day},Ruido,Bella Vista" for n, day in enumerate(days)]
    path.write_text("\n".join(["caso,fecha,delito,corregimiento", *rows]), encoding="utf-8")
    report = ingest_file(conn, "demo", path, now=datetime(2026, 6, 1, tzinfo=UTC))
    assert report.inserted == 4
    assert report.repaired_by_rule == {"category_not_in_force": 1}
    noted = conn.exec_driver_sql("SELECT repairs FROM incident WHERE repairs <> '[]'").scalar_one()
    assert noted == [{"field": "category", "from": "2018-01-01", "to": "CON-06", "rule": "category_not_in_force"}]


def test_every_earlier_law_ends_the_day_before_the_next(conn: Connection) -> None:
    load_categories(conn, "panama")
    gaps = conn.exec_driver_sql(
        "SELECT category FROM (SELECT category, valid_from, lag(valid_to) OVER (PARTITION BY category ORDER BY"
        " valid_from) AS last FROM category_version) AS v WHERE last IS NOT NULL AND valid_from <> last + 1"
    )
    assert gaps.all() == []
    assert conn.exec_driver_sql("SELECT count(*) FROM category_version").scalar_one() == 94


@pytest.mark.shared
def test_the_scheme_of_panama_has_every_category_of_the_domain_with_its_code_and_its_reserve(shared: Path) -> None:
    with (shared / "domain" / "classification.csv").open(encoding="utf-8", newline="") as text:
        wanted = {row["code"]: row for row in csv.DictReader(text)}
    ours = {row["code"]: row for row in read_scheme("panama")}
    assert ours.keys() == wanted.keys()
    same = ("name_es", "name_en", "line", "group", "iccs_code", "count_unit", "sensitive")
    assert [code for code in ours if any(ours[code][name] != wanted[code][name] for name in same)] == []
    assert [code for code in ours if ours[code]["publication"] != wanted[code]["public_geography"]] == []
