from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, save_areas
from geo_observatorio.db.populations import load_population
from geo_observatorio.errors import LayerRefusedError, NotFoundError
from geo_observatorio.resources import data_dir
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.layers import LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.population import PopulationRequest, add_population


@pytest.fixture
def kept(conn: Connection) -> BoundarySet:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    table = {"code": ["080801", "080802"], "name": ["San Felipe", "El Chorrillo"], "observed": True, "area_km2": 1.0}
    shapes = [box(-79.5, 9.0, -79.4, 9.1), box(-79.4, 9.0, -79.3, 9.1)]
    areas = gpd.GeoDataFrame(table, geometry=shapes, crs=4326).assign(label=[shape.centroid for shape in shapes])
    head = BoundarySet(municipality="0808", level="corregimiento", edition="2023", sha256="x")
    return save_areas(conn, head, areas)


def a_request(**more: Any) -> PopulationRequest:
    head = {"municipality": "0808", "level": "corregimiento", "vintage": "2023", "code": "codigo", "persons": "pob"}
    return PopulationRequest(**{**head, **more})


def a_table(folder: Path, *rows: str) -> Path:
    path = folder / "pob.csv"
    path.write_text("codigo;pob\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_codes_find_their_lost_zero_and_what_does_not_match_is_told(
    conn: Connection, kept: BoundarySet, tmp_path: Path
) -> None:
    report = add_population(conn, a_table(tmp_path, "80801;1,258", "81001;7"), a_request())
    assert (report.added, report.persons) == (1, 1258)
    assert report.without_area == ["081001"]
    assert report.without_population == ["080802"]
    population = load_population(conn, kept)
    assert population is not None
    assert population.persons[0] == 1258
    assert population.source == "pob.csv"


def test_the_same_table_again_changes_nothing_and_a_correction_is_told(
    conn: Connection, kept: BoundarySet, tmp_path: Path
) -> None:
    add_population(conn, a_table(tmp_path, "80801;10", "80802;20"), a_request())
    again = add_population(conn, a_table(tmp_path, "80801;10", "80802;20"), a_request())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    mended = add_population(conn, a_table(tmp_path, "80801;11", "80802;20"), a_request())
    assert (mended.added, mended.changed, mended.unchanged) == (0, 1, 1)
    other = add_population(conn, a_table(tmp_path, "80801;300"), a_request(kind="ambient"))
    assert other.added == 1
    residential = load_population(conn, kept)
    assert residential is not None
    assert residential.persons.tolist() == [11.0, 20.0]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("80802;-1", "«-1» en la fila 2"),
        ("80802;", "la primera, la 2"),
        ("80802;12.5", "«12.5» en la fila 2"),
        ("80802;NaN", "«NaN» en la fila 2"),
        ("80802;99999999999", "en la fila 2"),
        (";5", "la primera, la 2"),
        ("080801;5", "1 repetidos: 080801"),
    ],
)
def test_a_figure_that_is_no_count_of_persons_is_refused(
    conn: Connection, kept: BoundarySet, tmp_path: Path, row: str, told: str
) -> None:
    with pytest.raises(LayerRefusedError) as caught:
        add_population(conn, a_table(tmp_path, "80801;10", row), a_request())
    assert told in str(caught.value)
    assert load_population(conn, kept) is None


@pytest.mark.usefixtures("kept")
def test_a_table_of_another_country_is_refused(conn: Connection, tmp_path: Path) -> None:
    with pytest.raises(LayerRefusedError, match="080801"):
        add_population(conn, a_table(tmp_path, "99;10"), a_request())
    with pytest.raises(NotFoundError):
        add_population(conn, a_table(tmp_path, "80801;10"), a_request(edition="1990"))


@pytest.mark.shared
@pytest.mark.parametrize("table", ["layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg", "csv"])
def test_the_census_of_2023_joins_the_official_layer(conn: Connection, shared: Path, table: str) -> None:
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    layer = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    fields = AreaFields(names=("CORR_NOMB",), code="CODIGO", without_data=("0810",))
    kept = add_layer(
        conn, layer, LayerRequest(municipality="0808", level="corregimiento", edition="INEC 2023", fields=fields)
    ).boundaries
    if table == "csv":
        path = shared / "data/statistics/poblacion_corregimiento_censo2023.csv"
        report = add_population(conn, path, a_request(persons="poblacion_2023"))
    else:
        report = add_population(conn, layer, a_request(code="CODIGO", persons="poblacion_2023"))
    assert (report.added, report.persons) == (35, 1_367_767)  # census of 2023: Panamá and San Miguelito
    assert report.without_area == report.without_population == []
    population = load_population(conn, kept)
    assert population is not None
    assert population.persons[:26].sum() == 1_086_990
