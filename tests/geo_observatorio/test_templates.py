from datetime import datetime
from pathlib import Path

import pytest

from geo_observatorio.db.categories import read_scheme
from geo_observatorio.errors import NotFoundError
from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.sources import SOURCES, find_source
from geo_observatorio.sources.rows import RowReader, RowRejectedError
from geo_observatorio.sources.tables import Blank, Opened, read_table
from geo_observatorio.sources.templates import Template, make_template

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 1, 1)
INCIDENTS = [name for name in SOURCES if isinstance(find_source(name), Template)]
EXPECTED = {
    "demo": {
        "read": 7,
        "header": 1,
        "blank": 1,
        "footer": 1,
        "missing_id": 1,
        "missing_date": 1,
        "bad_date": 1,
        "future": 1,
        "too_old": 1,
        "missing_category": 1,
        "unknown_category": 1,
        "ragged_row": 1,
    },
    "cdmx": {"header": 1, "read": 5, "unknown_category": 1, "bad_date": 1},
    "policia": {"header": 4, "read": 4, "footer": 1, "reported_before_it_happened": 1},
    "casa_justicia": {"header": 2, "read": 3, "unknown_category": 1, "bad_date": 1},
    "denuncias": {"header": 1, "read": 3, "missing_id": 1},
}


def make_reader(source: str) -> RowReader:
    template = find_source(source)
    names = {
        plain_text(row[key]): row["code"] for row in read_scheme(template.categories) for key in ("code", "name_es")
    }
    return RowReader(template=template, categories=names | template.category_aliases, now=NOW)


@pytest.mark.parametrize("source", INCIDENTS)
def test_each_source_reads_its_sample_and_refuses_what_it_should(source: str) -> None:
    reader, counts = make_reader(source), dict[str, int]()
    for row in read_table(SAMPLES / f"{source}.csv", reader.template):
        if isinstance(row, Opened):
            continue
        if isinstance(row, Blank):
            outcome = row.kind
        elif row.values is None:
            outcome = "ragged_row"
        else:
            try:
                reader.read(row.values)
                outcome = "read"
            except RowRejectedError as refusal:
                outcome = refusal.rule
        counts[outcome] = counts.get(outcome, 0) + 1
    assert counts == EXPECTED[source]


@pytest.mark.parametrize("source", SOURCES)
def test_every_alias_of_a_source_names_a_category_of_its_scheme(source: str) -> None:
    template = find_source(source)
    codes = {row["code"] for row in read_scheme(template.categories)}
    assert {*template.category_aliases.values(), *getattr(template, "articles", {}).values()} <= codes


@pytest.mark.parametrize("scheme", ["panama", "cdmx"])
def test_the_codes_and_names_of_a_scheme_tell_its_categories_apart(scheme: str) -> None:
    rows = read_scheme(scheme)
    assert len({row["code"] for row in rows}) == len(rows)
    assert len({plain_text(row["name_es"]) for row in rows}) == len(rows)
    assert {row["sensitive"] for row in rows} == {"yes", "no"}


@pytest.mark.parametrize(
    ("name", "sensitive"),
    [
        ("VIOLENCIA FAMILIAR", "yes"),
        ("VIOLACION", "yes"),
        ("ABUSO SEXUAL", "yes"),
        ("SECUESTRO", "yes"),
        ("TENTATIVA DE EXTORSION", "yes"),
        ("PERDIDA DE LA VIDA POR SUICIDIO", "yes"),
        ("TRATA DE PERSONAS", "yes"),
        ("FEMINICIDIO POR GOLPES", "yes"),
        ("CORRUPCION DE MENORES E INCAPACES", "yes"),
        ("VIOLACION Y ROBO DE VEHICULO", "yes"),
        ("VIOLACION DE CORRESPONDENCIA", "no"),
        ("ROBO A TRANSEUNTE EN VIA PUBLICA CON VIOLENCIA", "no"),
        ("HOMICIDIO POR ARMA DE FUEGO", "no"),
    ],
)
def test_what_touches_intimacy_family_or_minors_is_reserved(name: str, sensitive: str) -> None:
    by_name = {plain_text(row["name_es"]): row for row in read_scheme("cdmx")}
    assert by_name[plain_text(name)]["sensitive"] == sensitive


def test_the_group_of_street_robbery_is_what_says_so_in_its_name() -> None:
    for row in read_scheme("cdmx"):
        assert (row["group"] == "ROBO A TRANSEUNTE") == ("robo a transeunte" in plain_text(row["name_es"]))


def test_an_unknown_source_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFoundError) as refusal:
        find_source("bomberos")
    assert refusal.value.values["needed"] == ", ".join(SOURCES)


def test_every_file_of_a_source_is_in_the_registry() -> None:
    assert {path.stem for path in (data_dir("layers") / "sources").glob("*.toml")} == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_takes_no_column_of_names_or_numbers_of_persons(source: str) -> None:
    template = find_source(source)
    columns = template.columns | getattr(template, "tags", {})
    words = {word for spellings in columns.values() for text in spellings for word in text.split()}
    assert not words & {"nombre", "nombres", "apellido", "cedula", "telefono", "celular", "correo", "placa", "victima"}


def test_a_template_with_an_unknown_field_is_refused() -> None:
    values = {"institution": {"code": "x", "name": "X"}, "columns": {"nombre_victima": ["nombre"]}}
    with pytest.raises(ValueError, match="columns must be"):
        make_template("x", values)
