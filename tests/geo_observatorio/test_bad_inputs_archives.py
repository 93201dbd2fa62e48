"""The bad inputs 32 to 40: archives, shapes, names. The numbers are those of docs/manual/archivos-dificiles.md."""

import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_observatorio.errors import FileRefusedError, LayerRefusedError
from geo_observatorio.sentences import error_sentence
from geo_observatorio.services.ingest_report import tidy_file_name
from geo_observatorio.services.shape_checks import prepare_areas
from geo_observatorio.services.vector_files import read_vectors

Write = Callable[..., Path]
Take = Callable[..., Any]
BOX = shapely.box(-79.5, 9.0, -79.4, 9.1)


def pack(path: Path, *parts: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts:
            packed.writestr(name, body)
    return path


def shapefile(
    folder: Path, *, without: str = "", names: tuple[str, ...] = ("Bella Vista",), encoding: str = "UTF-8"
) -> Path:
    folder.mkdir(exist_ok=True)
    frame = gpd.GeoDataFrame({"NAME": list(names)}, geometry=[BOX] * len(names), crs=4326)
    frame.to_file(folder / "capa.shp", encoding="UTF-8")
    parts = [path for path in sorted(folder.glob("capa.*")) if path.suffix != without]
    return pack(folder / "capa.zip", *((path.name, path.read_bytes()) for path in parts))


def test_input_32_a_table_in_a_zip_is_read(write_csv: Write, take: Take, tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("enero/archivo.csv", write_csv({}).read_bytes()), ("__MACOSX/._x", b"x"))
    assert take(path).only.case_id == "D-1"


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/x.csv", "C:\\x.csv", "a\\..\\x.csv", "C:/x.csv"])
def test_input_32_a_zip_that_points_outside_is_refused(write_csv: Write, take: Take, tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "a.zip", (name, write_csv({}).read_bytes()))
    with pytest.raises(FileRefusedError, match="fuera del zip"):
        take(path)
    with pytest.raises(LayerRefusedError, match="fuera del zip"):
        read_vectors(path)


def test_input_33_a_link_in_a_zip_is_refused(take: Take, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("archivo.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = pack(tmp_path / "a.zip", (link, b"/etc/passwd"))
    with pytest.raises(FileRefusedError, match="sin enlaces"):
        take(path)
    with pytest.raises(LayerRefusedError, match="sin enlaces"):
        read_vectors(path)


def test_input_34_a_zip_in_a_zip_is_refused_a_workbook_in_a_zip_is_read(
    write_csv: Write, write_book: Write, take: Take, tmp_path: Path
) -> None:
    inner = pack(tmp_path / "b.zip", ("x.csv", write_csv({}).read_bytes()))
    with pytest.raises(FileRefusedError, match="un zip dentro de otro"):
        take(pack(tmp_path / "a.zip", ("b.csv", inner.read_bytes())))
    assert take(pack(tmp_path / "c.zip", ("libro.xlsx", write_book({}).read_bytes()))).only.case_id == "D-1"


def test_input_34_entries_that_share_bytes_are_refused(write_csv: Write, take: Take, tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", ("a.csv", write_csv({}).read_bytes() * 50), ("__MACOSX/b.csv", b"x" * 500))
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 0)  # the second entry begins where the first does
    path.write_bytes(data)
    with pytest.raises(FileRefusedError, match="encimadas"):
        take(path)


@pytest.mark.parametrize("kind", ["encrypted", "truncated", "second directory", "prefix", "suffix", "same name"])
def test_input_34_a_zip_that_readers_would_see_differently_is_refused(
    write_csv: Write, take: Take, tmp_path: Path, kind: str
) -> None:
    body = write_csv({}).read_bytes()
    path = pack(tmp_path / "a.zip", ("a.csv", body))
    data = bytearray(path.read_bytes())
    if kind == "encrypted":
        data[data.index(b"PK\x01\x02") + 8] |= 1
    elif kind == "truncated":
        data = data[: len(data) // 2]
    elif kind == "second directory":
        data += data[data.index(b"PK\x01\x02") :]
    elif kind == "prefix":
        data = bytearray(b"#!/bin/sh\n") + data
    elif kind == "suffix":
        data += b"more"
    else:
        other = pack(tmp_path / "b.zip", ("a.csv", body), ("b.csv", body))
        data = bytearray(other.read_bytes().replace(b"b.csv", b"a.csv"))
    path.write_bytes(data)
    with pytest.raises(FileRefusedError) as caught:
        take(path)
    assert "a.zip" in error_sentence(caught.value)


def test_input_34_a_zip_of_several_files_asks_for_one(write_csv: Write, take: Take, tmp_path: Path) -> None:
    body = write_csv({}).read_bytes()
    with pytest.raises(FileRefusedError, match="un zip con un solo archivo"):
        take(pack(tmp_path / "a.zip", ("a.csv", body), ("b.csv", body)))


def test_input_34_a_zip_bomb_is_refused_before_it_is_opened(take: Take, tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="crece"):
        take(pack(tmp_path / "a.zip", ("a.csv", bytes(70 * 2**20))))


@pytest.mark.parametrize("part", [".prj", ".shx", ".dbf"])
def test_input_35_a_shapefile_without_one_of_its_parts_is_refused(tmp_path: Path, part: str) -> None:
    with pytest.raises(LayerRefusedError):
        read_vectors(shapefile(tmp_path, without=part))


def test_input_35_a_wrong_cpg_is_not_believed(tmp_path: Path) -> None:
    shapefile(tmp_path, names=("Curundú",))
    (tmp_path / "capa.cpg").write_text("CP1252")
    parts = [(path.name, path.read_bytes()) for path in sorted(tmp_path.glob("capa.???")) if path.suffix != ".zip"]
    assert read_vectors(pack(tmp_path / "otra.zip", *parts)).frame["NAME"].tolist() == ["Curundú"]


def test_input_35_a_text_that_was_cut_at_254_bytes_is_told(tmp_path: Path) -> None:
    long = "á" * 127  # 254 bytes
    file = read_vectors(shapefile(tmp_path, names=(long, "corto")))
    assert any("254" in remark for remark in file.remarks)


@pytest.mark.parametrize(
    "body", [b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', b"<gml:FeatureCollection/>"]
)
def test_input_36_another_format_under_the_name_of_a_shapefile_is_refused(tmp_path: Path, body: bytes) -> None:
    alone = tmp_path / "capa.shp"
    alone.write_bytes(body)
    with pytest.raises(LayerRefusedError, match=r"VRT|GML"):
        read_vectors(alone)
    shapefile(tmp_path / "x")
    parts = [(path.name, path.read_bytes()) for path in sorted((tmp_path / "x").glob("capa.???"))]
    parts = [(name, body if name.endswith(".shp") else data) for name, data in parts if not name.endswith(".zip")]
    with pytest.raises(LayerRefusedError, match=r"otra cosa con el nombre \.shp"):
        read_vectors(pack(tmp_path / "capa.zip", *parts))


def geojson(path: Path, geometry: str) -> Path:
    feature = f'{{"type": "Feature", "properties": {{"code": "1"}}, "geometry": {geometry}}}'
    path.write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    return path


@pytest.mark.parametrize(
    "geometry",
    [
        '{"type": "Point", "coordinates": [NaN, 9]}',
        '{"type": "Point", "coordinates": [Infinity, 9]}',
        '{"type": "Point", "coordinates": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"type": "Polygon", "coordinates": [[[190, 9], [191, 9], [191, 10], [190, 9]]]}',
    ],
)
def test_input_37_numbers_that_are_none_deep_nests_and_impossible_degrees_are_refused(
    tmp_path: Path, geometry: str
) -> None:
    with pytest.raises(LayerRefusedError):
        read_vectors(geojson(tmp_path / "a.geojson", geometry))


def areas(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(code="1", name="Uno", observed=True)[["code", "name", "observed", "geometry"]]


def test_input_37_a_polygon_of_a_million_corners_is_read_within_seconds(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_001)
    ring = np.column_stack([-79.5 + 0.05 * np.cos(angle), 9 + 0.05 * np.sin(angle)])
    text = json.dumps({"type": "Polygon", "coordinates": [ring.round(9).tolist()]})
    stored, _ = prepare_areas(areas(read_vectors(geojson(tmp_path / "a.geojson", text)).frame), "a.geojson", 32617)
    assert stored["area_km2"].tolist() == pytest.approx([95.7], abs=0.5)


def test_input_37_a_crossing_outline_is_repaired_and_told_and_heights_go(tmp_path: Path) -> None:
    ring = "[-79.5, 9, 5], [-79.4, 9.1, 5], [-79.4, 9, 5], [-79.5, 9.1, 5], [-79.5, 9, 5]"
    bow = f'{{"type": "Polygon", "coordinates": [[{ring}]]}}'
    stored, found = prepare_areas(areas(read_vectors(geojson(tmp_path / "a.geojson", bow)).frame), "a.geojson", 32617)
    assert (found.repaired, found.with_height) == (["1"], 1)
    assert stored.geometry.is_valid.all()
    assert not stored.geometry.has_z.any()


def test_input_37_a_shape_across_the_antimeridian_is_refused_for_its_municipality(tmp_path: Path) -> None:
    ring = '{"type": "Polygon", "coordinates": [[[179, 9], [-179, 9], [-179, 10], [179, 10], [179, 9]]]}'
    frame = read_vectors(geojson(tmp_path / "a.geojson", ring)).frame
    with pytest.raises(LayerRefusedError):
        prepare_areas(areas(frame), "a.geojson", 32617)


def test_input_38_a_kml_with_scripts_and_links_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "capa.kml"
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x</href></Link></NetworkLink>"
    path.write_text(f'<?xml version="1.0"?><kml><Document>{link}<description><![CDATA[<script>]]></description>')
    with pytest.raises(LayerRefusedError, match="KML"):
        read_vectors(path)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("=cmd|' /C calc'!A0.csv", "=cmd|' /C calc'!A0.csv"),
        ('a"\r\nX: y.csv', 'a" X: y.csv'),
        ("robos\u202evsc.exe", "robosvsc.exe"),
        ("x" * 300 + ".csv", "x" * 180 + "..." + "x" * 13 + ".csv"),
    ],
)
def test_input_39_the_name_of_a_file_is_one_line_of_visible_letters(name: str, kept: str) -> None:
    assert tidy_file_name(name) == kept


def test_input_39_a_refusal_of_a_file_with_such_a_name_is_one_sentence(tmp_path: Path, take: Take) -> None:
    path = tmp_path / 'a"\r\nX: y.csv'
    path.write_text("hola")
    with pytest.raises(FileRefusedError) as caught:
        take(path)
    assert error_sentence(caught.value).startswith('El archivo a" X: y.csv no se puede recibir')


def test_input_40_a_file_is_judged_by_its_content_and_not_by_its_name(
    write_csv: Write, write_book: Write, take: Take, tmp_path: Path
) -> None:
    book, text = tmp_path / "tabla.csv", tmp_path / "tabla.xlsx"
    book.write_bytes(write_book({}).read_bytes())
    text.write_bytes(write_csv({}).read_bytes())
    assert take(book).only.case_id == take(text).only.case_id == "D-1"
