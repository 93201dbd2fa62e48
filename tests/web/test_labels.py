from __future__ import annotations

import dataclasses

import pytest

from analysis import STATISTICS
from web import labels


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_and_every_option_has_a_name(name: str) -> None:
    assert name in labels.STATISTICS
    for item in dataclasses.fields(STATISTICS[name].params):
        assert item.name in labels.OPTIONS
        for choice in item.metadata.get("choices", ()):
            assert not isinstance(choice, str) or choice in labels.CHOICES
