from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.places import list_places, load_places
from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.resources import data_dir
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.gazetteer import GazetteerRequest, add_places, clean_name
from geo_observatorio.services.layers import LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.place_files import PlaceFields

FIELDS = {"name", "aliases"}


@pytest.fixture
def district(conn: Connection) -> Connection:
    """A square observed, and one beside it that is not."""
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    table = {"code": ["080801", "081001"], "name": ["A", "B"], "observed": [True, False], "area_km2": 1.0}
    shapes = [box(-79.5, 9.0, -79.4, 9.1), box(-79.4, 9.0, -79.3, 9.1)]
    areas = gpd.GeoDataFrame(table, geometry=shapes, crs=4326).assign(label=[shape.centroid for shape in shapes])
    save_areas(conn, BoundarySet(municipality="0808", level="corregimiento", edition="x", sha256="x"), areas)
    return conn


def a_request(**more: Any) -> GazetteerRequest:
    fields = PlaceFields(**{"name": "stop_name", **{name: more.pop(name) for name in FIELDS & set(more)}})
    return GazetteerRequest(**{"municipality": "0808", "kind": "parada", "fields": fields, **more})


def a_table(folder: Path, *rows: str) -> Path:
    path = folder / "stops.csv"
    path.write_text("stop_name,otros,stop_lat,stop_lon\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_every_row_is_accounted_for(district: Connection, tmp_path: Path) -> None:
    rows = [
        "Plaza 5 de Mayo,,9.051,-79.45",
        "PLAZA 5 DE MAYO,,9.0511,-79.45",  # 11 m further: the same place
        "Plaza 5 de Mayo,,9.09,-79.45",  # 4 km further: another one of that name
        "Estadio,,9.051,-79.35",  # in the land without data, far from the limit
        "Frontera,,9.051,-79.397",  # in it, 330 m beyond the limit
        "Lejos,,19.4,-99.1",
        "Al revés,,-79.45,9.05",
        ",,9.051,-79.45",
        "???,,9.051,-79.45",
        "Sin lugar,,S/D,-79.45",
        "Nada,,0,0",
        "Imposible,,95,-79.45",
    ]
    report = add_places(district, a_table(tmp_path, *rows), a_request())
    assert report.as_dict() | {"changed": True} == {
        "kinds": {"parada": 3},
        "source": "stops.csv",
        "changed": True,
        "read": 12,
        "kept": 3,
        "merged": 1,
        "outside": 3,
        "without_name": 2,
        "without_place": 3,
        "coarse": 0,
        "crossings": 0,
    }
    places = load_places(district, "0808", 32617)
    assert places["name"].tolist() == ["Frontera", "PLAZA 5 DE MAYO", "Plaza 5 de Mayo"]


def test_other_spellings_and_names_become_aliases(district: Connection, tmp_path: Path) -> None:
    rows = ["Curundú,Curundu Viejo|El Barrio,9.051,-79.45", "Curundú,,9.051,-79.45", "CURUNDU,;; ,9.051,-79.45"]
    add_places(district, a_table(tmp_path, *rows), a_request(aliases=("otros",)))
    (place,) = list_places(district, "0808", "parada", "stops.csv")
    assert place.name == "Curundú"
    assert place.aliases == ("CURUNDU", "Curundu Viejo", "El Barrio")


def test_the_same_file_again_changes_nothing_and_a_new_one_replaces_it(district: Connection, tmp_path: Path) -> None:
    first = add_places(district, a_table(tmp_path, "A,,9.051,-79.45", "B,,9.061,-79.45"), a_request())
    again = add_places(district, a_table(tmp_path, "B,,9.061,-79.45", "A,,9.051,-79.45"), a_request())
    assert (first.changed, again.changed) == (True, False)
    assert district.exec_driver_sql("SELECT count(*) FROM place").scalar_one() == 2
    other = add_places(district, a_table(tmp_path, "A,,9.051,-79.45"), a_request(radius=50.0))
    assert other.changed
    assert [place.radius for place in list_places(district, "0808", "parada", "stops.csv")] == [50.0]
    assert district.exec_driver_sql("SELECT count(*) FROM place").scalar_one() == 3  # the former ones stay as history


def test_shapes_are_places_too(district: Connection, tmp_path: Path) -> None:
    park = box(668_000, 1_000_000, 668_500, 1_000_400)
    frame = gpd.GeoDataFrame({"stop_name": ["Parque Omar"]}, geometry=[park], crs=32617)
    frame.to_file(tmp_path / "parques.gpkg")
    report = add_places(district, tmp_path / "parques.gpkg", a_request(kind="parque", source="alcaldía"))
    assert (report.kept, report.source) == (1, "alcaldía")
    (place,) = list_places(district, "0808", "parque", "alcaldía")
    assert place.geometry.geom_type in {"Polygon", "MultiPolygon"}
    assert load_places(district, "0808", 32617).within(park).all()


def test_a_file_of_another_place_is_refused(district: Connection, tmp_path: Path) -> None:
    with pytest.raises(LayerRefusedError, match="todos fuera"):
        add_places(district, a_table(tmp_path, "Zócalo,,19.43,-99.13"), a_request())


def test_a_table_without_coordinates_or_names_is_refused(district: Connection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("stop_name,norte\nA,9\n")
    with pytest.raises(LayerRefusedError, match="norte"):
        add_places(district, path, a_request())
    with pytest.raises(LayerRefusedError, match="otros"):
        add_places(district, a_table(tmp_path, "A,,9.051,-79.45"), a_request(name="nombre"))


def test_a_name_is_tidied() -> None:
    assert clean_name("  Casa\u202e  de\x00la \t Peña\u200b") == "Casa de la Peña"
    assert len(clean_name("x" * 500)) == 200


@pytest.mark.shared
def test_the_stops_of_panama_find_their_places(conn: Connection, shared: Path) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    fields = AreaFields(names=("CORR_NOMB",), code="CODIGO", without_data=("0810",))
    layer = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    add_layer(conn, layer, LayerRequest(municipality="0808", level="corregimiento", edition="INEC", fields=fields))
    report = add_places(conn, shared / "data/gazetteer/panatrans_stops.csv", a_request())
    assert (report.read, report.kept, report.outside) == (1150, 1001, 149)
