from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from analysis import STATISTICS
from analysis.errors import ParameterError
from geo_observatorio.errors import SelectionError
from geo_observatorio.models import Selection
from web.params import (
    describe_moment,
    read_number,
    read_params,
    read_selection,
    read_side,
    write_params,
    write_selection,
    write_side,
)

DEFAULT = Selection(municipality="0808", since=date(2024, 1, 1), until=date(2024, 12, 31))


def test_an_empty_address_is_the_default() -> None:
    assert read_selection(MultiDict(), DEFAULT) == DEFAULT


def test_a_side_counts_what_the_other_does_unless_the_address_says_other() -> None:
    side = Selection(**(vars(DEFAULT) | {"line": "convivencia", "categories": ("A",)}))
    assert read_side(MultiDict([("before_category", " ")]), side) == side
    other = read_side(MultiDict([("before_category", "B"), ("before_category", "C")]), side)
    assert (other.line, other.categories) == ("", ("B", "C"))
    assert [pair for pair in write_side(other, side) if pair[0] == "before_category"] == [
        ("before_category", "B"),
        ("before_category", "C"),
    ]
    assert not [pair for pair in write_side(side, side) if pair[0] == "before_category"]


def test_an_empty_field_is_as_if_it_were_not_there() -> None:
    args = MultiDict([("since", ""), ("category", ""), ("hour", ""), ("as_of", " ")])
    assert read_selection(args, DEFAULT) == DEFAULT


def test_a_moment_without_a_zone_is_universal_time() -> None:
    read = read_selection(MultiDict([("as_of", "2024-05-01T10:00")]), DEFAULT)
    assert read.as_of == datetime(2024, 5, 1, 10, tzinfo=UTC)


@given(
    st.lists(st.sampled_from(["DAI-01", "Patrimonio económico", "a&b=c", "<b>"]), unique=True),
    st.sets(st.integers(1, 7)),
    st.sets(st.integers(0, 23)),
    st.dates(date(2000, 1, 1), date(2024, 12, 31)),
)
def test_what_is_written_is_read_again(categories: list[str], days: set[int], hours: set[int], since: date) -> None:
    selection = Selection(
        municipality="0808",
        since=since,
        until=date(2024, 12, 31),
        categories=tuple(categories),
        weekdays=tuple(sorted(days)),
        hours=tuple(sorted(hours)),
    )
    assert read_selection(MultiDict(write_selection(selection)), DEFAULT) == selection


@given(
    st.dictionaries(st.sampled_from(["since", "until", "as_of", "hour", "weekday", "category"]), st.text(max_size=30))
)
def test_nonsense_is_refused_and_nothing_else_happens(texts: dict[str, str]) -> None:
    with contextlib.suppress(SelectionError):
        read_selection(MultiDict(texts), DEFAULT)


def test_options_of_each_statistic_are_read_apart() -> None:
    args = MultiDict([("hotspots.cell_size", "500"), ("density.cell_size", "25"), ("hotspots.order", "")])
    hotspots = read_params(args, "hotspots", STATISTICS["hotspots"].params)
    assert hotspots.as_dict()["cell_size"] == 500
    assert hotspots.as_dict()["order"] == 1


def test_options_that_keep_their_default_are_not_written() -> None:
    params = STATISTICS["hotspots"].params.read({"cell_size": "500"})
    assert write_params("hotspots", params) == [("hotspots.cell_size", "500.0")]
    assert read_params(MultiDict(write_params("hotspots", params)), "hotspots", type(params)) == params


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ParameterError):
        read_params(MultiDict([("hotspots.speed", "9")]), "hotspots", STATISTICS["hotspots"].params)


@pytest.mark.parametrize("text", ["-1", "0", "121", "1e2", "١٢", "9" * 400])
def test_a_number_outside_its_limits_is_refused(text: str) -> None:
    with pytest.raises(SelectionError):
        read_number(MultiDict([("months", text)]), "months", 12, low=1, high=120)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-05-01", datetime(2024, 5, 2, 4, 59, 59, 999999, tzinfo=UTC)),  # the end of that day in Panama
        ("2024-05-01T10:00", datetime(2024, 5, 1, 15, tzinfo=UTC)),
        ("2024-05-01T10:00:00+00:00", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("2024-05-01T15:50:30+00:00", datetime(2024, 5, 1, 15, 50, 30, tzinfo=UTC)),
        ("2024-05-01T15:50:30.000007+00:00", datetime(2024, 5, 1, 15, 50, 30, 7, tzinfo=UTC)),
    ],
)
def test_what_was_known_is_told_by_the_clock_of_the_municipality(written: str, meant: datetime) -> None:
    read = read_selection(MultiDict([("as_of", written)]), DEFAULT, zone="America/Panama")
    assert read.as_of == meant
    pairs = [pair for pair in write_selection(read) if pair[0] == "as_of"]
    assert read_selection(MultiDict(pairs), DEFAULT, zone="America/Panama").as_of == meant
    kind, shown = describe_moment(read.as_of, "America/Panama")
    assert read_selection(MultiDict([("as_of", shown)]), DEFAULT, zone="America/Panama").as_of == meant
    assert kind == {"2024-05-01": "date", "2024-05-01T15:50:30.000007+00:00": "text"}.get(written, "datetime-local")


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "ayer", "2024-13-01"])
def test_a_moment_that_nobody_can_mean_is_refused(written: str) -> None:
    with pytest.raises(SelectionError):
        read_selection(MultiDict([("as_of", written)]), DEFAULT, zone="America/Panama")
