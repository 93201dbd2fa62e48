from __future__ import annotations

import pytest
import shapely

from geo_observatorio.errors import SelectionError
from geo_observatorio.services.zones import MOST_CORNERS, read_zone, write_zone

SQUARE = "-79.56 8.95,-79.50 8.95,-79.50 9.02,-79.56 9.02"


def test_a_zone_in_degrees_becomes_an_outline_in_metres() -> None:
    outline = shapely.from_wkt(read_zone(SQUARE, 32617))
    assert outline.area / 1e6 == pytest.approx(51.1, abs=0.3)


def test_a_zone_is_written_as_it_was_read() -> None:
    corners = ",".join(f"{float(x):.5f} {float(y):.5f}" for x, y in (part.split() for part in SQUARE.split(",")))
    assert write_zone(read_zone(SQUARE, 32617), 32617) == corners


def test_a_closed_ring_is_the_same_zone() -> None:
    assert read_zone(SQUARE + ",-79.56 8.95", 32617) == read_zone(SQUARE, 32617)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2",
        "1 2,3 4",
        "0 0,1 1,0 1,1 0",  # crosses itself
        "0 0,1 1,2 2",  # no area
        "0 0,1 0,nan 1",
        "0 0,1 0,1 95",
        "0 0,1 0,1 1 1",
        "POLYGON((0 0,1 0,1 1,0 0))",
        ",".join(f"{i / 1000} {(i % 2) / 1000}" for i in range(MOST_CORNERS + 1)),
        "0 0," * 100_000,
    ],
)
def test_what_is_no_simple_polygon_is_refused(text: str) -> None:
    with pytest.raises(SelectionError):
        read_zone(text, 32617)
