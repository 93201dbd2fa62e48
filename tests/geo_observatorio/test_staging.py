from dataclasses import replace
from datetime import date, time

import numpy as np
import pytest

from geo_observatorio.services.staging import make_key, make_time_columns
from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import Draft

BASE = Draft(
    case_id="C-1", day=date(2022, 4, 3), hour=time(2, 30), reported=None, category="DAI-15", address="", district="",
    area="", barrio="",
)  # fmt: skip
MEXICO = "America/Mexico_City"


def moments(draft: Draft, zone: str) -> tuple[str, str]:
    columns = make_time_columns([draft], zone)
    return str(columns["occurred_from"][0])[:16], str(columns["occurred_to"][0])[:16]


def test_panama_is_five_hours_behind_all_year() -> None:
    for month in (1, 7):
        draft = replace(BASE, day=date(2022, month, 31), hour=time(23, 59), repairs=[])
        assert moments(draft, "America/Panama")[0] == f"2022-0{month + 1}-01T04:59"
        assert draft.repairs == []


def test_an_hour_that_the_clock_skipped_moves_forward_and_is_noted() -> None:
    draft = replace(BASE, repairs=[])
    assert moments(draft, MEXICO) == ("2022-04-03T08:00", "2022-04-03T08:00")
    assert [repair["rule"] for repair in draft.repairs] == ["skipped_hour_forward"]
    columns = make_time_columns([draft], MEXICO)
    assert (str(columns["local_day"][0]), columns["local_hour"][0]) == ("2022-04-03", 2)


def test_of_an_hour_that_came_twice_the_first_is_meant_and_noted() -> None:
    draft = replace(BASE, day=date(2022, 10, 30), hour=time(1, 30), repairs=[])
    assert moments(draft, MEXICO)[0] == "2022-10-30T06:30"
    assert [repair["rule"] for repair in draft.repairs] == ["repeated_hour_first"]


def test_an_unknown_hour_may_be_any_of_its_local_day() -> None:
    draft = replace(BASE, hour=None, repairs=[])
    columns = make_time_columns([draft], MEXICO)
    assert moments(draft, MEXICO) == ("2022-04-03T06:00", "2022-04-04T05:00")  # a day of 23 hours
    assert columns["time_precision"] == ["day"]
    assert columns["local_hour"][0] == -1
    assert np.isnat(columns["reported_on"][0])


@pytest.mark.parametrize(("source", "key"), [("demo", "C-1"), ("policia", "C-1#DAI-15"), ("cdmx", "")])
def test_the_key_is_the_institutions_number_or_nothing(source: str, key: str) -> None:
    assert make_key(BASE, find_source(source)) == key
