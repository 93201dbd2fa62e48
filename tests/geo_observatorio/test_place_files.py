"""Files of places: WKT in a CSV, extracts of OpenStreetMap, positions that somebody rounded."""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.services.place_files import PlaceFields, find_coarse, read_places
from geo_observatorio.services.vector_files import read_vectors

OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="a test">
<node id="1" lat="9.051" lon="-79.46"/><node id="2" lat="9.051" lon="-79.44"/>
<node id="3" lat="9.041" lon="-79.451"/><node id="4" lat="9.061" lon="-79.451"/>
<node id="5" lat="9.055" lon="-79.45"><tag k="name" v="Súper Uno"/><tag k="shop" v="supermarket"/>
<tag k="alt_name" v="Super 1;El &quot;Uno&quot;"/></node>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="Vía Larga"/>
<tag k="alt_name" v="Calle 50"/></way>
<way id="11"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>
</osm>
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_points_and_lines_may_stand_in_one_table(tmp_path: Path) -> None:
    rows = [
        "tipo,nombre,m,wkt,lat,lon",
        'calle,Vía A,30,"LINESTRING (-79.5 9.01, -79.4 9.02)",,',
        "parque,P,200,,9.011,-79.511",
        "parque,Malo,200,POLYGON ((,,",
        'parque,Lejos,200,"POINT (-790 9)",,',
        'parque,Alto,200,"POINT Z (-79.51 9.01 5)",,',
        'parque,Nada,200,"POINT (nan nan)",,',
    ]
    path = write(tmp_path / "a.csv", "\n".join(rows))
    file = read_places(path, PlaceFields(name="nombre", kind="tipo", radius="m"))
    assert file.rows == 6
    assert file.frame["name"].tolist() == ["Vía A", "P", "Alto"]
    assert file.frame["kind"].tolist() == ["calle", "parque", "parque"]
    assert file.frame["radius"].tolist() == ["30", "200", "200"]
    assert file.frame.geometry.geom_type.tolist() == ["LineString", "Point", "Point"]
    assert not file.frame.geometry.has_z.any()


@pytest.mark.parametrize("name", ["extracto.osm", "extracto.csv"])
def test_an_extract_of_openstreetmap_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, OSM)
    lines = read_places(path, PlaceFields(name="name", aliases=("alt_name",)), layer="lines").frame
    assert lines["name"].tolist() == ["Vía Larga", ""]
    assert lines["aliases"].tolist() == [("Calle 50",), ()]
    points = read_places(path, PlaceFields(name="name", aliases=("alt_name",)), layer="points").frame
    assert points["aliases"].tolist() == [("Super 1", 'El "Uno"')]
    assert read_vectors(path, layer="lines").driver == "OSM"


@pytest.mark.parametrize(
    ("text", "layer", "found"),
    [
        (OSM, None, "points, lines"),
        (OSM, "lines; DROP", "points, lines"),
        (OSM.replace("<osm", '<!DOCTYPE x [<!ENTITY a "b">]>\n<osm'), "lines", "DOCTYPE"),
        (f"<!-- <osm {'x' * 9000} --><!DOCTYPE x [<!ENTITY a 'b'>]>{OSM[39:]}", "lines", "DOCTYPE"),
        (OSM[:300], "lines", "un archivo entero"),
    ],
)
def test_an_extract_that_cannot_be_taken_is_refused(tmp_path: Path, text: str, layer: str | None, found: str) -> None:
    with pytest.raises(LayerRefusedError, match=found):
        read_places(write(tmp_path / "a.osm", text), PlaceFields(name="name"), layer=layer)


@pytest.mark.parametrize(
    ("longitude", "latitude", "coarse"),
    [
        (-79.5, 9.03333, True),
        (-79.4333, 9.0667, True),
        (-79.50012, 9.03333, False),
        (-79.433361, 9.066724, False),  # within four metres of a whole minute, by chance
        (-79.4321, 9.0333, False),
    ],
)
def test_a_position_on_whole_minutes_was_rounded(longitude: float, latitude: float, coarse: bool) -> None:
    assert find_coarse(gpd.GeoSeries([Point(longitude, latitude)], crs=4326)).tolist() == [coarse]


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "nombre,lat,lon\nA,9,-79\n")
    for fields in ({"kind": "tipo"}, {"radius": "m"}, {"aliases": ("otros",)}):
        with pytest.raises(LayerRefusedError, match="el campo"):
            read_places(path, PlaceFields(name="nombre", **fields))  # type: ignore[arg-type]
