"""The bad inputs 22 to 31: workbooks. The numbers are those of docs/manual/archivos-dificiles.md."""

import contextlib
import io
import socket
import time as time_module
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from geo_observatorio.errors import FileRefusedError
from geo_observatorio.sources.sheet_marks import find_marks

Write = Callable[..., Path]
Take = Callable[..., Any]
Rewrite = Callable[..., None]
SHEET = "xl/worksheets/sheet1.xml"


def active(book: openpyxl.Workbook) -> Any:
    return book.active


def test_input_22_a_merged_cell_says_for_its_lines_what_it_says_at_their_top(write_book: Write, take: Take) -> None:
    taken = take(write_book(*[{}] * 4, {"corregimiento": None}, change=lambda book: active(book).merge_cells("F2:F4")))
    assert [draft.area for draft in taken.drafts.values()] == ["Calidonia"] * 4 + [""]
    assert taken.drafts[2].repairs == []
    assert taken.drafts[4].repairs == [{"field": "area", "from": "", "to": "Calidonia", "rule": "merged_cell"}]


def test_input_22_merged_titles_and_empty_merged_lines_make_no_rows(write_book: Write, take: Take) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = active(book)
        sheet.insert_rows(1, 2)
        sheet["A1"] = "POLICÍA NACIONAL"
        sheet.merge_cells("A1:H2")
        sheet.merge_cells("B4:B9")

    taken = take(write_book({}, {}, change=change))
    assert [draft.day for draft in taken.drafts.values()] == [date(2024, 1, 15)] * 2
    assert (taken.refused, taken.others) == ({}, {"header": 3, "blank": 4})


def test_input_23_hidden_sheets_are_told_and_not_read_hidden_rows_are_read_and_told(
    write_book: Write, take: Take
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        active(book).row_dimensions[3].hidden = True
        copy = book.copy_worksheet(active(book))
        copy.title, copy.sheet_state = "Vieja", "veryHidden"

    taken = take(write_book({}, {}, change=change))
    assert list(taken.drafts) == [2, 3]
    assert [(item.sheet, item.hidden, item.hidden_rows) for item in taken.sheets] == [
        ("Sheet", False, 1),
        ("Vieja", True, 3),
    ]


@pytest.mark.parametrize(
    ("written", "day", "rules"),
    [
        (datetime(2024, 3, 15), date(2024, 3, 15), []),
        (45366, date(2024, 3, 15), ["spreadsheet_serial"]),
        ("45366", date(2024, 3, 15), ["spreadsheet_serial"]),
        ("15/03/2024", date(2024, 3, 15), []),
    ],
)
def test_input_24_a_day_is_read_as_date_serial_or_text(
    write_book: Write, take: Take, written: object, day: date, rules: list[str]
) -> None:
    taken = take(write_book({"fecha": written}))
    assert (taken.only.day, taken.rules) == (day, rules)


def test_input_24_a_book_that_counts_from_1904_is_read_by_its_own_calendar(write_book: Write, take: Take) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904  # type: ignore[assignment]

    taken = take(write_book({}, {"fecha": 45366 - 1462}, change=change))
    assert [draft.day for draft in taken.drafts.values()] == [date(2024, 1, 15), date(2024, 3, 15)]
    assert taken.rules == ["spreadsheet_serial_1904"]


def test_input_24_the_day_that_never_was_is_refused(write_book: Write, take: Take) -> None:
    def change(book: openpyxl.Workbook) -> None:
        active(book)["B3"].number_format = "dd/mm/yyyy"

    taken = take(write_book({"fecha": 60}, {"fecha": 60}, {"fecha": 1e12}, change=change))
    assert taken.refused == {2: "bad_date", 3: "too_old", 4: "bad_date"}


def test_input_25_a_formula_that_was_never_calculated_is_a_cell_without_value_never_a_blank_line(
    write_book: Write, take: Take
) -> None:
    formulas = dict.fromkeys(("caso", "fecha", "hora", "delito", "direccion", "corregimiento"), "=A1")
    taken = take(write_book({"direccion": "=CONCATENATE(A1,B1)"}, formulas | {"latitud": None, "longitud": None}))
    assert (taken.only.address, taken.rules) == ("", ["formula_error"])
    assert taken.refused == {3: "missing_id"}
    assert taken.others == {"header": 1}


def test_input_25_a_broken_reference_is_a_cell_without_value(write_book: Write, take: Take) -> None:
    taken = take(write_book({"direccion": "#REF!", "latitud": "#N/A"}, {"fecha": "#¡REF!"}))
    assert (taken.only.address, taken.rules) == ("", ["formula_error", "formula_error"])
    assert taken.refused == {3: "missing_date"}


def test_input_25_the_value_beside_a_formula_is_taken(write_book: Write, take: Take, rewrite: Rewrite) -> None:
    path = write_book({"direccion": "=1+1"})
    rewrite(path, SHEET, lambda xml: xml.replace(b"<v />", b"<v>Calle 2</v>").replace(b"<v/>", b"<v>Calle 2</v>"))
    assert b"Calle 2" in zipfile.ZipFile(path).read(SHEET)
    rewrite(path, SHEET, lambda xml: xml.replace(b'<c r="E2">', b'<c r="E2" t="str">'))
    assert take(path).only.address == "Calle 2"


@pytest.mark.parametrize(
    ("east", "north", "rules"),
    [
        ("662.708,88", "993.234,55", ["thousands", "thousands"]),
        ("662,708.88", "993,234.55", ["thousands", "thousands"]),
        ("662708,88", "993234,55", ["decimal_comma", "decimal_comma"]),
        ("662.708", "993,234", ["thousands", "thousands"]),
        (662708.88, 993234.55, []),
    ],
)
def test_input_26_numbers_as_text_are_read_where_one_reading_is_possible(
    write_csv: Write, take: Take, east: object, north: object, rules: list[str]
) -> None:
    path = write_csv(f'P-1,15/01/2024,Robo,"{east}","{north}"', header="caso,fecha,delito,x,y")
    taken = take(path, "policia")
    assert (taken.only.east, taken.only.north) == pytest.approx((662708.88, 993234.55), abs=1)
    assert taken.rules == rules


def test_input_26_a_degree_that_lost_its_point_is_not_guessed(write_csv: Write, take: Take) -> None:
    draft = take(write_csv({"longitud": "-79.519.900", "latitud": "8,982,400"})).only
    assert [draft.longitude == draft.longitude, draft.latitude == draft.latitude] == [False, False]
    assert [one["rule"] for one in draft.repairs] == ["unreadable_coordinate"] * 2


def test_input_27_zeros_in_front_of_a_number_are_part_of_it(write_csv: Write, write_book: Write, take: Take) -> None:
    texts = take(write_csv({"caso": "0012"}, {"caso": "12"}))
    assert [draft.case_id for draft in texts.drafts.values()] == ["0012", "12"]
    book = take(write_book({"caso": "0012"}, {"caso": 12}, {"caso": 12.0}))
    assert [draft.case_id for draft in book.drafts.values()] == ["0012", "12", "12"]


def test_input_27_a_number_that_a_spreadsheet_rounded_names_no_case(
    write_csv: Write, write_book: Write, take: Take
) -> None:
    assert take(write_csv({"caso": "1.23E+15"}, {"caso": "1,23e+15"})).refused == {2: "rounded_id", 3: "rounded_id"}
    book = take(write_book({"caso": 1234567890123456}, {"caso": "1234567890123456"}, {"caso": 123456789012345}))
    assert (book.refused, list(book.drafts)) == ({2: "rounded_id"}, [3, 4])


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel antiguo"),
        (b"<html><body><table><tr><td>fecha</td></tr></table>", "página web"),
        (b"\xef\xbb\xbf\r\n  <TABLE border=1>", "página web"),
        ("\ufeff<html>".encode("utf-16-le"), "página web"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "página web"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1", "RTF"),
    ],
)
def test_input_28_what_is_no_workbook_is_named_for_what_it_is(
    tmp_path: Path, take: Take, start: bytes, found: str
) -> None:
    path = tmp_path / "incidentes.xlsx"
    path.write_bytes(start)
    with pytest.raises(FileRefusedError, match=found):
        take(path)


def test_input_28_a_binary_workbook_is_refused(tmp_path: Path, take: Take) -> None:
    path = tmp_path / "incidentes.xlsb"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.bin", b"\x83\x01")
    with pytest.raises(FileRefusedError, match="no es un libro XLSX"):
        take(path)


def test_input_28_a_book_with_macros_is_read_and_nothing_in_it_is_run(
    write_book: Write, take: Take, rewrite: Rewrite
) -> None:
    path = write_book({}, name="macros.xlsm")
    rewrite(path, "xl/vbaProject.bin", lambda _: b"Sub AutoOpen()")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    rewrite(
        path,
        "[Content_Types].xml",
        lambda xml: xml.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    )
    assert take(path).only.case_id == "D-1"


def test_input_29_a_bomb_is_refused_before_it_is_opened(tmp_path: Path, take: Take) -> None:
    path = tmp_path / "bomba.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr(SHEET, bytes(70 * 2**20))
    with pytest.raises(FileRefusedError, match="crece"):
        take(path)


def test_input_29_styled_emptiness_costs_little_and_counts_as_blank(
    write_book: Write, take: Take, rewrite: Rewrite
) -> None:
    path = write_book({})
    styled = b"".join(b'<c r="%s3" s="0"/>' % name for name in (b"A", b"Z", b"AAA", b"XFD"))
    last = b'<row r="3">' + styled + b'</row><row r="50000" ht="15"/></sheetData>'
    rewrite(path, SHEET, lambda xml: xml.replace(b"</sheetData>", last))
    taken = take(path)
    assert (len(taken.drafts), taken.refused) == (1, {})
    assert taken.others == {"header": 1, "blank": 49_998}


def test_input_29_a_row_beyond_the_last_of_a_sheet_is_refused(write_book: Write, take: Take, rewrite: Rewrite) -> None:
    path = write_book({})
    rewrite(path, SHEET, lambda xml: xml.replace(b"</sheetData>", b'<row r="999999999999"/></sheetData>'))
    with pytest.raises(FileRefusedError, match="a lo sumo 1048576 filas"):
        take(path)


LAUGHS = '<!DOCTYPE s [<!ENTITY a "ja"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
FETCHES = '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.parametrize("dtd", [LAUGHS, FETCHES, "<!--" + "x" * 5000 + "-->" + LAUGHS])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_input_30_entities_in_any_part_are_refused(
    write_book: Write, take: Take, rewrite: Rewrite, dtd: str, encoding: str
) -> None:
    path = write_book({})
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    rewrite(path, "xl/sharedStrings.xml", lambda _: (head + dtd).encode(encoding))
    with pytest.raises(FileRefusedError, match="entidades"):
        take(path)


def test_input_31_external_links_are_not_followed(
    write_book: Write, take: Take, rewrite: Rewrite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was tried")

    path = write_book({"direccion": "='http://127.0.0.1:9/[otro.xlsx]Hoja'!A1"})
    target = b'<Relationship Id="rId1" Type="x/externalLinkPath" Target="http://127.0.0.1:9/x" TargetMode="External"/>'
    rewrite(path, "xl/externalLinks/externalLink1.xml", lambda _: b'<externalLink xmlns="x"/>')
    rewrite(
        path,
        "xl/externalLinks/_rels/externalLink1.xml.rels",
        lambda _: (
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + target
            + b"</Relationships>"
        ),
    )
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert take(path).rules == ["formula_error"]


def test_hours_of_a_workbook_are_read_as_it_keeps_them(write_book: Write, take: Take) -> None:
    taken = take(write_book({"hora": time(14, 30)}, {"hora": timedelta(hours=23)}, {"hora": timedelta(hours=24)}))
    assert [draft.hour for draft in taken.drafts.values()] == [time(14, 30), time(23), time(0)]
    assert [draft.day.day for draft in taken.drafts.values()] == [15, 15, 16]


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="2"><c r="A2"><v>5</v></c></row>',  # a second row 2
        b'<row r="1"><c r="A1"><v>5</v></c></row>',  # a row that comes too late
        b"<row><c><f>1</f></c></row>",  # a formula without value in a cell without a name
        b'<row r="3">' + b'<c r="A3"><v>5</v></c>' * 500_000 + b"</row>",
    ],
    ids=["twice", "late", "nameless", "endless"],
)
def test_rows_that_the_reader_would_lose_or_choke_on_are_refused(
    write_book: Write, take: Take, rewrite: Rewrite, rows: bytes
) -> None:
    path = write_book({})
    rewrite(path, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    with pytest.raises(FileRefusedError, match="libro dañado"):
        take(path)


@pytest.mark.parametrize(
    "text", [b"<f " * 300_000, b"<f>1</f>" + b" " * 1_000_000, b"<row " * 300_000, b"<" + b"w" * 1_000_000]
)
def test_what_is_looked_for_in_a_sheet_costs_no_more_than_its_length(text: bytes) -> None:
    began = time_module.perf_counter()
    with contextlib.suppress(ValueError):
        find_marks(io.BytesIO(b"<sheetData>" + text + b"</sheetData>"))
    assert time_module.perf_counter() - began < 5
