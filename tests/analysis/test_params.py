import math
from dataclasses import dataclass

import pytest

from analysis.errors import ParameterError
from analysis.params import Params, option, parse_bool


@dataclass(frozen=True, kw_only=True)
class Options(Params):
    size: float = option(100.0, unit="m", low=10.0, high=1000.0)
    bandwidth: float | None = option(None, unit="m", low=1.0)
    order: int = option(1, low=1, high=3)
    hexagons: bool = option(False)
    shape: str = option("round", choices=("round", "square"))


def test_texts_become_the_types_that_the_options_declare() -> None:
    read = Options.read({"size": "50", "bandwidth": "", "order": "2", "hexagons": "sí", "shape": "square"})
    assert read == Options(size=50.0, bandwidth=None, order=2, hexagons=True, shape="square")
    assert Options.read({"bandwidth": "300"}).bandwidth == 300.0


def test_the_text_false_is_false() -> None:
    assert parse_bool("hexagons", "false") is False
    assert parse_bool("hexagons", " TRUE ") is True
    with pytest.raises(ParameterError):
        parse_bool("hexagons", "tal vez")


@pytest.mark.parametrize(
    "texts",
    [
        {"size": "9.9"},
        {"size": "1001"},
        {"size": "nan"},
        {"size": "inf"},
        {"size": "ancho"},
        {"order": "1.5"},
        {"order": "4"},
        {"bandwidth": "0"},
        {"shape": "oval"},
        {"colour": "red"},
    ],
)
def test_a_value_outside_its_limits_names_the_option(texts: dict[str, str]) -> None:
    with pytest.raises(ParameterError) as caught:
        Options.read(texts)
    assert caught.value.values["name"] == next(iter(texts))


def test_limits_hold_for_code_too() -> None:
    with pytest.raises(ParameterError):
        Options(size=math.nan)
    assert Options(bandwidth=None).as_dict()["bandwidth"] is None
