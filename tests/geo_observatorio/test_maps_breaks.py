from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_observatorio.maps.breaks import pick_colours, round_breaks


def test_breaks_are_round_numbers_below_the_highest() -> None:
    assert round_breaks(29) == [0.5, 1, 2, 5, 10, 20]
    assert round_breaks(0.7) == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]


@pytest.mark.parametrize("highest", [0.0, -1.0, math.nan, math.inf])
def test_nothing_to_show_has_no_breaks(highest: float) -> None:
    assert round_breaks(highest) == []


@given(st.floats(min_value=1e-6, max_value=1e9))
def test_breaks_ascend_and_leave_something_above_the_last(highest: float) -> None:
    breaks = round_breaks(highest)
    assert len(breaks) == 6
    assert breaks == sorted(set(breaks))
    assert breaks[-1] < highest <= breaks[-1] * 2.5 * (1 + 1e-9)


def test_the_darkest_colour_is_always_used() -> None:
    ramp = ("a", "b", "c", "d")
    assert pick_colours(ramp, 0) == []
    assert pick_colours(ramp, 1) == ["d"]
    assert pick_colours(ramp, 2) == ["a", "d"]
    assert pick_colours(ramp, 4) == list(ramp)
