import csv
import io
import os
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from geo_observatorio.errors import DescriptionError, FileRefusedError, NotFoundError
from geo_observatorio.services.descriptions import (
    Description,
    Setting,
    make_described,
    make_values,
    require_name,
)
from geo_observatorio.services.proposals import list_spellings, propose, propose_days, recall
from geo_observatorio.services.sample_files import FOLDER, HOUR, find_sample, forget_sample, keep_sample
from geo_observatorio.sources import find_source
from geo_observatorio.sources.personal import refuse_cells, refuse_header
from geo_observatorio.sources.samples import MOST_COLUMNS, Sample, SampleColumn, read_sample
from geo_observatorio.sources.template_text import write_toml
from geo_observatorio.sources.templates import make_template

SAMPLES = Path(__file__).parent / "samples"
SETTING = Setting(
    municipality="0808",
    level="corregimiento",
    metric_srid=32617,
    institutions={"policia nacional de panama": ("policia", "Policía Nacional de Panamá")},
    schemes={"panama": {"DAI-15": "Robo", "CON-06": "Ruido"}},
)
SAID = Description(
    name="bomberos",
    title="Bomberos, llamadas",
    institution="Benemérito Cuerpo de Bomberos",
    fields=("case_id", "day", "category", "tag:weapon", ""),
    days=("%d/%m/%Y",),
    by_number=True,
    aliases={"Bulla": "CON-06"},
)
COLUMNS = tuple(SampleColumn(header=text) for text in ("Reporte", "Fecha", "Incidente", "Arma", "Otra cosa"))


def write(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(rows)
    return path


@pytest.mark.parametrize(
    "header",
    [
        *("Nombre", "NOMBRE DEL QUERELLANTE", "Apellidos", "Cédula", "No. de cédula", "Teléfono", "Celular", "Correo"),
        *("E-mail", "Placa", "Víctima", "Denunciante", "Dirección del denunciante", "Relato de los hechos", "Firma"),
        *("Observaciones", "Nombre de la víctima", "Juez", "Documento de identidad"),
    ],
)
def test_a_header_of_persons_or_tales_is_refused(header: str) -> None:
    assert refuse_header(header)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Sexo de la víctima",
            "Edad víctima",
            "Relación con el agresor",
            "Nombre de la barriada",
            "Fecha de los hechos",
        ),
        *("Lugar de los hechos", "Móvil", "Delito", "No.", "Dirección", "Corregimiento", "Arma", ""),
    ],
)
def test_a_header_of_what_happened_is_not(header: str) -> None:
    assert refuse_header(header) == ""


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["8-123-456", "PE-12-345", "", "N-20-1234"], "number"),
        (["6612-3456", "66123456", "+507 6612 3456"], "number"),
        (["ana@ejemplo.pa", "luis@ejemplo.pa"], "number"),
        (["María Inventada Pérez", "José Ficticio", "Ana de Nadie"], "person"),
        (["Alguien contó que " * 12] * 3, "narrative"),
        (["12-03-2024", "01-02-2024"], ""),
        (["2024-0001", "2024-0002"], ""),
        (["8.98512", "9.00123"], ""),
        (["Juan Díaz", "Juan Díaz", "San Francisco", "Bella Vista", "Ancón", "Betania"], ""),
        (["Robo", "Hurto"], ""),
        ([], ""),
    ],
)
def test_cells_of_persons_are_told_by_what_they_look_like(cells: list[str], why: str) -> None:
    assert refuse_cells(cells) == why


def test_the_header_of_a_sample_is_found_below_its_title_and_its_columns_are_proposed() -> None:
    sample = read_sample(SAMPLES / "casa_justicia.csv")
    assert sample.columns[0].header == "No. EXPEDIENTE"
    assert {column.header: column.refused for column in sample.columns if column.refused} == {
        "NOMBRE DEL QUERELLANTE": "person"
    }
    assert "Persona Inventada" not in str(sample.columns)
    said = propose(sample, SETTING)
    assert said.fields[:6] == ("case_id", "day", "hour", "category", "area", "address")
    assert said.days == ("%d/%m/%Y",)
    assert said.by_number


def test_a_nearly_known_header_is_proposed_and_an_unknown_one_is_not(tmp_path: Path) -> None:
    sample = read_sample(write(tmp_path, ["FECHA HECHOO", "DELITO", "COLOR DEL CIELO"], ["01/01/2024", "Robo", "azul"]))
    assert propose(sample, SETTING).fields == ("day", "category", "")


def test_a_nearly_known_offence_is_proposed_and_an_unknown_one_is_asked_about(tmp_path: Path) -> None:
    rows = [["Fecha", "Delito"], ["01/01/2024", "Robos"], ["01/01/2024", "Zancadilla"], ["01/01/2024", "RUIDO"]]
    sample = read_sample(write(tmp_path, *rows))
    said = propose(sample, SETTING)
    assert said.aliases == {"Robos": "DAI-15"}
    asked = [(item.text, item.code) for item in list_spellings(sample, said, SETTING)]
    assert asked == [("Robos", "DAI-15"), ("Zancadilla", "")]


def test_examples_show_no_number_of_a_person(tmp_path: Path) -> None:
    rows = [["Fecha", "Dirección"], ["01/01/2024", "Calle 1, tel. 6612-3456"], ["02/01/2024", "Calle 2"]]
    sample = read_sample(write(tmp_path, *rows))
    assert sample.columns[1].examples == ("Calle 1, tel. [retirado]", "Calle 2")
    assert sample.columns[0].examples[0] == "01/01/2024"


def test_a_workbook_is_sampled_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Fecha", "Delito"])
    book.active.append(["01/01/2024", "=HYPERLINK(1)"])
    book.save(tmp_path / "a.xlsx")
    assert [column.header for column in read_sample(tmp_path / "a.xlsx").columns] == ["Fecha", "Delito"]


@pytest.mark.parametrize("text", ["", "solo\n", "<html><body>no</body></html>", "1,2\n3,4\n", "\0\0\0\0"])
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileRefusedError):
        read_sample(path)


def test_more_columns_than_a_table_has_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [f"c{number}" for number in range(20_000)], ["1"] * 20_000)
    with pytest.raises(FileRefusedError) as refusal:
        read_sample(path)
    assert refusal.value.values["needed"].values["n"] == MOST_COLUMNS


def test_a_repeated_header_is_not_taken(tmp_path: Path) -> None:
    sample = read_sample(write(tmp_path, ["Fecha", "Delito", "Delito"], ["01/01/2024", "Robo", "x"]))
    assert [column.refused for column in sample.columns] == ["", "repeated", "repeated"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["15/03/2024", "01/02/2024"], ["%d/%m/%Y"]),
        (["03/15/2024", "01/02/2024"], ["%m/%d/%Y"]),
        (["01/02/2024"], ["%d/%m/%Y"]),
        (["2024-01-31", "15 de marzo de 2019"], ["%Y-%m-%d", "%d de %B de %Y"]),
        (["ayer"], []),
    ],
)
def test_the_forms_of_days_are_proposed_by_what_can_be_read(cells: list[str], expected: list[str]) -> None:
    assert propose_days(cells) == expected


def test_a_description_becomes_a_template_that_reads_as_it_says() -> None:
    values = make_values(SAID, COLUMNS, SETTING)
    template = make_described("bomberos", values)
    assert template.columns == {"case_id": ("reporte",), "day": ("fecha",), "category": ("incidente",)}
    assert template.tags == {"weapon": ("arma",)}
    assert (template.identifier, template.formats.srid, template.formats.metric_srid) == ("case_id", 4326, 0)
    assert template.institution_code == "benemerito_cuerpo_de_bomberos"
    assert recall("bomberos", values, COLUMNS) == replace(SAID, licence="")


def test_an_old_datum_is_told_for_degrees_and_metres() -> None:
    formats = make_values(replace(SAID, datum="nad27"), COLUMNS, SETTING)["formats"]
    assert (formats["srid"], formats["metric_srid"]) == (4267, 26717)


def test_an_institution_that_publishes_already_keeps_its_name() -> None:
    values = make_values(replace(SAID, institution="POLICIA NACIONAL DE PANAMÁ"), COLUMNS, SETTING)
    assert values["institution"] == {"code": "policia", "name": "Policía Nacional de Panamá"}
    values = make_values(replace(SAID, institution="Policia"), COLUMNS, SETTING)
    assert values["institution"]["code"] == "policia_2"  # never the code of another


def test_headers_that_a_template_knew_stay_known_when_it_is_described_again() -> None:
    stored = make_values(SAID, COLUMNS, SETTING)
    columns = (SampleColumn(header="Fecha y hora"), SampleColumn(header="Incidente"))
    said = replace(SAID, fields=("day", "category"))
    values = make_values(said, columns, SETTING, stored)
    assert values["columns"]["day"] == ["Fecha y hora", "fecha"]
    assert values["columns"]["case_id"] == ["reporte"]


@pytest.mark.parametrize(
    "change",
    [
        {"fields": ("", "", "category", "", "")},
        {"fields": ("", "day", "", "", "")},
        {"fields": ("day", "day", "category", "", "")},
        {"fields": ("nombre", "day", "category", "", "")},
        {"fields": ("tag:name", "day", "category", "", "")},
        {"days": ()},
        {"days": ("%x",)},
        {"days": ("%d/%m/%Y", "%m/%d/%Y")},
        {"datum": "marte"},
        {"categories": "../../etc/passwd"},
        {"aliases": {"Bulla": "NO-1"}},
        {"title": " "},
        {"title": "a\x00b"},
        {"title": "x" * 200},
        {"institution": ""},
    ],
)
def test_what_cannot_be_is_refused_with_what_was_needed(change: dict[str, object]) -> None:
    with pytest.raises(DescriptionError):
        make_values(replace(SAID, **change), COLUMNS, SETTING)


@pytest.mark.parametrize("column", [SampleColumn(header="Cédula"), SampleColumn(header="Dato", refused="number")])
def test_a_column_of_persons_is_never_taken_whatever_the_form_says(column: SampleColumn) -> None:
    with pytest.raises(DescriptionError):
        make_values(SAID, (column, *COLUMNS[1:]), SETTING)


@pytest.mark.parametrize("name", ["policia", "", "A", "1a", "a b", "á", "../x", "a" * 41, "a\n"])
def test_a_name_that_a_source_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(DescriptionError):
        require_name(name)


def test_a_template_is_written_as_a_file_that_reads_the_same() -> None:
    values = make_values(replace(SAID, title='Comillas " y \\', aliases={'a "b"\x7f': "CON-06"}), COLUMNS, SETTING)
    text = write_toml(values, "una\nnota")
    assert tomllib.loads(text) == values
    assert make_template("bomberos", tomllib.loads(text)) == make_template("bomberos", values)
    assert text.startswith("# una nota\n")


def test_a_sample_is_kept_for_an_hour_and_out_of_reach_of_others(tmp_path: Path) -> None:
    token = keep_sample(tmp_path, io.BytesIO(b"a,b\n"))
    path = find_sample(tmp_path, token)
    assert path.read_bytes() == b"a,b\n"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    old = time.time() - HOUR - 1
    os.utime(path, (old, old))
    with pytest.raises(NotFoundError):
        find_sample(tmp_path, token)
    other = keep_sample(tmp_path, io.BytesIO(b""))
    assert [folder.name for folder in (tmp_path / FOLDER).iterdir()] == [other]
    forget_sample(tmp_path, other)
    assert list((tmp_path / FOLDER).iterdir()) == []


@pytest.mark.parametrize("token", ["", "..", "../../etc", "a" * 24, "%2e%2e", "a" * 23 + "/"])
def test_a_forged_word_finds_no_sample(tmp_path: Path, token: str) -> None:
    with pytest.raises(NotFoundError):
        find_sample(tmp_path, token)
    forget_sample(tmp_path, token)


def test_every_known_spelling_is_of_a_field_or_a_coded_fact() -> None:
    sample = Sample(columns=tuple(SampleColumn(header=text) for text in ("fecha", "arma", "medio")), cells=((),) * 3)
    assert propose(sample, SETTING).fields == ("day", "tag:weapon", "tag:channel")
    assert find_source("denuncias").tags
