"""What a page computes is bounded, and the refusal says what would fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import shapely

from analysis import STATISTICS
from analysis.params import Params
from analysis.scan_report import MOST_ROUNDS
from geo_observatorio.errors import TooMuchWorkError
from geo_observatorio.sentences import error_sentence
from geo_observatorio.services.effort import COSTS, ROUNDS, UNLIMITED, require_affordable

CITY = shapely.MultiPolygon([shapely.box(0, 0, 20_000, 16_400)])  # 328 km²


def ask(name: str, **options: Any) -> Params:
    return STATISTICS[name].params(**options)


def test_every_question_with_its_defaults_is_answered() -> None:
    for name, statistic in STATISTICS.items():
        if statistic.sides == 1:
            require_affordable(name, statistic.params(), CITY, 15.0)


@pytest.mark.parametrize(
    ("name", "options", "option", "title"),
    [
        ("hotspots", {"cell_size": 50.0, "shuffles": 9999, "resamples": 0}, "shuffles", "Mapas barajados"),
        ("hotspots", {"cell_size": 50.0, "resamples": 999}, "resamples", "Remuestreos"),
        ("ripley", {"runs": 1999}, "runs", "Simulaciones"),
        ("scan", {"max_share": 0.5, "replications": 9999}, "replications", "Mapas al azar"),
        ("scan", {"cell_size": 150.0, "iterative": True, "replications": 2999}, "replications", "Mapas al azar"),
    ],
)
def test_what_would_hold_a_page_up_is_refused_with_what_would_fit(
    name: str, options: dict[str, Any], option: str, title: str
) -> None:
    params = ask(name, **options)
    with pytest.raises(TooMuchWorkError) as refusal:
        require_affordable(name, params, CITY, 15.0)
    told = refusal.value.values
    assert told["found"] == options[option]
    require_affordable(name, replace(params, **{option: told["needed"]}), CITY, 15.0)  # type: ignore[arg-type]
    require_affordable(name, params, CITY, UNLIMITED)
    sentence = error_sentence(refusal.value)
    assert f"responde en 15: con «{title}» en {options[option]} no cabe" in sentence
    assert "observatorio study" in sentence


def test_an_iterative_scan_is_counted_with_the_rounds_it_has() -> None:
    assert ROUNDS == MOST_ROUNDS


def test_a_scan_of_areas_costs_next_to_nothing() -> None:
    require_affordable("scan", ask("scan", units="areas", max_share=0.5, replications=9999), CITY, 15.0)


def test_the_costs_name_statistics_and_their_options() -> None:
    for name, repeated in COSTS.items():
        assert {one.option for one in repeated} <= set(STATISTICS[name].params().as_dict())
