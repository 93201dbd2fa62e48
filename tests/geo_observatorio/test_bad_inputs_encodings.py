"""The bad inputs 1 to 10: letters. The numbers are those of docs/manual/archivos-dificiles.md."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo_observatorio.errors import FileRefusedError

ADDRESS = "Calidonia, Panamá"


def test_input_01_latin_1_is_read_and_told(write_csv: Callable[..., Path], take: Callable[..., Any]) -> None:
    taken = take(write_csv({"direccion": ADDRESS + " \x81"}, encoding="latin-1"))
    assert taken.only.address == ADDRESS
    assert taken.sheets[0].encoding == "latin-1"


def test_input_02_windows_quotes_and_the_euro_are_read(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    taken = take(write_csv({"direccion": "Local “El Ñato”, 5 €"}, encoding="cp1252"))
    assert taken.only.address == "Local “El Ñato”, 5 €"
    assert taken.sheets[0].encoding == "cp1252"
    assert taken.rules == []


def test_input_03_a_byte_order_mark_is_no_part_of_the_first_header(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    assert take(write_csv({}, encoding="utf-8-sig")).only.case_id == "D-1"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_input_04_utf_16_is_read_with_and_without_its_mark(
    write_csv: Callable[..., Path], take: Callable[..., Any], encoding: str
) -> None:
    taken = take(write_csv({"direccion": ADDRESS}, {"caso": "D-2"}, encoding=encoding))
    assert taken.drafts[2].address == ADDRESS
    assert taken.sheets[0].encoding == "utf-16"


def test_input_04_a_text_of_utf_16_that_is_cut_in_a_letter_is_refused(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = write_csv({}, encoding="utf-16")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FileRefusedError):
        take(path)


def test_input_05_two_encodings_in_one_file_are_told_apart_line_by_line(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = write_csv({"direccion": ADDRESS})
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines()[1].decode().encode("cp1252") + b"\n")
    taken = take(path)
    assert [draft.address for draft in taken.drafts.values()] == [ADDRESS, ADDRESS]
    assert taken.drafts[2].repairs == []
    (repair,) = taken.drafts[3].repairs
    assert repair == {"field": "address", "from": "Calidonia, Panam\\xe1", "to": ADDRESS, "rule": "other_encoding"}
    assert taken.drafts[2].content_hash == taken.drafts[3].content_hash


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Calidonia, PanamÃ¡", ADDRESS),
        ("RÃ\xado Abajo", "Río Abajo"),
        ("BETANIA, PANAMÃ\x81", "BETANIA, PANAMÁ"),
        ("An√°lisis", "Análisis"),
        ("PanamÃƒÂ¡", "Panamá"),
        ("Via EspaÃ±a, NÂº 5", "Via España, Nº 5"),
    ],
)
def test_input_06_letters_encoded_twice_are_put_right_and_noted(
    write_csv: Callable[..., Path], take: Callable[..., Any], written: str, meant: str
) -> None:
    draft = take(write_csv({"direccion": written, "delito": "DaÃ±os"})).only
    assert draft.address == meant
    assert draft.category == "DAI-33"
    assert [(one["rule"], one["from"]) for one in draft.repairs if one["field"] == "address"] == [
        ("double_encoding", written)
    ]


@pytest.mark.parametrize("text", ["Ñandú “El Ñ”", "CAFÉ »", "São Paulo", "Calle Â", "Avenida √2", "Façade ‰"])
def test_input_06_what_only_looks_odd_stays(
    write_csv: Callable[..., Path], take: Callable[..., Any], text: str
) -> None:
    draft = take(write_csv({"direccion": text})).only
    assert (draft.address, draft.repairs) == (text, [])


def test_input_07_composed_and_decomposed_accents_are_the_same(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    taken = take(write_csv({"direccion": "Vía España"}, {"direccion": "Vi\u0301a Espan\u0303a"}))
    one, two = taken.drafts.values()
    assert one.address == two.address == "Vía España"
    assert one.content_hash == two.content_hash


def test_input_08_a_zero_byte_in_a_cell_reaches_nothing(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    assert take(write_csv({"direccion": "Calle\0 5", "caso": "D\x001"})).only.address == "Calle 5"


def test_input_09_what_turns_or_hides_letters_goes_and_emoji_stay(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    draft = take(write_csv({"direccion": "Calle \u202e5\u200b0 \U0001f600"})).only
    assert draft.address == "Calle 50 \U0001f600"


def test_input_10_half_a_letter_pair_and_invalid_bytes_harm_nothing(
    write_csv: Callable[..., Path], take: Callable[..., Any]
) -> None:
    path = write_csv({"direccion": "Calle \ud83d 5"})  # three bytes that no UTF-8 may hold
    draft = take(path).only
    draft.address.encode("utf-8")
    assert draft.address.startswith("Calle")
    assert draft.address.endswith("5")
