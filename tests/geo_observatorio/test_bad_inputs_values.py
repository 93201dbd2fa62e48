"""The bad inputs 55 to 64: values and times. The numbers are those of docs/manual/archivos-dificiles.md."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo_observatorio.errors import FileRefusedError
from geo_observatorio.services.fix_me import disarm_text
from geo_observatorio.services.staging import make_time_columns
from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import RowReader, quote_columns
from geo_observatorio.sources.templates import Template
from geo_observatorio.sources.values import read_age

Write = Callable[..., Path]
Take = Callable[..., Any]
HEADER = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
BOTH = ("%d/%m/%Y", "%m/%d/%Y")
HOURS = ("%H:%M", "%H:%M:%S", "%I:%M %p")


def test_input_55_what_has_not_happened_is_set_aside(write_csv: Write, take: Take) -> None:
    taken = take(write_csv({"fecha": "02/01/2026"}, {"fecha": "01/01/2026", "hora": "00:59"}, {"fecha": "31/12/1989"}))
    assert taken.refused == {2: "future", 4: "too_old"}


def test_input_56_days_that_the_calendar_lacks_are_set_aside(write_csv: Write, take: Take) -> None:
    taken = take(write_csv({"fecha": "31/04/2024"}, {"fecha": "29/02/2023"}, {"fecha": "29/02/2024"}))
    assert taken.refused == {2: "bad_date", 3: "bad_date"}
    assert taken.only.day == date(2024, 2, 29)


def test_input_57_a_file_in_the_other_order_is_refused_whole(write_csv: Write, take: Take) -> None:
    days = [f"{month:02}/{day:02}/2024" for month in range(1, 6) for day in range(1, 29)]
    with pytest.raises(FileRefusedError, match="orden contrario"):
        take(write_csv(*({"fecha": day} for day in days)))
    taken = take(write_csv(*({"fecha": day} for day in days)), day=BOTH)
    assert {draft.day.month for draft in taken.drafts.values()} == {1, 2, 3, 4, 5}


def test_input_57_where_no_order_is_set_and_no_day_tells_it_the_file_is_refused(write_csv: Write, take: Take) -> None:
    early = [{"fecha": "03/04/2024"}, {"fecha": "05/06/2024"}]
    with pytest.raises(FileRefusedError, match="dos maneras"):
        take(write_csv(*early), day=BOTH)
    with pytest.raises(FileRefusedError, match="dos maneras"):
        take(write_csv(*early, {"fecha": "13/04/2024"}, {"fecha": "04/13/2024"}), day=BOTH)
    told = take(write_csv(*early, {"fecha": "13/04/2024"}), day=BOTH)
    assert [draft.day for draft in told.drafts.values()] == [date(2024, 4, 3), date(2024, 6, 5), date(2024, 4, 13)]


def test_input_57_the_order_that_the_source_declares_holds_for_every_day(write_csv: Write, take: Take) -> None:
    taken = take(write_csv({"fecha": "03/04/2024"}))
    assert (taken.only.day, taken.rules) == (date(2024, 4, 3), [])


def test_input_57_days_that_a_spreadsheet_turned_are_recognised_by_what_is_missing(
    write_book: Write, take: Take
) -> None:
    turned = [{"fecha": datetime(2024, day, 1)} for day in range(1, 13)]  # typed as 01/day/2024
    texts = [{"fecha": f"{day}/01/2024"} for day in range(13, 29)]
    with pytest.raises(FileRefusedError, match="volteado"):
        take(write_book(*turned, *texts))
    honest = [{"fecha": datetime(2024, 1, day)} for day in range(1, 29)]
    assert len(take(write_book(*honest, *texts)).drafts) == 44


@pytest.mark.parametrize("hour", ["24:00", "24:00:00", "24:00 hrs"])
def test_input_58_the_end_of_a_day_is_the_first_moment_of_the_next(write_csv: Write, take: Take, hour: str) -> None:
    draft = take(write_csv({"fecha": "31/01/2024", "hora": hour})).only
    assert (draft.day, draft.hour) == (date(2024, 2, 1), time(0, 0))
    assert draft.repairs == [{"field": "hour", "from": hour, "to": "2024-02-01 00:00", "rule": "end_of_day"}]
    assert str(make_time_columns([draft], "America/Panama")["occurred_from"][0])[:16] == "2024-02-01T05:00"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("12:30 p. m.", time(12, 30)),
        ("12:30\u00a0p.\u00a0m.", time(12, 30)),
        ("2:30\u202fp.\u202fm.", time(14, 30)),
        ("2:30pm", time(14, 30)),
        ("12:05 a.m.", time(0, 5)),
        ("14:30 hrs", time(14, 30)),
        ("14:30 h", time(14, 30)),
        ("1430 hrs.", time(14, 30)),
        ("23:59", time(23, 59)),
    ],
)
def test_input_58_hours_are_read_as_people_write_them(write_csv: Write, take: Take, written: str, hour: time) -> None:
    taken = take(write_csv({"hora": written}), "policia")
    assert (taken.only.hour, taken.rules) == (hour, [])


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("entre 8 y 10 pm", "20:00", "22:00"),
        ("entre las 8:30 y las 10 p. m.", "20:30", "22:00"),
        ("de 8 am a 1 pm", "08:00", "13:00"),
        ("20:00 - 22:15", "20:00", "22:15"),
        ("desde las 10 pm hasta las 2 am", "22:00", "26:00"),
        ("20 a 22 hrs", "20:00", "22:00"),
        ("entre 12 y 2 am", "00:00", "02:00"),
    ],
)
def test_input_59_a_stretch_of_hours_is_kept_as_one(
    write_csv: Write, take: Take, written: str, first: str, last: str
) -> None:
    draft = take(write_csv({"hora": written}), hour=HOURS).only
    columns = make_time_columns([draft], "America/Panama")
    midnight = np.datetime64("2024-01-15T05:00")
    for name, told in (("occurred_from", first), ("occurred_to", last)):
        hours, minutes = told.split(":")
        assert columns[name][0] == midnight + np.timedelta64(int(hours) * 60 + int(minutes), "m")
    assert columns["time_precision"] == ["range"]
    assert [(one["rule"], one["from"]) for one in draft.repairs] == [("hour_range", written)]


@pytest.mark.parametrize(
    "written", ["entre 8 y 10", "entre 11 y 1 pm", "entre 10 y 2 am", "8 a 8 pm", "de noche", "25-26"]
)
def test_input_59_a_stretch_that_can_be_read_in_two_ways_is_an_unknown_hour(
    write_csv: Write, take: Take, written: str
) -> None:
    taken = take(write_csv({"hora": written}), hour=HOURS)
    assert (taken.only.hour, taken.only.until, taken.rules) == (None, None, ["unreadable_hour"])


def test_input_60_an_offence_that_nobody_knows_is_set_aside_with_its_text(write_csv: Write, take: Take) -> None:
    taken = take(write_csv({"delito": "Abigeato lunar"}, {"delito": "ROBO"}))
    assert (taken.refused, list(taken.drafts)) == ({2: "unknown_category"}, [3])
    assert quote_columns({"category": "Abigeato lunar"}) == {"category": "Abigeato lunar"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [("0", "0-14"), ("17", "15-29"), ("44,5", "30-44"), ("60", "60+"), ("120", "60+"), ("adulto", "adulto")],
)
def test_input_61_an_age_is_kept_as_its_band(written: str, kept: str) -> None:
    assert read_age(written) == kept


@pytest.mark.parametrize("written", ["-1", "999", "121"])
def test_input_61_an_age_that_nobody_has_is_left_out_and_noted(written: str) -> None:
    template = find_source("policia")
    assert isinstance(template, Template)
    reader = RowReader(
        template=replace(template, tags={"age": ("edad",)}),
        categories={"robo": "DAI-15"},
        now=datetime(2026, 1, 1),
    )
    row = {"case_id": "P-1", "day": "15/01/2024", "category": "Robo"}
    draft = reader.read(row | {"age": written})
    assert draft.tags == {}
    assert draft.repairs == [{"field": "age", "from": written, "to": "", "rule": "impossible_age"}]
    assert reader.read(row | {"age": "30"}).tags == {"age": "30-44"}


CANARIES = ("8-765-4321", "PE-12-345", "6677-8899", "236-1234", "ana.canario@correo.com")


@pytest.mark.parametrize("canary", CANARIES)
def test_input_62_numbers_of_persons_stay_in_no_draft_and_in_no_quarantine(
    write_csv: Write, take: Take, canary: str
) -> None:
    kept = take(write_csv({"direccion": f"Llamar a {canary}", "hora": canary, "latitud": canary})).only
    assert canary not in repr(kept)
    assert "[retirado]" in kept.address
    refused = quote_columns({"day": "", "address": f"Llamar a {canary}", "category": canary, "latitude": canary})
    assert canary not in repr(refused)


@pytest.mark.parametrize("text", ["=1+1", "+CMD", "-calle", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_input_63_a_cell_that_a_spreadsheet_would_run_stays_text_and_leaves_disarmed(
    write_csv: Write, take: Take, text: str
) -> None:
    assert take(write_csv({"direccion": text})).only.address == text
    assert disarm_text(text) == f"'{text}"
    assert [disarm_text(number) for number in ("-79.5199", "-79,5199", "+8.98")] == ["-79.5199", "-79,5199", "+8.98"]


@pytest.mark.parametrize(
    "text",
    ["<img src=x onerror=alert(1)>", "${alert(1)}", "`whoami`", "{{7*7}}", "'; DROP TABLE incident; --", "%s %(x)s :a"],
)
def test_input_64_what_other_programs_would_run_is_text_like_any_other(write_csv: Write, take: Take, text: str) -> None:
    draft = take(write_csv({"direccion": text, "caso": text, "corregimiento": text})).only
    assert (draft.address, draft.case_id, draft.area) == (text, text, text)
