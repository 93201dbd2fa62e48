import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_observatorio.errors import SelectionError
from geo_observatorio.models import Days, Selection, selection_from_dict

YEAR = {"municipality": "0808", "since": date(2022, 1, 1), "until": date(2022, 12, 31)}


def test_a_year_has_twelve_months_because_both_days_are_included() -> None:
    assert Selection(**YEAR).days.months == pytest.approx(365 / 30.4375)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [("until", date(2021, 12, 31)), ("weekdays", (0,)), ("weekdays", (8,)), ("hours", (24,)), ("hours", (-1,))],
)
def test_a_question_that_cannot_be_meant_is_refused(name: str, value: object) -> None:
    with pytest.raises(SelectionError) as caught:
        Selection(**YEAR | {name: value})  # type: ignore[arg-type]
    assert caught.value.values["name"] == name


def test_days_know_what_of_them_lies_beyond_others() -> None:
    year = Selection(**YEAR).days  # type: ignore[arg-type]
    summer = Days(since=date(2022, 6, 1), until=date(2022, 8, 31))
    assert year.beyond(summer) == [
        Days(since=date(2022, 1, 1), until=date(2022, 5, 31)),
        Days(since=date(2022, 9, 1), until=date(2022, 12, 31)),
    ]
    assert (year.within(summer), summer.beyond(year)) == (summer, [])
    assert year.within(Days(since=date(2023, 1, 1), until=date(2023, 1, 1))) is None


@given(
    days=st.tuples(st.dates(), st.dates()).map(sorted),
    hours=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    weekdays=st.lists(st.integers(1, 7), max_size=7).map(tuple),
    categories=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    as_of=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_a_selection_survives_json(
    days: list[date],
    hours: tuple[int, ...],
    weekdays: tuple[int, ...],
    categories: tuple[str, ...],
    as_of: datetime | None,
) -> None:
    selection = Selection(
        municipality="0808",
        since=days[0],
        until=days[1],
        hours=hours,
        weekdays=weekdays,
        categories=categories,
        as_of=as_of,
    )
    assert selection_from_dict(json.loads(json.dumps(selection.as_dict()))) == selection
