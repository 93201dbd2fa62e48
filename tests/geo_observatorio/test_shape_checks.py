import geopandas as gpd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.services.shape_checks import prepare_areas

E, N = 660_000.0, 1_000_000.0  # metres in UTM 17N, in the district of Panamá


def areas(*shapes: shapely.Geometry, crs: int = 32617) -> gpd.GeoDataFrame:
    codes = [f"08080{number}" for number in range(len(shapes), 0, -1)]
    return gpd.GeoDataFrame({"code": codes, "name": codes, "observed": True}, geometry=list(shapes), crs=crs)


def square(x: float, y: float, side: float = 1000.0) -> Polygon:
    return box(E + x, N + y, E + x + side, N + y + side)


def test_a_self_intersection_is_repaired_and_told() -> None:
    bow_tie = Polygon([(E, N), (E + 1000, N + 1000), (E + 1000, N), (E, N + 1000)])
    prepared, findings = prepare_areas(areas(bow_tie, square(2000, 0)), "capa", 32617)
    assert prepared.is_valid.all()
    assert (findings.invalid, findings.repaired) == (1, ["080802"])
    assert prepared.set_index("code")["area_km2"].tolist() == pytest.approx([1.0, 0.5], abs=1e-6)


def test_only_polygons_are_left_of_a_repair() -> None:
    spike = Polygon([(E, N), (E + 1000, N), (E + 1000, N + 1000), (E, N + 1000), (E, N), (E - 500, N), (E, N)])
    prepared, _ = prepare_areas(areas(spike), "capa", 32617)
    assert set(prepared.geom_type) <= {"Polygon", "MultiPolygon"}
    assert prepared["area_km2"].item() == pytest.approx(1.0, abs=1e-6)


def test_what_vanishes_when_repaired_is_refused() -> None:
    flat = Polygon([(E, N), (E + 1000, N), (E, N)])
    with pytest.raises(LayerRefusedError, match="superficie"):
        prepare_areas(areas(flat), "capa", 32617)


def test_heights_are_dropped_and_counted() -> None:
    high = shapely.force_3d(square(0, 0), 35.0)
    prepared, findings = prepare_areas(areas(high), "capa", 32617)
    assert not prepared.has_z.any()
    assert findings.with_height == 1


@pytest.mark.parametrize("shape", [Point(E, N), LineString([(E, N), (E + 1, N)])])
def test_areas_are_polygons(shape: shapely.Geometry) -> None:
    with pytest.raises(LayerRefusedError, match="polígonos"):
        prepare_areas(areas(square(0, 0), shape), "capa", 32617)


def test_overlaps_and_repeated_shapes_are_counted_apart() -> None:
    one, again, over, apart = square(0, 0), square(0, 0), square(900, 0), square(5000, 0)
    _, findings = prepare_areas(areas(one, again, over, apart), "capa", 32617)
    assert findings.repeated == 1
    assert findings.overlapping_pairs == 2  # the two equal ones each with the third
    assert findings.overlap_km2 == pytest.approx(0.2, abs=1e-6)
    assert findings.total_km2 == pytest.approx(4.0, abs=1e-6)


def test_neighbours_that_share_an_edge_do_not_overlap() -> None:
    _, findings = prepare_areas(areas(square(0, 0), square(1000, 0)).to_crs(4326), "capa", 32617)
    assert findings.overlapping_pairs == 0


def test_the_order_is_that_of_the_codes_and_labels_lie_inside() -> None:
    horseshoe = box(E, N, E + 900, N + 900).difference(box(E + 100, N + 100, E + 800, N + 900))
    prepared, _ = prepare_areas(areas(horseshoe, square(2000, 0)), "capa", 32617)
    assert prepared["code"].tolist() == ["080801", "080802"]
    assert prepared.contains(prepared["label"]).all()


@pytest.mark.parametrize(
    "bounds", [(8.9, -79.6, 9.1, -79.4), (79.4, 8.9, 79.6, 9.1), (-99.2, 19.3, -99.1, 19.4)]
)  # swapped, without its minus, another city
def test_areas_beyond_the_zone_of_the_projection_are_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(LayerRefusedError, match="zona de la proyección"):
        prepare_areas(areas(box(*bounds), crs=4326), "capa", 32617)
