"""Damaged files: whatever byte is changed or wherever they are cut, a file is read or refused in one sentence."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_observatorio.errors import FileRefusedError, LayerRefusedError
from geo_observatorio.sentences import error_sentence
from geo_observatorio.services.vector_files import read_vectors

Write = Callable[..., Path]
Take = Callable[..., Any]
HEAD = 64  # bytes of a file's beginning, and as many of its end, each of which is changed


def take_or_refuse(take: Take, path: Path) -> bool:
    """Read a file; return whether it was read. Anything but a refusal in one sentence is an error."""
    try:
        take(path)
    except FileRefusedError as error:
        return len(error_sentence(error).splitlines()) != 1
    return True


def make(kind: str, tmp_path: Path, write_csv: Write, write_book: Write) -> Path:
    if kind == "xlsx":
        return write_book({}, {"fecha": "15/01/2024"})
    if kind == "zip":
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(write_csv({}), "a.csv")
        return path
    path = tmp_path / "a.parquet"
    columns = {"caso": ["D-1"], "fecha": ["15/01/2024"], "delito": ["Robo"]}
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "zip", "parquet"])
def test_each_byte_of_the_head_and_the_directory_of_a_file_may_be_wrong(
    kind: str, tmp_path: Path, write_csv: Write, write_book: Write, take: Take
) -> None:
    whole = make(kind, tmp_path, write_csv, write_book).read_bytes()
    assert take_or_refuse(take, tmp_path / whole_name(kind))
    path, outcomes = tmp_path / "mutado.bin", []
    for at in [*range(HEAD), *range(len(whole) - HEAD, len(whole))]:
        for value in (whole[at] ^ 0xFF, whole[at] ^ 1):
            path.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            outcomes.append(take_or_refuse(take, path))
    assert not all(outcomes)


def whole_name(kind: str) -> str:
    return {"xlsx": "libro.xlsx", "zip": "a.zip", "parquet": "a.parquet"}[kind]


@pytest.mark.parametrize("kind", ["xlsx", "zip", "parquet"])
def test_a_file_with_bytes_changed_anywhere_or_cut_anywhere_is_read_or_refused(
    kind: str, tmp_path: Path, write_csv: Write, write_book: Write, take: Take
) -> None:
    whole = make(kind, tmp_path, write_csv, write_book).read_bytes()
    path, chance = tmp_path / "mutado.bin", random.Random(1)  # noqa: S311
    for _ in range(100):
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([chance.randrange(256)]) + whole[at + 1 :])
        take_or_refuse(take, path)
        path.write_bytes(whole[:at])
        assert not take_or_refuse(take, path)


@settings(deadline=None, max_examples=200, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=400), mark=st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xff\xfe", b"{"]))
def test_any_bytes_at_all_are_refused_in_one_sentence(content: bytes, mark: bytes, tmp_path: Path, take: Take) -> None:
    path = tmp_path / "cualquiera"
    path.write_bytes(mark + content)
    assert not take_or_refuse(take, path)
    with pytest.raises(LayerRefusedError):
        read_vectors(path)


@settings(deadline=None, max_examples=200, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(st.text(alphabet='",;\n\r\t \0aÑ1/Ã€\ud800', max_size=30), max_size=20))
def test_any_text_below_a_header_is_rows_and_nothing_else(lines: list[str], write_csv: Write, take: Take) -> None:
    taken = take(write_csv(*lines))
    assert taken.sheets
