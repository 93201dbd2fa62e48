import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas, put_in_force, save_areas
from geo_observatorio.db.municipalities import find_municipality, list_municipalities
from geo_observatorio.db.places import Place, load_places, save_places
from geo_observatorio.db.populations import load_population, save_population
from geo_observatorio.errors import NotFoundError
from geo_observatorio.resources import data_dir
from geo_observatorio.services.municipalities import add_municipality


@pytest.fixture
def panama(conn: Connection) -> Connection:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    return conn


def squares() -> gpd.GeoDataFrame:
    shapes = [box(-79.5, 9.0, -79.4, 9.1), box(-79.4, 9.0, -79.3, 9.1)]
    table = {"code": ["080802", "080801"], "name": ["B", "A"], "observed": [False, True], "area_km2": [1.0, 2.0]}
    label = gpd.GeoSeries([shape.centroid for shape in shapes], crs=4326)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326).assign(label=label)


def an_edition(edition: str = "INEC 2023") -> BoundarySet:
    return BoundarySet(municipality="0808", level="corregimiento", edition=edition, sha256="x", found={"areas": 2})


def test_the_municipalities_that_we_carry_can_be_added(conn: Connection) -> None:
    for name in ("panama", "cdmx"):
        add_municipality(conn, data_dir("layers") / "municipalities" / f"{name}.toml")
    assert [item.code for item in list_municipalities(conn)] == ["0808", "09"]
    assert find_municipality(conn, "0808").metric_srid == 32617
    with pytest.raises(NotFoundError, match="0808, 09"):
        find_municipality(conn, "0101")


def test_areas_come_back_in_metres_by_code(panama: Connection) -> None:
    kept = save_areas(panama, an_edition(), squares())
    areas = load_areas(panama, find_boundaries(panama, "0808", "corregimiento"), 32617)
    assert kept.found == {"areas": 2}
    assert list(areas["code"]) == ["080801", "080802"]
    assert list(areas["observed"]) == [True, False]
    assert areas.crs.to_epsg() == areas["label"].crs.to_epsg() == 32617
    assert areas.area.tolist() == pytest.approx([121.6e6, 121.6e6], rel=0.01)
    assert areas.contains(areas["label"]).all()


def test_editions_live_side_by_side_and_one_is_in_force(panama: Connection) -> None:
    old = save_areas(panama, an_edition("2010"), squares())
    new = save_areas(panama, an_edition("2023"), squares())
    assert find_boundaries(panama, "0808", "corregimiento") == new
    assert find_boundaries(panama, "0808", "corregimiento", "2010").id == old.id
    put_in_force(panama, old)
    assert find_boundaries(panama, "0808", "corregimiento").edition == "2010"
    with pytest.raises(NotFoundError, match="2010, 2023"):
        find_boundaries(panama, "0808", "corregimiento", "1990")
    with pytest.raises(NotFoundError, match="corregimiento"):
        find_boundaries(panama, "0808", "barrio")


def test_the_newest_population_comes_in_the_order_of_the_areas(panama: Connection) -> None:
    kept = save_areas(panama, an_edition(), squares())
    assert load_population(panama, kept) is None
    save_population(panama, kept, {"080802": 5, "080801": 7}, vintage="2010", kind="residential", source="INEC")
    save_population(panama, kept, {"080802": 50}, vintage="2023", kind="residential", source="INEC")
    newest = load_population(panama, kept)
    assert newest is not None
    assert newest.vintage == "2023"
    np.testing.assert_array_equal(newest.persons, [np.nan, 50.0])
    older = load_population(panama, kept, "2010")
    assert older is not None
    np.testing.assert_array_equal(older.persons, [7.0, 5.0])


def test_places_are_points_in_metres_and_history_stays(panama: Connection) -> None:
    first = [Place(name="Parque", geometry=box(-79.5, 9.0, -79.4, 9.1), aliases=("El parque",))]
    save_places(panama, "0808", "parque", "demo", first)
    save_places(panama, "0808", "parque", "demo", [*first, Place(name="Cancha", geometry=Point(-79.5, 9.0))])
    places = load_places(panama, "0808", 32617)
    assert places["name"].tolist() == ["Cancha", "Parque"]
    assert set(places.geom_type) == {"Point"}
    assert panama.exec_driver_sql("SELECT count(*) FROM place").scalar_one() == 3


def test_a_municipality_without_areas_or_places_gives_empty_frames(panama: Connection) -> None:
    assert load_places(panama, "0808", 32617).empty
    assert load_places(panama, "0808", 32617).crs.to_epsg() == 32617
