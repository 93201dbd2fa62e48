from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geo_observatorio.geocoding.gazetteer import Entry
from geo_observatorio.geocoding.geocoder import Geocoder
from geo_observatorio.services.coordinates import radius_of_decimals
from geo_observatorio.services.placing import Placed, Placer, build_placer
from geo_observatorio.sources import find_source
from geo_observatorio.sources.rows import Draft

UTM = 32617


def make_areas() -> gpd.GeoDataFrame:
    """Two squares of 5 km side by side near Panama City: 080807 Bella Vista to the west, 080809 San Francisco."""
    squares = [shapely.box(660000, 990000, 665000, 995000), shapely.box(665000, 990000, 670000, 995000)]
    label = gpd.GeoSeries([shapely.Point(661234, 991234), shapely.Point(666234, 991234)], crs=UTM)
    table = {"code": ["080807", "080809"], "name": ["Bella Vista", "San Francisco"], "label": label}
    return gpd.GeoDataFrame(table, geometry=squares, crs=UTM)


PLACES = (
    Entry(
        id=1,
        kind="supermercado",
        radius=80,
        name="Súper 99 Vía España",
        aliases=("99 de Vía España",),
        longitude=-79.52,
        latitude=8.98,
    ),
    Entry(id=2, kind="iglesia", radius=60, name="Iglesia El Carmen", longitude=-79.53, latitude=8.985),
    Entry(id=3, kind="iglesia", radius=60, name="Iglesia El Carmen", longitude=-79.47, latitude=8.985),
    Entry(id=4, kind="barrio", radius=400, name="Obarrio", longitude=-79.525, latitude=8.985),
    Entry(id=5, kind="parque", radius=50, name="Bella Vista", longitude=-79.53, latitude=8.98),
)


@pytest.fixture(scope="module")
def placer() -> Placer:
    return build_placer(find_source("demo"), make_areas(), UTM, Geocoder(PLACES, make_areas()))


def draft(**values: Any) -> Draft:
    base = Draft(
        case_id="1",
        day=date(2024, 1, 1),
        hour=None,
        reported=None,
        category="DAI-15",
        address="",
        district="",
        area="",
        barrio="",
        decimals=5,
    )
    return replace(base, repairs=[], **values)


def place(placer: Placer, one: Draft) -> Placed:
    return placer.place([one])[0]


def at(longitude: float, latitude: float, **values: Any) -> Draft:
    return draft(longitude=longitude, latitude=latitude, **values)


def test_a_credible_coordinate_is_a_point_in_metres(placer: Placer) -> None:
    placed = place(placer, at(-79.5199, 8.9824, area="Bella Vista"))
    assert (placed.method, placed.stated_area, placed.score, placed.radius) == ("coordinate", "080807", 0.95, 5)
    assert (placed.x, placed.y) == pytest.approx((662708.88, 993234.55), abs=0.01)


def test_another_area_than_the_stated_one_lowers_the_score(placer: Placer) -> None:
    assert place(placer, at(-79.5199, 8.9824, area="San Francisco")).score == 0.6
    assert place(placer, at(-79.5199, 8.9824)).score == 0.9


@pytest.mark.parametrize(
    ("longitude", "latitude", "rule"),
    [
        (8.9824, -79.5199, "exchanged_coordinates"),
        (79.5199, 8.9824, "lost_minus"),
        (8.9824, 79.5199, "exchanged_and_lost_minus"),
        (662708.88, 993234.55, "metres_for_degrees"),
    ],
)
def test_a_coordinate_with_one_possible_reading_is_repaired_and_noted(
    placer: Placer, longitude: float, latitude: float, rule: str
) -> None:
    one = at(longitude, latitude)
    placed = place(placer, one)
    assert (placed.method, placed.score) == ("coordinate", 0.8)
    assert (placed.longitude, placed.latitude) == pytest.approx((-79.5199, 8.9824), abs=1e-6)
    assert [repair["rule"] for repair in one.repairs] == [rule]
    assert one.repairs[0]["from"] == f"{longitude!r} {latitude!r}"


@pytest.mark.parametrize(
    ("one", "rule"),
    [
        (at(0.0, 0.0), "zero_coordinate"),
        (at(-79.6, 8.9824), "outside_district"),
        (at(-79.5199, 91.0), "outside_district"),
        (at(-79.52, 8.98, decimals=2), "coarse_coordinate"),
    ],
)
def test_a_coordinate_that_is_not_believed_leaves_the_row_at_its_area(placer: Placer, one: Draft, rule: str) -> None:
    one.area, one.repairs = "SAN FRANCISCO", []
    placed = place(placer, one)
    assert (placed.method, placed.stated_area) == ("corregimiento", "080809")
    assert placed.x != placed.x
    assert [repair["rule"] for repair in one.repairs] == [rule]


def test_the_middle_of_an_area_stands_for_the_area(placer: Placer) -> None:
    back = gpd.GeoSeries([shapely.Point(661234, 991234), shapely.Point(667500, 992500)], crs=UTM).to_crs(4326)
    for point, code in zip(back, ("080807", "080809"), strict=True):
        one = at(round(point.x, 6), round(point.y, 6))
        placed = place(placer, one)
        assert (placed.method, placed.stated_area) == ("corregimiento", code)
        assert one.repairs[0]["rule"] == "area_middle"


def test_a_point_just_outside_the_layer_still_counts(placer: Placer) -> None:
    near, far = gpd.GeoSeries([shapely.Point(659960, 992000), shapely.Point(659940, 992000)], crs=UTM).to_crs(4326)
    assert place(placer, at(near.x, near.y)).method == "coordinate"
    assert place(placer, at(far.x, far.y)).method == "none"


def test_metres_of_an_old_datum_are_shifted(placer: Placer) -> None:
    template = replace(find_source("policia"), formats=replace(find_source("policia").formats, metric_srid=26717))
    old = build_placer(template, make_areas(), UTM)
    placed = place(old, draft(east=662691.68, north=993030.81, decimals=0))
    assert (placed.x, placed.y) == pytest.approx((662708.88, 993234.55), abs=2)
    assert placed.radius == 5


def test_an_address_is_placed_at_the_place_that_it_names(placer: Placer) -> None:
    placed = place(placer, draft(address="Frente al SUPER 99, Vía España, local 4"))
    assert placed.method == "landmark"
    assert (placed.longitude, placed.latitude) == pytest.approx((-79.52, 8.98))
    stated = place(placer, draft(address="el 99 de via espana", area="Bella Vista"))
    assert (stated.method, stated.stated_area) == ("landmark", "080807")
    assert stated.score > placed.score > 0.5
    assert min(stated.radius, placed.radius) >= 80


def test_a_name_of_two_places_is_told_by_the_area_or_places_nothing(placer: Placer) -> None:
    assert place(placer, draft(address="detrás de la iglesia El Carmen", area="San Francisco")).longitude == -79.47
    assert place(placer, draft(address="detrás de la iglesia El Carmen")).method == "none"


def test_a_place_in_another_area_than_the_stated_one_is_not_meant(placer: Placer) -> None:
    placed = place(placer, draft(address="Súper 99 Vía España", area="San Francisco"))
    assert (placed.method, placed.stated_area) == ("corregimiento", "080809")


def test_a_barrio_is_never_a_point(placer: Placer) -> None:
    for one in (draft(barrio="OBARRIO"), draft(address="Obarrio, casa 3")):
        placed = place(placer, one)
        assert (placed.method, placed.stated_area) == ("barrio", "080807")
        assert placed.radius >= 400
        assert placed.x != placed.x


def test_an_area_may_be_named_in_the_address_but_only_by_that_word(placer: Placer) -> None:
    assert place(placer, draft(address="casa 3, corregimiento de San Francisco")).stated_area == "080809"
    assert place(placer, draft(address="calle San Francisco")).stated_area == ""
    assert place(placer, draft(address="residencial Bella Vista")).method == "none"


@pytest.mark.parametrize("written", ["bella vista", "080807", "80807", "BELLA  VISTA"])
def test_an_area_is_known_by_name_and_code(placer: Placer, written: str) -> None:
    assert place(placer, draft(area=written)).stated_area == "080807"


def test_decimals_tell_the_radius() -> None:
    assert [round(radius_of_decimals(n)) for n in (2, 3, 4, 5, 14)] == [1110, 111, 11, 5, 5]


def test_whole_metres_in_the_columns_for_degrees_are_no_coarse_degrees(placer: Placer) -> None:
    one = at(662709.0, 993235.0, decimals=0)
    placed = place(placer, one)
    assert (placed.method, placed.radius) == ("coordinate", 5.0)
    assert [repair["rule"] for repair in one.repairs] == ["metres_for_degrees"]


def test_a_telephone_in_the_column_of_a_coordinate_stays_in_no_trace(placer: Placer) -> None:
    one = at(-79.5199, 66123456.0)
    assert place(placer, one).method == "none"
    assert [repair["from"] for repair in one.repairs] == ["-79.5199 [retirado]"]
