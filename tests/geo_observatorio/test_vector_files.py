import json
import os
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Point, box

from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.sentences import error_sentence
from geo_observatorio.services import shapefiles
from geo_observatorio.services.vector_files import read_vectors

SHAPES = [box(-79.5, 9.0, -79.4, 9.1), box(-79.4, 9.0, -79.3, 9.1)]


def a_frame(crs: object = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"CODE": ["080801", "080802"], "NAME": ["Bella Vista", "Curundú"]}, geometry=SHAPES, crs=crs
    )


def a_collection(**more: Any) -> dict[str, Any]:
    ring = [[-79.5, 9.0], [-79.4, 9.0], [-79.4, 9.1], [-79.5, 9.1], [-79.5, 9.0]]
    feature = {"type": "Feature", "properties": {"CODE": "1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return {"type": "FeatureCollection", "features": [feature], **more}


def a_shapefile(folder: Path, crs: object = 4326, encoding: str = "UTF-8") -> Path:
    folder.mkdir(exist_ok=True)
    a_frame(crs).to_file(folder / "capa.shp", encoding=encoding)
    return folder


def zipped(folder: Path, target: Path, *, without: tuple[str, ...] = ()) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in without:
                archive.write(part, f"dentro/{part.name}")
    return target


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(LayerRefusedError) as caught:
        read_vectors(path, **options)
    sentence = error_sentence(caught.value)
    assert sentence.startswith(f"La capa {path.name} no se puede cargar; se necesita: ")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "zip"])
def test_the_three_formats_give_the_same_shapes_and_texts(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"capa.{suffix}"
    if suffix == "zip":
        zipped(a_shapefile(tmp_path / "shp"), path)
    else:
        a_frame().to_file(path)
    file = read_vectors(path)
    assert file.frame["NAME"].tolist() == ["Bella Vista", "Curundú"]
    assert file.frame.geometry.geom_equals(gpd.GeoSeries(SHAPES, crs=file.frame.crs)).all()
    assert file.frame.crs.is_geographic
    assert len(file.sha256) == 64


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    a_frame().to_file(tmp_path / "a.gpkg")
    odd = tmp_path / "=cmd|' x.shp"
    os.rename(tmp_path / "a.gpkg", odd)  # noqa: PTH104
    assert read_vectors(odd).driver == "GPKG"


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1:9/x.geojson</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
GML = '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"></gml:FeatureCollection>'


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "zip", "json"])
@pytest.mark.parametrize(("text", "told"), [(VRT, "VRT"), (GML, "GML"), ("hola", "otra cosa"), ("", "vacío")])
def test_a_file_is_judged_by_its_content(tmp_path: Path, suffix: str, text: str, told: str) -> None:
    path = tmp_path / f"capa.{suffix}"
    path.write_text(text)
    assert told in refusal(path)


def test_a_vrt_inside_a_zip_under_the_name_of_a_shapefile_is_refused(tmp_path: Path) -> None:
    folder = a_shapefile(tmp_path / "shp")
    (folder / "capa.shp").write_text(VRT)
    assert "otra cosa con el nombre .shp" in refusal(zipped(folder, tmp_path / "capa.zip"))


def test_any_other_sqlite_file_is_no_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "capa.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE x (a)")
    database.close()
    assert "otra cosa" in refusal(path)


def test_a_truncated_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "capa.gpkg"
    a_frame().to_file(path)
    path.write_bytes(path.read_bytes()[:5000])
    assert "un archivo entero" in refusal(path)


def test_a_geopackage_of_two_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "capa.gpkg"
    a_frame().to_file(path, layer="una")
    a_frame().to_file(path, layer="otra")
    assert "una, otra" in refusal(path)
    assert len(read_vectors(path, layer="otra").frame) == 2
    assert "una, otra" in refusal(path, layer="tercera")


def test_a_file_without_projection_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="crs"):
        a_frame(crs=None).to_file(tmp_path / "capa.gpkg")
    zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip", without=(".prj",))
    (tmp_path / "capa.geojson").write_text(json.dumps(a_collection(crs=None)))
    for name in ("capa.gpkg", "capa.zip", "capa.geojson"):
        assert "un sistema de coordenadas declarado" in refusal(tmp_path / name)


def test_a_geojson_has_its_declared_projection_or_the_one_of_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text(json.dumps(a_collection()))
    assert read_vectors(path).frame.crs.name == "WGS 84 (CRS84)"
    declared = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32617"}}
    path.write_text(json.dumps(a_collection(crs=declared)))
    assert read_vectors(path).frame.crs.to_epsg() == 32617


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}},
        {"type": "name", "properties": {"name": "http://127.0.0.1:9/crs"}},
        {"type": "name", "properties": {"name": "+init=/etc/passwd"}},
        {"type": "name", "properties": {"name": "EPSG:999999"}},
        {"type": "name"},
        "EPSG:4326",
    ],
)
def test_a_geojson_cannot_make_us_look_elsewhere_for_its_projection(tmp_path: Path, crs: object) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text(json.dumps(a_collection(crs=crs)))
    assert "un código EPSG" in refusal(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_geojson_with_what_is_no_number_is_refused(tmp_path: Path, number: str) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text(json.dumps(a_collection()).replace("-79.5,", f"{number},"))
    refusal(path)


def test_a_geojson_ten_thousand_levels_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text('{"type": "FeatureCollection", "features": ' + "[" * 10_000 + "]" * 10_000 + "}")
    refusal(path)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": null}]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "X"}}]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": 3, "geometry": null}]}',
    ],
)
def test_a_malformed_or_empty_geojson_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text(text)
    refusal(path)


def test_a_geojson_in_latin_1_is_refused_and_one_with_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "capa.geojson"
    text = json.dumps(a_collection()).replace('"1"', '"Curundú"')
    path.write_text(text, encoding="latin-1")
    assert "UTF-8" in refusal(path)
    path.write_text(text, encoding="utf-8-sig")
    assert read_vectors(path).frame["CODE"].tolist() == ["Curundú"]


def test_metres_where_degrees_are_declared_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "capa.geojson"
    path.write_text(json.dumps(a_collection()).replace("-79.5", "662708.9"))
    assert "valores hasta 662708.9" in refusal(path)


def test_an_empty_geometry_is_refused(tmp_path: Path) -> None:
    a_frame().set_geometry([SHAPES[0], None]).to_file(tmp_path / "capa.gpkg")
    assert "la primera, la 2" in refusal(tmp_path / "capa.gpkg")


def test_a_layer_without_rows_is_refused(tmp_path: Path) -> None:
    a_frame().head(0).to_file(tmp_path / "capa.gpkg", geometry_type="Polygon")
    assert "al menos una geometría" in refusal(tmp_path / "capa.gpkg")


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    path.write_bytes(path.read_bytes()[:300])
    assert "un zip entero" in refusal(path)


def test_a_zip_with_a_flipped_byte_is_read_alike_or_refused(tmp_path: Path) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    whole = path.read_bytes()
    clean = read_vectors(path).frame
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            frame = read_vectors(path).frame
        except LayerRefusedError:
            continue
        assert frame.geometry.geom_equals(clean.geometry).all()


@pytest.mark.parametrize("name", ["../../fuera.txt", "/etc/fuera.txt", "C:\\fuera.txt", "a\\..\\..\\fuera.txt"])
def test_a_zip_that_points_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    assert "sin rutas hacia fuera" in refusal(path)


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    link = zipfile.ZipInfo("enlace")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "sin enlaces" in refusal(path)


def test_a_zip_that_explodes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ceros.bin", bytes(20_000_000))
    assert "contenido razonable" in refusal(path)
    honest = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "otra.zip")
    monkeypatch.setattr(shapefiles, "MOST_BYTES", 300)
    assert "a lo sumo" in refusal(honest)


def test_a_zip_in_a_zip_is_no_shapefile(tmp_path: Path) -> None:
    inner = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip")
    with zipfile.ZipFile(tmp_path / "fuera.zip", "w") as archive:
        archive.write(inner, "capa.zip")
    assert "ninguno" in refusal(tmp_path / "fuera.zip")


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts_is_refused(tmp_path: Path, part: str) -> None:
    path = zipped(a_shapefile(tmp_path / "shp"), tmp_path / "capa.zip", without=(part,))
    assert f"que falta {part}" in refusal(path)


@pytest.mark.parametrize(("encoding", "label"), [("UTF-8", "ISO-8859-1"), ("CP1252", "UTF-8"), ("CP850", "CP850")])
def test_a_wrong_cpg_does_not_spoil_the_accents(tmp_path: Path, encoding: str, label: str) -> None:
    folder = a_shapefile(tmp_path / "shp", encoding=encoding)
    (folder / "capa.cpg").write_text(label)
    file = read_vectors(zipped(folder, tmp_path / "capa.zip"))
    assert file.frame["NAME"].tolist() == ["Bella Vista", "Curundú"]


def test_points_can_be_read_too(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"NAME": ["a"]}, geometry=[Point(-79.5, 9)], crs=4326).to_file(tmp_path / "a.gpkg")
    assert read_vectors(tmp_path / "a.gpkg").frame.geom_type.tolist() == ["Point"]


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "capa.gpkg"
    with path.open("wb") as file:
        file.truncate(600_000_000)
    assert "a lo sumo 500 MB" in refusal(path)
