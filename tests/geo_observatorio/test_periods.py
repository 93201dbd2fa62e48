from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo_observatorio.services.overview import last_complete_month, list_months
from geo_observatorio.services.periods import shift, split_at, whole_year, year_before

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


def test_the_year_before_a_year_is_the_year_before() -> None:
    assert year_before(date(2023, 1, 1), date(2023, 12, 31)) == (date(2022, 1, 1), date(2022, 12, 31))


def test_a_leap_day_has_its_last_february_day() -> None:
    assert shift(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert year_before(date(2024, 2, 1), date(2024, 2, 29)) == (date(2023, 2, 1), date(2023, 2, 28))


@given(DAYS, st.integers(0, 2000))
def test_the_period_before_never_overlaps_the_one_after(since: date, days: int) -> None:
    until = date.fromordinal(since.toordinal() + days)
    first, last = year_before(since, until)
    assert first <= last < since


@given(DAYS, st.integers(1, 60))
def test_a_split_leaves_no_day_out_and_none_twice(day: date, months: int) -> None:
    (first, last), (start, end) = split_at(day, months)
    assert first <= last
    assert last.toordinal() + 1 == start.toordinal()
    assert start == day
    assert end > day


def test_a_whole_year_has_both_its_ends() -> None:
    assert whole_year(date(2024, 2, 10)) == (date(2024, 1, 1), date(2024, 12, 31))


def test_a_month_that_is_not_over_is_not_complete() -> None:
    assert last_complete_month(date(2025, 3, 30)) == date(2025, 2, 1)
    assert last_complete_month(date(2025, 3, 31)) == date(2025, 3, 1)


def test_months_run_from_one_to_the_other() -> None:
    assert list_months(date(2024, 11, 1), date(2025, 2, 1)) == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]
