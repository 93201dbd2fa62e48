import geopandas as gpd
import pytest
from shapely import LineString, MultiLineString

from geo_observatorio.services.crossings import find_crossings

EAST, NORTH = 660_000.0, 1_000_000.0


def streets(**lines: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    names = [name.replace("_", " ") for name in lines]
    shapes = [LineString([(EAST + x, NORTH + y) for x, y in line]) for line in lines.values()]
    return gpd.GeoDataFrame({"name": names, "radius": 30.0}, geometry=shapes, crs=32617)


def test_two_streets_that_cross_make_one_crossing_with_both_orders_of_its_name() -> None:
    (crossing,) = find_crossings(streets(Vía_Brasil=[(0, 0), (1000, 0)], Calle_50=[(500, -300), (500, 300)]))
    assert (crossing.name, crossing.aliases, crossing.radius) == (
        "Calle 50 con Vía Brasil",
        ("Vía Brasil con Calle 50",),
        50.0,
    )
    back = gpd.GeoSeries([crossing.geometry], crs=4326).to_crs(32617)[0]
    assert (back.x - EAST, back.y - NORTH) == pytest.approx((500, 0), abs=0.01)


def test_streets_that_almost_meet_meet_and_those_apart_do_not() -> None:
    near = streets(A=[(0, 0), (1000, 0)], B=[(500, 6), (500, 300)])
    apart = streets(A=[(0, 0), (1000, 0)], B=[(500, 60), (500, 300)])
    assert len(find_crossings(near)) == 1
    assert find_crossings(apart) == []


def test_two_carriageways_are_one_crossing_and_a_second_meeting_far_away_is_another() -> None:
    frame = streets(A=[(0, 0), (1000, 0)], B=[(200, -50), (200, 50)], C=[(0, 0), (1, 1)])
    double = MultiLineString([[(EAST, NORTH), (EAST + 1000, NORTH)], [(EAST, NORTH + 30), (EAST + 1000, NORTH + 30)]])
    frame.loc[0, "geometry"] = double
    bent = LineString([(EAST + x, NORTH + y) for x, y in [(200, -50), (200, 50), (800, 50), (800, -50)]])
    frame.loc[1, "geometry"] = bent
    assert [place.name for place in find_crossings(frame.iloc[:2])] == ["A con B", "A con B"]


def test_a_street_does_not_cross_itself_nor_another_of_its_name() -> None:
    frame = streets(A=[(0, 0), (1000, 0)], B=[(500, -300), (500, 300)]).assign(name=["Calle Á", "calle a"])
    assert find_crossings(frame) == []
    assert find_crossings(frame.iloc[:0]) == []


def test_a_crossing_is_known_no_better_than_its_streets() -> None:
    frame = streets(A=[(0, 0), (1000, 0)], B=[(500, -300), (500, 300)]).assign(radius=[30.0, 300.0])
    assert [place.radius for place in find_crossings(frame)] == [300.0]
