import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo_observatorio.errors import FileRefusedError
from geo_observatorio.sources import find_source
from geo_observatorio.sources.tables import Blank, Opened, Row, read_table
from geo_observatorio.sources.texts import Encoding, detect_encoding

HEADER = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
LINE = "D-1,15/01/2024,14:30,Robo,Avenida Perú,Calidonia,8.96512,-79.53431"
DEMO = find_source("demo")


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "archivo.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> list[Row | Blank]:
    """Return the lines below the header."""
    lines = [item for item in read_table(path, DEMO) if not isinstance(item, Opened)]
    return [item for item in lines if isinstance(item, Row) or item.kind in {"blank", "footer"}]


def values(path: Path) -> list[dict[str, object] | None]:
    return [row.values for row in read(path) if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_each_encoding_gives_the_same_letters(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, f"{HEADER}\n{LINE}\n", encoding)
    (row,) = values(path)
    assert row is not None
    assert row["address"] == "Avenida Perú"


def test_utf8_is_told_from_windows_1252_by_the_whole_file(tmp_path: Path) -> None:
    assert detect_encoding(write(tmp_path, "a" * 3_000_000 + "ñ")) == Encoding("utf-8", "utf-8-sig")
    assert detect_encoding(write(tmp_path, "a" * 3_000_000 + "ñ€", "cp1252")).name == "cp1252"
    path = tmp_path / "x.csv"
    path.write_bytes(b"a\xf1\x81")
    assert detect_encoding(path).name == "latin-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_separator_gives_the_same_rows(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADER}\n{LINE}\n".replace(",", delimiter)
    (row,) = values(write(tmp_path, text))
    assert row is not None
    assert (row["case_id"], row["longitude"]) == ("D-1", "-79.53431")


def test_a_comma_inside_quotes_and_a_line_break_belong_to_the_cell(tmp_path: Path) -> None:
    line = LINE.replace("Avenida Perú", '"Calle 5,\ncasa 3"')
    first, second = read(write(tmp_path, f"{HEADER}\n{line}\n{LINE}\n"))
    assert isinstance(first, Row)
    assert first.values is not None
    assert first.values["address"] == "Calle 5,\ncasa 3"
    assert (first.line, second.line) == (2, 4)


def test_titles_above_and_totals_below_are_no_rows(tmp_path: Path) -> None:
    text = f"INFORME\n\n{HEADER}\n{LINE}\n\nSUBTOTAL,1\n{HEADER}\n{LINE}\nTOTAL 2\n"
    lines = [item for item in read_table(write(tmp_path, text), DEMO) if not isinstance(item, Opened)]
    kinds = ["row" if isinstance(item, Row) else item.kind for item in lines]
    assert kinds == ["header", "header", "header", "row", "blank", "footer", "header", "row", "footer"]
    assert [item.line for item in lines] == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_line_whose_cells_do_not_fit_the_header_has_no_values(tmp_path: Path) -> None:
    rows = values(write(tmp_path, f"{HEADER}\nD-1,15/01/2024,14:30\n{LINE},de más\n{LINE},\n"))
    assert [row is None for row in rows] == [True, True, False]


def test_columns_that_no_template_lists_are_not_taken(tmp_path: Path) -> None:
    (row,) = values(write(tmp_path, f"nombre,{HEADER}\nJuan Pérez,{LINE}\n"))
    assert row is not None
    assert "Juan Pérez" not in row.values()


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="una sola columna «fecha»"):
        read(write(tmp_path, f"{HEADER},Fecha\n{LINE},15/01/2024\n"))


@pytest.mark.parametrize("text", ["", "hola", "a,b\n1,2\n", "fecha,hora\n15/01/2024,14:30\n"])
def test_a_file_without_the_columns_is_refused_with_their_names(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError, match="«fecha», «delito»"):
        read(write(tmp_path, text))


def test_a_quote_that_never_closes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="comillas"):
        read(write(tmp_path, f'{HEADER}\n"' + "x" * 1_100_000))


def write_book(path: Path, rows: list[list[object]], *, hidden: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Robos"
    for row in rows:
        sheet.append(row)
    notes = book.create_sheet("Notas")
    notes.append(["Fuente", "Policía"])
    secret = book.create_sheet("Oculta")
    for row in rows if hidden else []:
        secret.append(row)
    secret.sheet_state = "hidden"
    book.save(path)
    return path


def test_a_workbook_is_read_below_its_title_and_only_where_it_is_visible(tmp_path: Path) -> None:
    head = ["Caso", "Fecha", "Hora", "Delito", "Dirección", "Corregimiento"]
    line = [7, datetime(2024, 1, 15), "14:30", "Robo", "Calle 5", "Ancón"]
    path = write_book(tmp_path / "r.xlsx", [["Incidentes de enero"], [], head, line, ["TOTAL", 1]], hidden=True)
    first, last = read(path)
    assert isinstance(first, Row)
    assert first.values == {
        "case_id": 7,
        "day": datetime(2024, 1, 15),
        "hour": "14:30",
        "category": "Robo",
        "address": "Calle 5",
        "area": "Ancón",
    }
    assert (first.sheet, first.line) == ("Robos", 4)
    assert isinstance(last, Blank)


def test_a_book_that_would_grow_enormously_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 2**20))
    with pytest.raises(FileRefusedError, match="crece"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("viejo.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("roto.xlsx", b"PK\x03\x04" + bytes(90)),
        ("roto.parquet", b"PAR1abc"),
    ],
)
def test_other_files_under_a_familiar_name_are_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefusedError, match="una tabla CSV, XLSX o Parquet"):
        read(path)


def test_a_book_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xxe.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(
            "xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>'
        )
    with pytest.raises(FileRefusedError, match="declara entidades"):
        read(path)


def test_parquet_and_text_give_the_same_rows(tmp_path: Path) -> None:
    names = HEADER.split(",")
    path = tmp_path / "r.parquet"
    pq.write_table(pa.table({name: [cell] * 3 for name, cell in zip(names, LINE.split(","), strict=True)}), path)
    assert values(path) == values(write(tmp_path, f"{HEADER}\n" + f"{LINE}\n" * 3))
    assert [row.line for row in read(path)] == [1, 2, 3]


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_quote_that_never_closes_costs_its_own_line_only(tmp_path: Path, ending: str) -> None:
    wrong = LINE.replace("Avenida", '"Avenida')
    rows = read(write(tmp_path, "\n".join([HEADER, LINE, wrong, LINE, LINE]) + ending))
    assert [(row.line, row.values is None) for row in rows if isinstance(row, Row)] == [
        *((2, False), (3, True), (4, False), (5, False))
    ]


def test_two_wrong_quotes_do_not_make_one_row_of_two(tmp_path: Path) -> None:
    first, second = LINE.replace("Avenida", '"Avenida'), LINE.replace("Avenida Perú", '"Calle 5" de')
    rows = read(write(tmp_path, "\n".join([HEADER, first, second, LINE])))
    assert len(rows) == 3


def test_a_workbook_that_its_reader_stumbles_over_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "libro.xlsx"
    book = openpyxl.Workbook()
    book.create_chartsheet("Gráfico")
    book.save(path)
    with pytest.raises(FileRefusedError):
        read(path)


def test_a_workbook_whose_sheet_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole, cut = tmp_path / "libro.xlsx", tmp_path / "roto.xlsx"
    book = openpyxl.Workbook()
    for line in (HEADER, LINE, LINE):
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body[: len(body) * 2 // 3] if name.endswith("sheet1.xml") else body)
    with pytest.raises(FileRefusedError):
        read(cut)


def test_a_line_of_millions_of_cells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="line"):
        read(write(tmp_path, "x," * 2_000_001))
