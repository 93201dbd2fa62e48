from __future__ import annotations

import os
import zipfile
from pathlib import Path
from uuid import uuid4

import openpyxl
import pandas as pd
import pytest

from geo_observatorio.errors import SpoolFullError, UploadGoneError
from geo_observatorio.services.file_sizes import estimate_rows
from geo_observatorio.services.spool import SpoolFile, name_file, require_bytes, require_room, telling_year

ROWS = 5000


def test_a_file_in_the_spool_is_its_owners_alone_and_has_no_name_of_anybodys(tmp_path: Path) -> None:
    file = SpoolFile(tmp_path / "uploads")
    file.write(b"a\nb")
    file.seek(0)
    assert (file.readline(), file.read()) == (b"a\n", b"b")
    file.close()
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.name.isalpha()
    assert len(file.path.name) == 32


def test_a_full_disk_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("the system has no /dev/full")
    descriptor = os.open("/dev/full", os.O_RDWR)
    monkeypatch.setattr("geo_observatorio.services.spool.os.open", lambda *_args: descriptor)
    file = SpoolFile(tmp_path)
    with pytest.raises(SpoolFullError):
        file.write(bytes(10_000_000))
    file.close()


@pytest.mark.parametrize(
    ("sent", "told"), [("delitos_2021.xlsx", ["2021"]), ("2019 y 2020.csv", ["2019", "2020"]), ("robos 120215.csv", [])]
)
def test_the_years_of_a_name_are_told_and_nothing_else_of_it(tmp_path: Path, sent: str, told: list[str]) -> None:
    path = tmp_path / uuid4().hex
    path.write_text("x")
    with telling_year(path, sent) as named:
        assert named.read_text() == "x"
        assert named.stem.split()[2:] == told
    assert list(tmp_path.iterdir()) == [path]


def test_room_is_looked_for_where_the_folder_will_be(tmp_path: Path) -> None:
    require_room(tmp_path / "not" / "yet", 1)
    with pytest.raises(SpoolFullError):
        require_room(tmp_path, 2**60)


def test_bytes_that_are_gone_are_told(tmp_path: Path) -> None:
    with pytest.raises(UploadGoneError):
        require_bytes(tmp_path, uuid4())


@pytest.mark.parametrize("sent", ["", "..", "/", "\u200b\u202e", "a/"])
def test_a_name_is_never_nothing_for_long(sent: str) -> None:
    assert name_file(sent) in {"-", "..", "a"}
    assert len(name_file("ñ" * 10_000)) <= 150


def make_csv(path: Path) -> None:
    pd.DataFrame({"caso": range(ROWS), "texto": "x" * 30}).to_csv(path, index=False)


def make_workbook(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for i in range(ROWS):
        sheet.append([i, "x" * 30])
    book.save(path)


def make_parquet(path: Path) -> None:
    pd.DataFrame({"caso": range(ROWS)}).to_parquet(path)


def make_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("robos.csv", "caso,texto\n" + "1,x\n" * ROWS)


@pytest.mark.parametrize("make", [make_csv, make_workbook, make_parquet, make_zip])
def test_about_how_many_rows_a_file_has_is_told_without_reading_it(tmp_path: Path, make: object) -> None:
    make(tmp_path / "rows")  # type: ignore[operator]
    found = estimate_rows(tmp_path / "rows")
    assert found is not None
    assert abs(found - ROWS) <= 0.05 * ROWS


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing", b"PK\x03\x04 nothing", b"one line"])
def test_a_file_whose_size_tells_nothing_has_no_estimate(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rows").write_bytes(content)
    assert estimate_rows(tmp_path / "rows") is None
