"""The bad inputs 11 to 21: the shape of separated text. The numbers are those of docs/manual/archivos-dificiles.md."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo_observatorio.errors import FileRefusedError
from geo_observatorio.sources import records

HEADER = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
LINE = "D-1,15/01/2024,14:30,Robo,Avenida Perú,Calidonia,8.96512,-79.53431"
Write = Callable[..., Path]
Take = Callable[..., Any]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_input_11_the_separator_is_found(write_csv: Write, take: Take, delimiter: str) -> None:
    path = write_csv(LINE.replace(",", delimiter), header=HEADER.replace(",", delimiter))
    assert take(path).only.longitude == -79.53431


def test_input_12_a_quoted_line_break_belongs_to_its_cell(write_csv: Write, take: Take) -> None:
    taken = take(write_csv({"direccion": "Calle 5,\r\ncasa 3"}, {"caso": "D-2"}))
    assert {line: draft.address for line, draft in taken.drafts.items()} == {2: "Calle 5, casa 3", 4: "Avenida Perú"}


def test_input_13_a_quote_that_never_closes_costs_its_own_line_however_many_follow(
    write_csv: Write, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MAX_CELL", 20_000)
    wrong = LINE.replace("Avenida", '"Avenida')
    lines = [LINE.replace("D-1,", f"D-{number},") for number in range(1000)]
    taken = take(write_csv(*lines[:500], wrong, *lines[500:]))
    assert taken.refused == {502: "ragged_row"}
    assert len(taken.drafts) == 1000
    assert list(taken.drafts)[-1] == 1002


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("direccion", '"Calle 5" Norte', "Calle 5 Norte"),
        ("direccion", '"Avenida "B"" Sur', 'Avenida B"" Sur'),
        ("delito", '"Robo" ', "Robo"),
        ("longitud", '"-79.53431', "-79.53431"),  # the last one of its line: nothing is swallowed
    ],
)
def test_input_13_a_wrong_quote_in_a_row_that_fits_is_told_as_it_stands(
    write_csv: Write, take: Take, column: str, written: str, read: str
) -> None:
    cells = dict(zip(HEADER.split(","), LINE.split(","), strict=True)) | {column: written}
    taken = take(write_csv(LINE, ",".join(cells.values()), LINE))
    assert taken.refused == {}
    field = {"direccion": "address", "delito": "category", "longitud": "longitude"}[column]
    notes = {line: draft.repairs for line, draft in taken.drafts.items()}
    told = {"field": field, "from": written.strip(), "to": read, "rule": "wrong_quote"}
    assert notes == {2: [], 3: [told], 4: []}


def test_input_13_quotes_as_they_should_be_are_no_repair(write_csv: Write, take: Take) -> None:
    written = 'D-2,"15/01/2024",14:30,Robo,"El ""Hueco"", casa 3","",8.96512,-79.53431'
    taken = take(write_csv(written, 'D-3,15/01/2024,14:30,Robo,Tubo de 5",Calidonia,8.96512,-79.53431'))
    assert taken.rules == []
    assert taken.drafts[2].address == 'El "Hueco", casa 3'


def test_input_13_a_wrong_quote_keeps_numbers_of_persons_and_other_columns_out(write_csv: Write, take: Take) -> None:
    header, line = f"{HEADER},denunciante", f"{LINE},Ana Pérez"
    stray = line.replace("Avenida Perú", '"Calle 5" tel. 6612-3456')
    whole = f'"{line}'  # one cell that holds the whole line, her name as well
    taken = take(write_csv(stray, whole, line, header=header))
    assert taken.drafts[2].repairs[0]["from"] == '"Calle 5" tel. [retirado]'
    assert taken.refused == {3: "ragged_row"}


def test_input_14_a_line_of_another_width_is_set_aside(write_csv: Write, take: Take) -> None:
    taken = take(write_csv("D-1,15/01/2024,14:30,Robo", f"{LINE},de más", f"{LINE},,", LINE))
    assert taken.refused == {2: "ragged_row", 3: "ragged_row"}
    assert list(taken.drafts) == [4, 5]


def test_input_15_a_repeated_header_is_refused_an_empty_one_is_not(write_csv: Write, take: Take) -> None:
    with pytest.raises(FileRefusedError, match="una sola columna «delito»"):
        take(write_csv(f"{LINE},Hurto", header=f"{HEADER},Delito"))
    assert take(write_csv(f",{LINE},", header=f",{HEADER},")).only.case_id == "D-1"


def test_input_15_a_renamed_column_is_refused_where_it_is_needed_and_told_where_not(
    write_csv: Write, take: Take
) -> None:
    with pytest.raises(FileRefusedError, match="«fecha», «delito»"):
        take(write_csv(LINE, header=HEADER.replace("fecha", "cuando")))
    taken = take(write_csv(LINE, header=HEADER.replace("direccion", "sitio")))
    assert taken.sheets[0].absent == ["address"]


def test_input_16_a_header_on_line_four_below_a_title_is_found(write_csv: Write, take: Take) -> None:
    taken = take(write_csv("", "Enero de 2024,,,", HEADER, LINE, header="POLICÍA NACIONAL,,,"))
    assert taken.others == {"header": 4}
    assert list(taken.drafts) == [5]


def test_input_17_a_footer_with_a_total_is_no_row(write_csv: Write, take: Take) -> None:
    taken = take(write_csv(LINE, "TOTAL 345", ",,Total:,345,,,,", "Fuente: Policía Nacional", "Nota,,,,,,,"))
    assert taken.others == {"header": 1, "footer": 4}
    assert (len(taken.drafts), taken.refused) == (1, {})


def test_input_17_a_row_whose_case_begins_like_a_total_is_one(write_csv: Write, take: Take) -> None:
    assert take(write_csv({"caso": "TOTAL-12"})).only.case_id == "TOTAL-12"


def test_input_18_lines_that_end_with_a_carriage_return_alone_are_lines(write_csv: Write, take: Take) -> None:
    assert list(take(write_csv(LINE, LINE, end="\r")).drafts) == [2, 3]


def test_input_19_one_line_of_many_megabytes_is_refused_before_it_fills_the_memory(tmp_path: Path, take: Take) -> None:
    path = tmp_path / "larga.csv"
    with path.open("w") as file:
        for _ in range(200):
            file.write("x" * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileRefusedError, match="line longer"):
        take(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_input_20_an_empty_file_is_refused(tmp_path: Path, take: Take, content: bytes) -> None:
    path = tmp_path / "vacio.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefusedError, match="«fecha», «delito»"):
        take(path)


def test_input_20_a_header_alone_is_a_file_of_no_rows(write_csv: Write, take: Take) -> None:
    taken = take(write_csv())
    assert (taken.drafts, taken.refused, taken.others) == ({}, {}, {"header": 1})


def test_input_21_twenty_thousand_columns_are_refused(write_csv: Write, take: Take) -> None:
    more = ",".join(f"c{number}" for number in range(20_000))
    with pytest.raises(FileRefusedError, match="a lo sumo 200 columnas"):
        take(write_csv(LINE + "," * 20_000, header=f"{HEADER},{more}"))
