from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError, quote_columns
from geo_observatorio.sources.values import Serial1904, hide_personal

CATEGORIES = {"robo": "DAI-15", "hurto simple": "DAI-20"}
NOW = datetime(2024, 6, 1, 12, 0)
ROW = {"case_id": "P-1", "day": "15/03/2024", "hour": "2:30 p. m.", "category": "ROBO"}


def read(source: str = "policia", **cells: Any) -> Draft:
    return RowReader(template=find_source(source), categories=CATEGORIES, now=NOW).read(ROW | cells)


def rule_of(**cells: Any) -> str:
    with pytest.raises(RowRejectedError) as refusal:
        read(**cells)
    return refusal.value.rule


def rules(draft: Draft) -> list[str]:
    return [repair["rule"] for repair in draft.repairs]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("15/03/2024", date(2024, 3, 15)),
        ("29/02/2024", date(2024, 2, 29)),
        ("15-03-2024", date(2024, 3, 15)),
        ("15 de marzo de 2019", date(2019, 3, 15)),
        ("5-ene-24", date(2024, 1, 5)),
        ("5-sept-23", date(2023, 9, 5)),
        (" 01/12/2023\u00a0", date(2023, 12, 1)),
        (datetime(2024, 3, 15), date(2024, 3, 15)),
        (date(2024, 3, 15), date(2024, 3, 15)),
        (45366, date(2024, 3, 15)),
    ],
)
def test_days_are_read_as_they_are_written(written: object, day: date) -> None:
    assert read(day=written, hour="").day == day


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2:30 p. m.", time(14, 30)),
        ("2:30\u202fp.\u00a0m.", time(14, 30)),
        ("12:30 p.m.", time(12, 30)),
        ("12:30 AM", time(0, 30)),
        ("14:05", time(14, 5)),
        ("23:59:59", time(23, 59, 59)),
        (time(7, 5), time(7, 5)),
        (0.75, time(18, 0)),
        ("00:00", None),
        ("s/d", None),
        ("", None),
        (None, None),
    ],
)
def test_hours_are_read_as_they_are_written_and_midnight_is_unknown(written: object, hour: time | None) -> None:
    assert read(hour=written).hour == hour


def test_an_hour_that_cannot_be_read_is_unknown_and_noted() -> None:
    for written in ("entre 8 y 10", "entre 11 y 1 pm", "25:61"):
        draft = read(hour=written)
        assert draft.hour is None
        assert draft.repairs == [{"field": "hour", "from": written, "to": "", "rule": "unreadable_hour"}]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"case_id": " "}, "missing_id"),
        ({"day": ""}, "missing_date"),
        ({"day": "N/A"}, "missing_date"),
        ({"day": "31/04/2024"}, "bad_date"),
        ({"day": "29/02/2023"}, "bad_date"),
        ({"day": "03/15/2024"}, "bad_date"),
        ({"day": "31/12/1989"}, "too_old"),
        ({"day": "02/06/2024"}, "future"),
        ({"day": "01/06/2024", "hour": "13:01"}, "future"),
        ({"category": " "}, "missing_category"),
        ({"category": "Robo de cables"}, "unknown_category"),
        ({"reported": "14/03/2024"}, "reported_before_it_happened"),
    ],
)
def test_a_row_that_cannot_be_an_incident_is_refused_by_name(cells: dict[str, Any], rule: str) -> None:
    assert rule_of(**cells) == rule


def test_an_incident_of_the_last_hour_is_taken() -> None:
    assert read(day="01/06/2024", hour="12:59").hour == time(12, 59)


def test_a_number_with_a_comma_is_read_and_noted() -> None:
    draft = read(longitude="-79,5199", latitude="8.9824")
    assert (draft.longitude, draft.latitude, draft.decimals) == (-79.5199, 8.9824, 4)
    assert draft.repairs == [{"field": "longitude", "from": "-79,5199", "to": "-79.5199", "rule": "decimal_comma"}]


def test_a_coordinate_that_cannot_be_read_is_left_out_and_noted() -> None:
    draft = read(longitude="8°58'N", latitude=float("nan"))
    assert draft.longitude != draft.longitude
    assert rules(draft) == ["unreadable_coordinate"]


def test_numbers_of_persons_leave_the_address() -> None:
    draft = read(address="Casa 12, llamar a 6612-3456 o 236-1234", reference="vive 8-123-4567 / PE-12-345")
    assert draft.address == "Casa 12, llamar a [retirado] o [retirado], vive [retirado] / [retirado]"
    assert rules(draft) == ["personal_number_removed"]
    assert quote_columns({"address": "cel 66123456", "area": None}) == {"address": "cel [retirado]"}


def test_invisible_letters_and_nul_do_not_reach_the_database() -> None:
    draft = read(address="Calle\x00 5\u202e\n\ud83d", case_id="A\u0301\u200b1")
    assert draft.address == "Calle 5"
    assert draft.case_id == "\u00c11"


def test_only_listed_columns_enter() -> None:
    draft = read(nombre="Juan Pérez", weapon="Arma de fuego")
    assert draft.tags == {"weapon": "Arma de fuego"}
    assert "Juan" not in repr(draft)


def test_the_hash_follows_the_content_and_nothing_else() -> None:
    first = read(address="Calle 5")
    assert first.content_hash == read(address="  Calle   5 ", category="robo").content_hash
    assert first.content_hash == read(address="Calle 5", day=date(2024, 3, 15), hour="14:30").content_hash
    others = [read(address="Calle 6"), read(hour="2:31 p. m."), read(category="Hurto simple"), read(latitude="8.98")]
    assert len({first.content_hash, *(other.content_hash for other in others)}) == 5


def test_both_hours_of_mexico_city_are_read() -> None:
    reader = RowReader(template=replace(find_source("cdmx")), categories=CATEGORIES, now=NOW)
    plain = reader.read({"day": "2023-10-31", "hour": "12:00:00", "category": "ROBO"})
    other = reader.read({"day": "2023-10-31 12:00:00", "hour": "12:00:00:00", "category": "ROBO"})
    assert (plain.day, plain.hour) == (other.day, other.hour) == (date(2023, 10, 31), time(12, 0))
    assert reader.read({"day": "2023-10-31", "hour": "00:00:00:00", "category": "ROBO"}).hour == time(0, 0)


PERSONS = [
    *("8-123-456", "8-1234-12345", "PE-12-345", "E-8-12345", "N-19-1234", "8-NT-1-12345", "4PI-123-456", "8AV-123-456"),
    *("8 123 456", "8.123.456", "8- 123-456", "8–123–456", "8\u20111234\u20115678", "8/123/456", "8123456"),
    *("6612-3456", "+507 6612-3456", "+507-6612-3456", "507 66123456", "(507) 6612-3456", "66123456", "6612 3456"),
    *("222-3344", "222.3344", "6612.3456", "66-12-34-56", "６６１２-３４５６", "juan.perez@correo.com"),
]


@pytest.mark.parametrize("number", PERSONS)
def test_a_persons_number_stays_nowhere(number: str) -> None:
    kept = read(address=f"Casa de {number} esquina", hour=number, barrio=f"Obarrio {number}", weapon=number)
    quoted = quote_columns({"day": number, "category": f"Robo {number}", "address": number})
    told = f"{kept.address} {kept.barrio} {kept.tags} {kept.repairs} {quoted}"
    digits = "".join(letter for letter in told if letter.isdigit()).replace("507", "")
    assert digits == ""
    assert "juan" not in told


@pytest.mark.parametrize(
    "address",
    ["Calle 50, Edificio 12-B, local 3", "Av. 3-45, casa 12", "Calle 5. 12-30", "Vía España 4ta y 5ta", "Km 12.5"],
)
def test_the_numbers_of_an_address_stay(address: str) -> None:
    assert read(address=address).address == address


def test_a_refused_day_and_a_coordinate_can_be_read_in_quarantine() -> None:
    row = {"day": "31-04-2025", "latitude": "8.987123456", "longitude": "-79,52688123", "east": "661900.12"}
    assert quote_columns(row) == row
    assert quote_columns({"latitude": "66123456"}) == {"latitude": "[retirado]"}


@pytest.mark.parametrize(
    ("written", "day", "hour"),
    [
        (45366.604166, date(2024, 3, 15), time(14, 30)),
        ("45366", date(2024, 3, 15), None),
        (45366.99999, date(2024, 3, 16), None),
        ("15/03/2024 2:30 p. m.", date(2024, 3, 15), time(14, 30)),
        ("2024-03-15 14:30:00", date(2024, 3, 15), time(14, 30)),
    ],
)
def test_a_day_may_carry_its_hour(written: object, day: date, hour: time | None) -> None:
    draft = read(day=written, hour="")
    assert (draft.day, draft.hour) == (day, hour)


@pytest.mark.parametrize("written", [float("inf"), 1e300, -5, 12, True])
def test_a_number_that_is_no_day_is_refused(written: object) -> None:
    assert rule_of(day=written) == "bad_date"


@pytest.mark.parametrize(
    ("latitude", "longitude", "degrees", "decimals"),
    [
        ("8°58'30\"N", "79°31'30\"W", (8.975, -79.525), 3),
        ("8º58'30.6''N", "79º31'30.6''O", (8.9751666667, -79.5251666667), 4),
        ("8° 58.5' N", "-79° 31.5'", (8.975, -79.525), 3),
        ("8°58′30″", "79°31′30″W", (8.975, -79.525), 3),
        ("8°58'N", "79°31'W", (8.9666666667, -79.5166666667), 2),
    ],
)
def test_degrees_and_minutes_are_read_and_told(
    latitude: str, longitude: str, degrees: tuple[float, float], decimals: int
) -> None:
    draft = read(latitude=latitude, longitude=longitude)
    assert (draft.latitude, draft.longitude) == pytest.approx(degrees, abs=1e-9)
    assert draft.decimals == decimals
    assert [(one["rule"], one["from"]) for one in draft.repairs] == [
        ("degrees_minutes", longitude),
        ("degrees_minutes", latitude),
    ]


@pytest.mark.parametrize("written", ["8°61'N", "8°58'30\"W", "-8°58'N", "8 58 30", "8°58", "8°5.5'30\"N", "8.5°58'N"])
def test_degrees_that_leave_something_to_guess_are_not_read(written: str) -> None:
    draft = read(latitude=written)
    assert draft.latitude != draft.latitude
    assert rules(draft) == ["unreadable_coordinate"]


@pytest.mark.parametrize(
    ("written", "kept"), [("15/03/2204", True), ("31/02/2025 10:00", True), ("8-12-2204", False), ("8-123-456", False)]
)
def test_a_wrong_day_can_still_be_read_in_quarantine_and_a_number_of_a_person_cannot(written, kept):
    assert (quote_columns({"day": written})["day"] == written) is kept


def test_what_is_kept_of_a_refused_row_can_be_read_again() -> None:
    assert quote_columns({"hour": 0.6041666667, "day": 45366.6041666667}) == {
        "hour": "0.6041666667",
        "day": "45366.6041666667",
    }
    assert quote_columns({"day": Serial1904(43904.0)}) == {"day": "45366"}
    assert quote_columns({"case_id": "2024-0001"}) == {"case_id": "2024-0001"}
    assert quote_columns({"case_id": 202400012345}) == {"case_id": "202400012345"}
    for number in ("8-123-4567", "PE-12-345", "6612-3456", "507 6612-3456", "ana@correo.pa", "caso de 8-123-4567"):
        assert "[retirado]" in quote_columns({"case_id": number})["case_id"]


@pytest.mark.parametrize(
    "written", ["8.985 -79.520", "8.9851 -79.5234, frente a la iglesia", "9.012,-79.501", "8.98 / -79.52"]
)
def test_a_pair_of_coordinates_in_an_address_is_no_number_of_a_person(written):
    assert hide_personal(written) == written
    assert hide_personal(f"{written} llamar al 6612-3456").endswith("llamar al [retirado]")


@pytest.mark.parametrize(
    "written",
    [
        "Vía España 2000-2001",
        "Avenida Balboa 4410 - 4420, edificio azul",
        "Calle 8-123-45",
        "frente al taller, Cl. 8-12-345",
        "AVE 3-45-67, casa B",
        "UTM E662708 N993234",
    ],
)
def test_a_number_of_houses_is_no_number_of_a_person(written: str) -> None:
    assert hide_personal(written) == written


@pytest.mark.parametrize(
    "written",
    [
        "8-123-45",
        "vive 8-123-45",
        "casa 8-123-45",  # may be her cédula
        "Calle 8-123-4567",  # so long an end has no house
        "Calle Segunda 8-123-45",
        "Calle 6612-6650",  # a mobile telephone, however near its halves
        "Vía España 2001-2000",
        "Vía España 2000-2900",
        "tel. 2234-5678",
        "507 2000-2001",
        "pasaporte AB1234567",
        "pasaporte n.º 123456",
        "AB1234567",
        "cédula N 123456",
        "Pasaporte: PA-0123456",
    ],
)
def test_what_may_be_the_number_of_a_person_is_hidden(written: str) -> None:
    hidden = hide_personal(written)
    assert "[retirado]" in hidden
    assert not any(digit.isdigit() for digit in hidden)
