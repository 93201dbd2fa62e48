import geopandas as gpd
import pytest
from shapely import Point

from geo_observatorio.errors import LayerRefusedError
from geo_observatorio.names import build_code, plain_text
from geo_observatorio.services.area_names import AreaFields, build_codes, name_areas, pad_codes
from geo_observatorio.services.vector_files import VectorFile


def a_file(**columns: list[object]) -> VectorFile:
    n = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=[Point(0, 0).buffer(1)] * n, crs=4326)
    return VectorFile(name="capa.gpkg", sha256="x", driver="GPKG", frame=frame)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("  24 de DICIEMBRE ", "24 de diciembre"), ("Ñandú—Nº 5", "nandu no 5"), ("Curundu\u0301", "curundu"), ("?!", "")],
)
def test_plain_text_keeps_words_only(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_a_code_is_built_from_the_broadest_name_to_the_narrowest() -> None:
    assert build_code(["ALVARO OBREGON", "1ra Sección Cañada"]) == "alvaro-obregon.1ra-seccion-canada"


def test_names_that_differ_in_spelling_alone_get_a_number_whatever_their_order() -> None:
    names = ["San José", "San Jose", "San josé", "Otra"]
    codes, respelt = build_codes([names], "capa")
    assert dict(zip(names, codes, strict=True)) == {
        "San Jose": "san-jose",
        "San José": "san-jose.2",
        "San josé": "san-jose.3",
        "Otra": "otra",
    }
    assert respelt == 2
    assert build_codes([names[::-1]], "capa")[0] == codes[::-1]


def test_equal_names_cannot_tell_areas_apart() -> None:
    with pytest.raises(LayerRefusedError, match="San José"):
        build_codes([["San José", "San José"]], "capa")


@pytest.mark.parametrize(
    ("codes", "padded"),
    [
        (["80801", "80826", "81001"], ["080801", "080826", "081001"]),
        (["80801", "100101"], ["080801", "100101"]),
        (["080801", "081001"], ["080801", "081001"]),
        (["A1", "B22"], ["A1", "B22"]),
        (["1", "12"], ["01", "12"]),
    ],
)
def test_the_zero_that_a_spreadsheet_took_is_given_back(codes: list[str], padded: list[str]) -> None:
    assert pad_codes(codes, "0808") == (padded, codes != padded)


def test_codes_names_and_what_is_observed_come_from_the_fields() -> None:
    fields = AreaFields(names=("DIST", "CORR"), code="COD", without_data=("0810",))
    file = a_file(COD=[80801.0, 81001.0], DIST=["Panamá", "San Miguelito"], CORR=["San Felipe", "Amelia"])
    areas, told = name_areas(file, fields, "0808")
    assert areas["code"].tolist() == ["080801", "081001"]
    assert areas["name"].tolist() == ["San Felipe, Panamá", "Amelia, San Miguelito"]
    assert areas["observed"].tolist() == [True, False]
    assert told == {"padded_codes": True}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (AreaFields(names=("NAME",), code="CODE"), "1 repetidos: 1"),
        (AreaFields(names=("NOMBRE",)), "CODE, NAME"),
        (AreaFields(names=("NAME",), code="CODIGO"), "CODE, NAME"),
        (AreaFields(names=("EMPTY",)), "la primera, la 2"),
        (AreaFields(names=("NAME",), without_data=("0810",)), "0810"),
    ],
)
def test_fields_that_do_not_serve_are_refused(fields: AreaFields, told: str) -> None:
    file = a_file(CODE=["1", "1"], NAME=["a", "b"], EMPTY=["a", None])
    with pytest.raises(LayerRefusedError) as caught:
        name_areas(file, fields, "0808")
    assert told in str(caught.value)
