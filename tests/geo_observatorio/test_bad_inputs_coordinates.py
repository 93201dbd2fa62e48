"""The bad inputs 41 to 54: coordinates. The numbers are those of docs/manual/archivos-dificiles.md.

The point of reference is in Panama City: -79.5199, 8.9824 in WGS 84; its other spellings are published vectors.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo_observatorio.services.placing import Placed, build_placer
from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import Draft
from geo_observatorio.sources.templates import Template

Write = Callable[..., Path]
Take = Callable[..., Any]
UTM = 32617
LONGITUDE, LATITUDE = -79.5199, 8.9824
EAST, NORTH = 662708.88, 993234.55
METRIC = "caso,fecha,delito,corregimiento,x,y"
IN_DEGREES = "caso,fecha,delito,corregimiento,lon,lat"


def areas() -> gpd.GeoDataFrame:
    """Two squares of 5 km: Bella Vista, with the point of reference, and San Francisco east of it."""
    squares = [shapely.box(660000, 990000, 665000, 995000), shapely.box(665000, 990000, 670000, 995000)]
    label = gpd.GeoSeries([shapely.Point(661234, 991234), shapely.Point(666234, 991234)], crs=UTM)
    table = {"code": ["080807", "080809"], "name": ["Bella Vista", "San Francisco"], "label": label}
    return gpd.GeoDataFrame(table, geometry=squares, crs=UTM)


@pytest.fixture
def place(write_csv: Write, take: Take) -> Callable[..., tuple[Placed, Draft]]:
    """Return a function that reads and places one row of the police: its two numbers as they stand in the file."""

    def place_row(first: str, second: str, header: str = IN_DEGREES, **formats: Any) -> tuple[Placed, Draft]:
        path = write_csv(f'P-1;15/01/2024;Robo;San Francisco;"{first}";"{second}"', header=header.replace(",", ";"))
        draft = take(path, "policia", **formats).only
        template = find_source("policia")
        assert isinstance(template, Template)
        placer = build_placer(replace(template, formats=replace(template.formats, **formats)), areas(), UTM)
        return placer.place([draft])[0], draft

    return place_row


def rules(draft: Draft) -> list[str]:
    return [repair["rule"] for repair in draft.repairs]


def assert_at_reference(placed: Placed, within: float = 0.5) -> None:
    assert placed.method == "coordinate"
    assert (placed.x, placed.y) == pytest.approx((EAST, NORTH), abs=within)


def assert_by_area(placed: Placed) -> None:
    assert (placed.method, placed.stated_area) == ("corregimiento", "080809")
    assert placed.x != placed.x


def test_the_point_of_reference_itself_needs_no_repair(place: Any) -> None:
    placed, draft = place("-79.5199", "8.9824")
    assert_at_reference(placed)
    assert rules(draft) == []


def test_input_41_exchanged_coordinates_are_exchanged_back_and_noted(place: Any) -> None:
    placed, draft = place("8.9824", "-79.5199")
    assert_at_reference(placed)
    assert draft.repairs == [
        {
            "field": "coordinate",
            "from": "8.9824 -79.5199",
            "to": "-79.519900 8.982400",
            "rule": "exchanged_coordinates",
        }
    ]


def test_input_42_a_lost_minus_is_found_again_also_of_exchanged_ones(place: Any) -> None:
    for first, second, rule in (
        ("79.5199", "8.9824", "lost_minus"),
        ("8.9824", "79.5199", "exchanged_and_lost_minus"),
    ):
        placed, draft = place(first, second)
        assert_at_reference(placed)
        assert rules(draft) == [rule]


@pytest.mark.parametrize(
    ("first", "second", "header", "rule"),
    [
        ("662708.88", "993234.55", IN_DEGREES, "metres_for_degrees"),
        ("993234.55", "662708.88", IN_DEGREES, "exchanged_metres"),
        ("993234.55", "662708.88", METRIC, "exchanged_metres"),
        ("-79.5199", "8.9824", METRIC, "degrees_for_metres"),
        ("8.9824", "-79.5199", METRIC, "exchanged_degrees_for_metres"),
        ("-8852114.78", "1004037.47", METRIC, "web_mercator"),
        ("-8852114.78", "1004037.47", IN_DEGREES, "web_mercator"),
    ],
)
def test_input_43_metres_and_degrees_in_each_others_columns_are_read_where_one_reading_is_possible(
    place: Any, first: str, second: str, header: str, rule: str
) -> None:
    placed, draft = place(first, second, header)
    assert_at_reference(placed)
    assert rules(draft) == [rule]
    assert placed.score < 0.9


@pytest.mark.parametrize("header", [METRIC, IN_DEGREES])
def test_input_44_metres_of_the_zone_to_the_east_are_read_and_noted(place: Any, header: str) -> None:
    placed, draft = place("2681.58", "995973.81", header)
    assert_at_reference(placed)
    assert rules(draft) == ["eastern_zone"]


def test_input_45_the_old_datum_is_shifted_where_the_source_declares_it_and_only_there(place: Any) -> None:
    declared, draft = place("662691.68", "993030.81", METRIC, metric_srid=26717)
    assert_at_reference(declared, within=2)
    assert rules(draft) == []
    silent, _ = place("662691.68", "993030.81", METRIC)
    off = ((silent.x - EAST) ** 2 + (silent.y - NORTH) ** 2) ** 0.5
    assert off == pytest.approx(204.5, abs=0.5)  # inside every box: nothing but the declaration can tell


@pytest.mark.parametrize(
    ("longitude", "latitude", "within"),
    [
        ("79°31'11.64\"W", "8°58'56.64\"N", 0.5),
        ("79º31'11,64''O", "8º58'56,64''N", 0.5),
        ("79° 31.194' W", "8° 58.944' N", 0.5),
    ],
)
def test_input_46_degrees_and_minutes_are_read_and_noted(
    place: Any, longitude: str, latitude: str, within: float
) -> None:
    placed, draft = place(longitude.replace('"', '""'), latitude.replace('"', '""'))
    assert_at_reference(placed, within)
    assert rules(draft) == ["degrees_minutes", "degrees_minutes"]


def test_input_46_whole_minutes_are_no_point_and_half_a_coordinate_is_none(place: Any) -> None:
    placed, draft = place("79°31'W", "8°58'N")
    assert_by_area(placed)
    assert rules(draft) == ["degrees_minutes", "degrees_minutes", "coarse_coordinate"]
    placed, draft = place("79 31 W", "8°58'56.64''N")
    assert_by_area(placed)
    assert rules(draft) == ["unreadable_coordinate", "degrees_minutes"]


def test_input_47_a_decimal_comma_is_read_and_noted(place: Any) -> None:
    placed, draft = place("-79,5199", "8,9824")
    assert_at_reference(placed)
    assert rules(draft) == ["decimal_comma", "decimal_comma"]


@pytest.mark.parametrize(
    ("longitude", "latitude", "rule"),
    [
        ("0", "0", "zero_coordinate"),
        ("-79.5300", "8.8500", "outside_district"),
        ("-79.6600", "9.0100", "outside_district"),
        ("-74.0721", "4.7110", "outside_district"),
        ("-79.52", "8.98", "coarse_coordinate"),
        ("-79.5199", "91.0001", "outside_district"),
    ],
    ids=["48 zero", "49 sea", "50 other district", "50 other country", "52 two decimals", "53 latitude 91"],
)
def test_inputs_48_49_50_52_53_a_coordinate_that_cannot_be_is_not_used_and_the_row_stays_with_its_area(
    place: Any, longitude: str, latitude: str, rule: str
) -> None:
    placed, draft = place(longitude, latitude)
    assert_by_area(placed)
    assert rules(draft) == [rule]
    assert draft.repairs[0]["from"].split() == [repr(float(longitude)), repr(float(latitude))]


@pytest.mark.parametrize("text", ["N/A", "S/D", "s/n", "-", "null", "sin dato"])
def test_input_54_words_for_nothing_are_no_coordinate_and_no_repair(place: Any, text: str) -> None:
    placed, draft = place(text, text)
    assert_by_area(placed)
    assert rules(draft) == []


def test_a_coordinate_with_two_possible_readings_is_not_repaired() -> None:
    template = find_source("policia")
    assert isinstance(template, Template)
    west, east = shapely.box(9.0, 8.0, 9.2, 8.2), shapely.box(8.0, 9.0, 8.2, 9.2)
    label = gpd.GeoSeries([shapely.Point(9.01, 8.01), shapely.Point(8.01, 9.01)], crs=4326)
    frame = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["Uno", "Dos"], "label": label.to_crs(32632)}, geometry=[west, east], crs=4326
    ).to_crs(32632)
    placer = build_placer(template, frame, 32632)
    draft = Draft(
        case_id="1", day=None, hour=None, reported=None, category="", address="", district="", area="", barrio="",
        longitude=-8.1, latitude=9.1, decimals=4,
    )  # fmt: skip  # type: ignore[arg-type]
    assert placer.place([draft])[0].method == "none"
    assert rules(draft) == ["outside_district"]
