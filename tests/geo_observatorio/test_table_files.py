from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.services.table_files import read_field, read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_its_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "tabla.csv"
    path.write_bytes(f"código{delimiter}nombre\r\n080805{delimiter} Curundú \r\n\r\n".encode(encoding))
    frame = read_table(path).frame
    assert frame.to_dict("records") == [{"código": "080805", "nombre": "Curundú"}]


def test_the_fields_of_a_layer_are_a_table_too(tmp_path: Path) -> None:
    columns = {"code": [80801.0, 80802.0], "persons": [1258, 16335], "note": ["a", None]}
    gpd.GeoDataFrame(columns, geometry=[Point(0, 0)] * 2, crs=4326).to_file(tmp_path / "a.gpkg")
    frame = read_table(tmp_path / "a.gpkg").frame
    assert frame["code"].tolist() == ["80801", "80802"]
    assert frame["note"].tolist() == ["a", ""]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "0 filas"),
        ("a,b\n", "1 filas"),
        ("a,a\n1,2\n", "a, a"),
        ("a,b\n1,2\n1,2,3\n", "la primera, la 2"),
        ('a,b\n1,"2\n', "bien formado"),
        ("a,b\n1,\x002\n", "otra cosa"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "tabla.csv"
    path.write_text(text)
    with pytest.raises(LayerRefusedError) as caught:
        read_table(path)
    assert told in str(caught.value)


def test_a_field_that_may_not_be_empty_says_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "tabla.csv"
    path.write_text("a,b\n1,2\n3,\n")
    with pytest.raises(LayerRefusedError, match="la primera, la 2"):
        read_field(read_table(path), "b")
    with pytest.raises(LayerRefusedError, match="a, b"):
        read_field(read_table(path), "c")
