from datetime import date
from pathlib import Path

import openpyxl
import pytest

from geo_observatorio.errors import FileRefusedError
from geo_observatorio.sources import find_source
from geo_observatorio.sources.count_rows import CountRow
from geo_observatorio.sources.count_tables import MOST_TOTALS, read_counts
from geo_observatorio.sources.counts import (
    make_period,
    read_count,
    read_header_period,
    read_period,
    split_label,
    take_marks,
)
from geo_observatorio.sources.tables import Blank, Opened

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 1, 1)
MONTHS = "ENE,FEB,MAR,ABR,MAY,JUN,JUL,AGO,SEP,OCT,NOV,DIC"


def read(path: Path, source: str = "ministerio_publico") -> list[CountRow | Blank | Opened]:
    return list(read_counts(path, find_source(source), TODAY))


def read_text(tmp_path: Path, text: str, source: str = "ministerio_publico", name: str = "t.csv") -> list[CountRow]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [row for row in read(path, source) if isinstance(row, CountRow)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (12, (12, "")),
        (12.0, (12, "")),
        ("1,204", (1204, "")),
        ("-", (0, "")),
        ("–", (0, "")),
        ("..", (None, "")),
        ("...", (None, "")),
        ("", (None, "")),
        (None, (None, "")),
        (float("nan"), (None, "")),
        ("S/D", (None, "")),
        ("12 (P)", (12, "P")),
        ("12 (1, 2)", (12, "")),
    ],
)
def test_a_count_is_read_as_its_publishers_mean_it(written: object, expected: tuple[int | None, str]) -> None:
    assert read_count(written) == expected


@pytest.mark.parametrize("written", [True, -1, 1.5, "1.204", "dos", "<5", "1,2", "12.5", "=1+1", 1e9, "1e3", "+5"])
def test_what_is_no_whole_count_is_not_guessed(written: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_count(written)


def test_marks_are_taken_from_labels_and_kept_beside_them() -> None:
    marked = take_marks("Violencia  Doméstica (1, 2) (P)")
    assert (marked.text, marked.notes, marked.status) == ("Violencia Doméstica", "1,2", "P")
    assert take_marks("Robo¹").notes == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Art.200 - Violencia Doméstica", ("200", "Violencia Doméstica")),
        ("Art. 212-A. Maltrato al adulto mayor", ("212-A", "Maltrato al adulto mayor")),
        ("Artículo 131: Homicidio", ("131", "Homicidio")),
        ("Arteria rota", ("", "Arteria rota")),
        ("Homicidio", ("", "Homicidio")),
    ],
)
def test_an_article_is_split_from_its_name(text: str, expected: tuple[str, str]) -> None:
    assert split_label(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENE", ("month", 1)),
        ("Setiembre", ("month", 9)),
        ("II trimestre", ("quarter", 2)),
        ("T4", ("quarter", 4)),
        ("2020", ("year", 2020)),
        ("Año 2020", ("year", 2020)),
        ("TOTAL", None),
        ("5", None),
        ("i", None),
    ],
)
def test_a_header_tells_its_period(text: str, expected: tuple[str, int] | None) -> None:
    assert read_header_period(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Denuncias, año 2024", make_period(2024, 1, 12)),
        ("II trimestre de 2025", make_period(2025, 4, 6)),
        ("Primer semestre 2025", make_period(2025, 1, 6)),
        ("enero - noviembre de 2020", make_period(2020, 1, 11)),
        ("marzo 2024", make_period(2024, 3, 3)),
        ("2019-2020", None),
        ("sin año", None),
        ("enero, marzo y mayo de 2020", None),
        ("cuarto semestre de 2020", None),
    ],
)
def test_a_title_tells_its_period_or_nothing(text: str, expected: object) -> None:
    assert read_period(text) == expected


def test_the_table_of_the_prosecutor_is_read_with_its_marks_and_its_sums_are_checked() -> None:
    rows = read(SAMPLES / "ministerio_publico.csv")
    kept = [row for row in rows if isinstance(row, CountRow)]
    assert [(row.article, row.label.text, row.rule) for row in kept] == [
        ("131", "Homicidio Doloso", ""),
        ("136", "Lesiones Personales", ""),
        ("200", "Violencia Doméstica", ""),
        ("213", "Hurto", ""),
        ("214", "Hurto Agravado", "total_differs"),
    ]
    assert (
        sum(isinstance(row, Blank) and row.kind == "blank" for row in rows) == 7
    )  # total, three titles, a chapter, two notes
    homicide = kept[0]
    assert (homicide.title, homicide.chapter) == (
        "Título I - Contra la vida e integridad personal",
        "Capítulo I - Contra la vida",
    )
    assert [count.n for count in homicide.counts] == [2, 1, 0, 1, 0, 1, 2, 1, 0, 1, 1, 1]
    assert {count.status for count in homicide.counts} == {"P"}
    assert homicide.counts[2].notes == "1,2,2"
    assert homicide.counts[2].period == make_period(2024, 3, 3)
    assert len(kept[3].counts) == 11  # `..` is not zero
    assert homicide.scope == ("country", "Panamá")


def test_a_heading_that_is_not_the_sum_of_its_parts_is_refused_alone(tmp_path: Path) -> None:
    text = f"Año 2024\nDELITO,{MONTHS}\nTítulo I,9{',0' * 11}\nHurto,1{',0' * 11}\nRobo,2{',0' * 11}\n"
    assert [(row.label.text, row.rule) for row in read_text(tmp_path, text)] == [
        ("Título I", "subtotal_differs"),
        ("Hurto", ""),
        ("Robo", ""),
    ]


def test_a_heading_without_parts_is_counted_itself(tmp_path: Path) -> None:
    none = ",0" * 11
    text = f"Año 2024\nDELITO,{MONTHS}\nTítulo I - Vida,3{none}\nTítulo II - Libertad,2{none}\nTOTAL,5{none}\n"
    rows = read_text(tmp_path, text)
    assert [(row.label.text, sum(count.n for count in row.counts), row.rule) for row in rows] == [
        ("Título I - Vida", 3, ""),
        ("Título II - Libertad", 2, ""),
    ]


def test_a_subtotal_is_compared_with_what_came_since_the_last(tmp_path: Path) -> None:
    text = "CLASE,2023,2024\nRobos,1,2\nHurtos,3,4\nSubtotal,4,6\nRiñas,5,5\nSubtotal,5,6\n"
    assert [row.rule for row in read_text(tmp_path, text, "siec")] == ["", "", "", "subtotal_differs"]


def test_a_total_with_a_place_is_compared_with_that_place(tmp_path: Path) -> None:
    text = "CLASE,DISTRITO,2023\nRobos,Panamá,1\nRobos,Chepo,3\nTOTAL,Panamá,1\nTOTAL,Chepo,4\nTOTAL,,4\n"
    assert [(row.district, row.rule) for row in read_text(tmp_path, text, "siec") if row.rule] == [
        ("Chepo", "subtotal_differs")
    ]


def test_a_table_without_a_year_is_refused_and_one_whose_file_names_it_says_so(tmp_path: Path) -> None:
    text = f"DELITO,{MONTHS}\nHurto,1{',0' * 11}\n"
    with pytest.raises(FileRefusedError):
        read_text(tmp_path, text)
    row = read_text(tmp_path, text, name="mp_2020.csv")[0]
    assert row.counts[0].period == make_period(2020, 1, 1)
    assert row.repairs == ["year_from_file_name"]


def test_two_years_in_the_title_are_not_chosen_between(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError):
        read_text(tmp_path, f"Comparativo 2019 y 2020\nDELITO,{MONTHS}\nHurto,1{',0' * 11}\n")


def test_the_day_of_a_cut_off_is_not_the_period(tmp_path: Path) -> None:
    text = "Fecha de corte: 15 de abril de 2025\nAño 2024\nMATERIA,CORREGIMIENTO,INGRESADOS\nRuido,Ancón,4\n"
    assert read_text(tmp_path, text, "casa_justicia_informe")[0].counts[0].period == make_period(2024, 1, 12)


def test_months_that_have_not_begun_are_left_out_where_empty_or_zero_and_refused_where_counted(tmp_path: Path) -> None:
    text = f"Año 2026\nDELITO,{MONTHS}\nHurto,7,0{',' * 10}\nRobo,7,1{',' * 10}\n"
    rows = read_text(tmp_path, text)
    assert [(len(row.counts), row.rule) for row in rows] == [(1, ""), (1, "future")]


def test_a_merged_class_is_filled_down_where_the_place_is_named_and_noted(tmp_path: Path) -> None:
    text = "CLASE,DISTRITO,2023\nRobos,Panamá,1\n,Chepo,3\n,,5\n"
    rows = read_text(tmp_path, text, "siec")
    assert [(row.label.text, row.rule) for row in rows] == [("Robos", ""), ("Robos", ""), ("", "missing_label")]
    assert rows[1].repairs == ["label_filled_down"]


def test_a_header_of_months_with_one_column_before_it_needs_no_known_name(tmp_path: Path) -> None:
    row = read_text(tmp_path, f"Año 2024\nBien jurídico,{MONTHS}\nHurto,1{',0' * 11}\n")[0]
    assert (row.label.text, row.repairs) == ("Hurto", ["label_by_position"])


def test_a_period_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError):
        read_text(tmp_path, "Año 2024\nDELITO,ENE,ENERO,FEB\nHurto,1,1,1\n")


def test_a_workbook_is_read_like_a_text_and_its_sheet_may_tell_the_year(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2021"
    sheet.append(["DELITO", "TOTAL", *MONTHS.split(",")])
    sheet.append(["Hurto", 13, *[1] * 11, 2])
    book.save(tmp_path / "t.xlsx")
    row = next(row for row in read(tmp_path / "t.xlsx") if isinstance(row, CountRow))
    assert isinstance(row, CountRow)
    assert (len(row.counts), row.counts[0].period, row.repairs) == (12, make_period(2021, 1, 1), [])


def test_more_totals_than_a_table_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError):
        read_text(tmp_path, "CLASE,2023\n" + "TOTAL,1\n" * (MOST_TOTALS + 1), "siec")


def test_numbers_of_persons_stay_in_no_label(tmp_path: Path) -> None:
    rows = read_text(tmp_path, "CLASE,2023\nRobo a 8-123-456,1\nRobo a 8-123-456,x\n", "siec")
    assert rows[0].label.text == "Robo a [retirado]"
    assert "123-456" not in str(rows[1].written)


@pytest.mark.parametrize("text", ["", "DELITO\nHurto\n", "a,b,c\n1,2,3\n", "<html><table><tr><td>x</td></tr></table>"])
def test_what_is_no_table_of_counts_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError):
        read_text(tmp_path, text)


def test_a_hostile_label_stays_text(tmp_path: Path) -> None:
    row = read_text(tmp_path, "CLASE,2023\n=cmd|' /C calc'!A0,1\n", "siec")[0]
    assert row.label.text == "=cmd|' /C calc'!A0"


def test_every_line_of_a_workbook_of_counts_is_told_hidden_sheets_as_well(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    counts, notes, old = book["Sheet"], book.create_sheet("Notas"), book.create_sheet("Vieja")
    for sheet in (counts, old):
        sheet.append(["Denuncias, año 2024"])
        sheet.append(["DELITO", *MONTHS.split(",")])
        sheet.append(["Art. 213 - Hurto", *[1] * 12])
    notes.append(["Elaborado por nadie"])
    old.sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    items = read(tmp_path / "t.xlsx")
    assert [(item.sheet, item.hidden, item.hidden_rows) for item in items if isinstance(item, Opened)] == [
        ("Sheet", False, 0),
        ("Notas", False, 0),
        ("Vieja", True, 3),
    ]
    kinds = [item.kind for item in items if isinstance(item, Blank)]
    assert (kinds, sum(isinstance(item, CountRow) for item in items)) == (["header", "header", "outside"], 1)
