import csv
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas, save_areas
from geo_observatorio.db.place_names import list_entries
from geo_observatorio.db.places import list_places, load_lines, load_places, load_streets, search_places
from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.crossings import SOURCE
from geo_observatorio.services.gazetteer import GazetteerRequest, add_places, clean_name
from geo_observatorio.services.layers import LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.place_files import PlaceFields

FIELDS = {"name", "aliases"}
KNOWN = data_dir("layers") / "gazetteer" / "panama_conocidos.csv"


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
    assert places["name"].tolist() == ["Frontera", "Plaza 5 de Mayo", "Plaza 5 de Mayo"]


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


def test_pieces_of_a_street_are_one_line_and_its_crossings_follow(district: Connection, tmp_path: Path) -> None:
    rows = [
        "calle,Vía Larga,LINESTRING (-79.49 9.05; -79.46 9.05)",
        "calle,VIA LARGA,LINESTRING (-79.46 9.05; -79.43 9.05)",
        "calle,Vía Larga,LINESTRING (-79.43 9.01; -79.41 9.01)",  # another street of that name, 4 km away
        "calle,Calle A,LINESTRING (-79.45 9.04; -79.45 9.06)",
        "calle,Afuera,LINESTRING (-79.45 9.02; -79.45 9.95)",  # only the part in the district stays
        "parque,El Parque,POINT (-79.451 9.051)",
    ]
    path = tmp_path / "calles.csv"
    lines = [row.replace(",", "|").replace(";", ",") for row in rows]
    path.write_text("\n".join(["tipo|nombre|wkt", *lines]), encoding="utf-8")
    request = GazetteerRequest(municipality="0808", fields=PlaceFields(name="nombre", kind="tipo"), source="x")
    report = add_places(district, path, request)
    assert report.kinds == {"calle": 4, "parque": 1}
    assert (report.read, report.kept, report.merged, report.crossings) == (6, 5, 1, 3)
    streets = list_places(district, "0808", "calle", "x")
    assert [place.name for place in streets] == ["Afuera", "Calle A", "Vía Larga", "Vía Larga"]
    assert max(place.geometry.bounds[3] for place in streets) < 9.11  # type: ignore[attr-defined]  # any geometry
    crossings = list_places(district, "0808", "cruce", SOURCE)
    assert [place.name for place in crossings] == [
        "Afuera con Calle A",
        "Afuera con Vía Larga",
        "Calle A con Vía Larga",
    ]
    assert not add_places(district, path, request).changed

    path.write_text("tipo|nombre|wkt\nparque|El Parque|POINT (-79.451 9.051)\n", encoding="utf-8")
    report = add_places(district, path, request)  # a file of many kinds replaces all its kinds
    assert (report.kinds, report.crossings) == ({"parque": 1}, 0)
    assert list_places(district, "0808", "calle", "x") == []


def test_a_rounded_position_is_context_and_places_nothing(district: Connection, tmp_path: Path) -> None:
    rows = ["Pueblo Redondo,,9.05,-79.45", "Pueblo Exacto,,9.0512,-79.4512"]
    report = add_places(district, a_table(tmp_path, *rows), a_request())
    assert report.coarse == 1
    assert load_places(district, "0808", 32617)["name"].tolist() == ["Pueblo Exacto"]
    coarse = {entry.name: (entry.coarse, entry.radius) for entry in list_entries(district, "0808")}
    assert coarse == {"Pueblo Exacto": (False, 100.0), "Pueblo Redondo": (True, 1300.0)}


def test_a_radius_that_is_none_is_refused(district: Connection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("n,m,lat,lon\nA,muchos,9.051,-79.45\n")
    fields = PlaceFields(name="n", radius="m")
    with pytest.raises(LayerRefusedError, match="muchos"):
        add_places(district, path, GazetteerRequest(municipality="0808", kind="x", fields=fields))


@pytest.mark.shared
def test_each_well_known_place_lies_where_its_row_says(conn: Connection, shared: Path) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    fields = AreaFields(names=("CORR_NOMB",), code="CODIGO", without_data=("0810",))
    layer = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    add_layer(conn, layer, LayerRequest(municipality="0808", level="corregimiento", edition="INEC", fields=fields))
    asked = PlaceFields(name="name", aliases=("aliases",), kind="kind", radius="radius")
    report = add_places(conn, KNOWN, GazetteerRequest(municipality="0808", fields=asked, source="conocidos"))
    assert (report.read, report.kept, report.coarse) == (130, 130, 0)
    areas = load_areas(conn, find_boundaries(conn, "0808", "corregimiento"), 4326).set_index("code").geometry
    with KNOWN.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    kept = {place.name: place for kind in report.kinds for place in list_places(conn, "0808", kind, "conocidos")}
    wrong = [
        row["name"]
        for row in rows
        if not all(areas[code].intersects(kept[row["name"]].geometry) for code in row["corregimiento"].split())
    ]
    assert wrong == []


def test_the_list_of_well_known_places_is_short_sourced_and_without_doubles() -> None:
    with KNOWN.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) <= 150
    assert all(row["source"] and row["corregimiento"] and bool(row["wkt"]) != bool(row["lat"]) for row in rows)
    names = [plain_text(row["name"]) for row in rows]
    assert len(set(names)) == len(names)
    assert all(100 <= float(row["radius"]) <= 1500 for row in rows)


@pytest.mark.shared
def test_the_stops_of_panama_find_their_places(conn: Connection, shared: Path) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    fields = AreaFields(names=("CORR_NOMB",), code="CODIGO", without_data=("0810",))
    layer = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    add_layer(conn, layer, LayerRequest(municipality="0808", level="corregimiento", edition="INEC", fields=fields))
    report = add_places(conn, shared / "data/gazetteer/panatrans_stops.csv", a_request())
    assert (report.read, report.kept, report.outside) == (1150, 1001, 149)


def test_a_line_of_the_kind_tramo_carries_a_density_and_names_nothing(district: Connection, tmp_path: Path) -> None:
    path = tmp_path / "tramos.csv"
    lines = ["LINESTRING (-79.46 9.05, -79.44 9.05)", "LINESTRING (-79.45 9.04, -79.45 9.06)"]
    path.write_text("name;wkt\n" + "".join(f"Tramo {k};{line}\n" for k, line in enumerate(lines)), encoding="utf-8")
    fields = PlaceFields(name="name")
    report = add_places(district, path, GazetteerRequest(municipality="0808", kind="tramo", fields=fields))
    assert (report.kept, report.crossings) == (2, 0)
    assert list_entries(district, "0808") == []
    assert load_places(district, "0808", 32617).empty
    assert load_lines(district, "0808", 32617).empty
    assert search_places(district, "0808", "Tramo", limit=5) == []
    assert load_streets(district, "0808", 32617)["name"].tolist() == ["Tramo 0", "Tramo 1"]
