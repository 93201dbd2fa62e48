from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Connection, Engine

from geo_observatorio.db.areas import find_boundaries, list_boundaries, load_areas, load_window
from geo_observatorio.db.engine import begin
from geo_observatorio.db.municipalities import list_municipalities
from geo_observatorio.errors import FileRefusedError, LayerRefusedError, NotFoundError
from geo_observatorio.names import plain_text
from geo_observatorio.resources import data_dir
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.layers import LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality

FIELDS = AreaFields(names=("NAME",), code="CODE", without_data=("0810",))


@pytest.fixture
def municipalities(conn: Connection) -> Connection:
    for name in ("panama", "cdmx"):
        add_municipality(conn, data_dir("layers") / "municipalities" / f"{name}.toml")
    return conn


def a_request(edition: str = "INEC 2023", **more: Any) -> LayerRequest:
    head = {"municipality": "0808", "level": "corregimiento", "edition": edition, "fields": FIELDS, "source": "INEC"}
    return LayerRequest(**{**head, **more})


def a_layer(folder: Path, name: str = "capa.gpkg", crs: int = 32617) -> Path:
    shapes = [box(660_000 + 1000 * n, 1_000_000, 661_000 + 1000 * n, 1_001_000) for n in range(3)]
    table = {"CODE": [81001, 80802, 80801], "NAME": ["Amelia Denis", "El Chorrillo", "San Felipe"]}
    gpd.GeoDataFrame(table, geometry=shapes, crs=32617).to_crs(crs).to_file(folder / name)
    return folder / name


@pytest.mark.parametrize("crs", [32617, 4326, 5469, 26717])
def test_a_layer_in_any_projection_is_measured_in_the_one_of_the_municipality(
    municipalities: Connection, tmp_path: Path, crs: int
) -> None:
    report = add_layer(municipalities, a_layer(tmp_path, crs=crs), a_request())
    areas = load_areas(municipalities, report.boundaries, 32617)
    assert report.outcome == "added"
    assert areas["code"].tolist() == ["080801", "080802", "081001"]
    assert areas["observed"].tolist() == [True, True, False]
    assert areas["area_km2"].tolist() == pytest.approx([1.0] * 3, rel=1e-4)
    assert load_window(areas).area == pytest.approx(2e6, rel=1e-4)
    assert report.boundaries.found["padded_codes"]


def test_the_same_file_again_changes_nothing(municipalities: Connection, tmp_path: Path) -> None:
    path = a_layer(tmp_path)
    first = add_layer(municipalities, path, a_request())
    second = add_layer(municipalities, path, a_request())
    assert (first.outcome, second.outcome) == ("added", "unchanged")
    assert first.boundaries == second.boundaries
    assert len(list_boundaries(municipalities, "0808")) == 1


def test_a_newer_edition_is_put_in_force_and_the_older_one_can_come_back(
    municipalities: Connection, tmp_path: Path
) -> None:
    old, new = a_layer(tmp_path, "old.gpkg"), a_layer(tmp_path, "new.gpkg", crs=4326)
    add_layer(municipalities, old, a_request("2010"))
    add_layer(municipalities, new, a_request("2023"))
    assert find_boundaries(municipalities, "0808", "corregimiento").edition == "2023"
    assert add_layer(municipalities, old, a_request("2010")).outcome == "in_force"
    assert find_boundaries(municipalities, "0808", "corregimiento").edition == "2010"
    assert len(load_areas(municipalities, find_boundaries(municipalities, "0808", "corregimiento", "2023"), 4326)) == 3


def test_an_edition_is_never_another_file_nor_the_same_read_otherwise(
    municipalities: Connection, tmp_path: Path
) -> None:
    path = a_layer(tmp_path)
    add_layer(municipalities, path, a_request())
    with pytest.raises(LayerRefusedError, match="otro contenido"):
        add_layer(municipalities, a_layer(tmp_path, "otra.gpkg", crs=4326), a_request())
    with pytest.raises(LayerRefusedError, match="otro contenido"):
        add_layer(municipalities, path, a_request(fields=AreaFields(names=("NAME",), code="CODE")))


def test_what_is_refused_leaves_nothing(municipalities: Connection, tmp_path: Path) -> None:
    path = tmp_path / "capa.gpkg"
    table = {"CODE": ["1", "1"], "NAME": ["a", "b"]}
    gpd.GeoDataFrame(table, geometry=[box(-79.5, 9, -79.4, 9.1)] * 2, crs=4326).to_file(path)
    with pytest.raises(LayerRefusedError, match="repetidos"):
        add_layer(municipalities, path, a_request(fields=AreaFields(names=("NAME",), code="CODE")))
    with pytest.raises(NotFoundError):
        add_layer(municipalities, path, a_request(municipality="0101"))
    assert list_boundaries(municipalities, "0808") == []


@pytest.mark.parametrize("text", ["Curundú", "24 de Diciembre", "ERNESTO CÓRDOBA CAMPOS", "Ñuñoa, n.o 3", "La «Güera»"])
def test_a_plain_name_is_the_same_here_and_in_the_database(conn: Connection, text: str) -> None:
    theirs = conn.exec_driver_sql("SELECT trim(plain_text(%(text)s))", {"text": text}).scalar_one()
    assert plain_text(text) == theirs


@pytest.mark.shared
def test_the_official_layer_of_panama_loads_whole(municipalities: Connection, shared: Path) -> None:
    path = shared / "data/layers/corregimientos_panama_sanmiguelito_35_pob2023.gpkg"
    fields = AreaFields(names=("CORR_NOMB",), code="CODIGO", without_data=("0810",))
    report = add_layer(municipalities, path, a_request(fields=fields))
    found = report.boundaries.found
    assert (found["areas"], found["invalid"], found["repeated"], found["overlapping_pairs"]) == (35, 0, 0, 1)
    assert found["overlap_km2"] * 1e6 == pytest.approx(898, abs=1)
    areas = load_areas(municipalities, report.boundaries, 32617)
    assert areas["observed"].sum() == 26
    assert areas.loc[areas["observed"], "area_km2"].sum() == pytest.approx(2049.5, abs=0.1)
    assert areas.loc[~areas["observed"], "area_km2"].sum() == pytest.approx(49.9, abs=0.1)
    assert load_window(areas).area / 1e6 == pytest.approx(2049.5, abs=0.1)
    assert areas.contains(areas["label"]).all()


@pytest.mark.shared
def test_the_colonias_of_mexico_city_load_whole(municipalities: Connection, shared: Path) -> None:
    request = a_request(
        municipality="09", level="colonia", edition="Colonias", fields=AreaFields(names=("alcaldia", "colonia"))
    )
    report = add_layer(municipalities, shared / "data/layers/cdmx_colonias.geojson", request)
    found = report.boundaries.found
    assert (found["areas"], found["invalid"], found["repeated"]) == (1651, 2, 130)
    assert found["overlapping_pairs"] == pytest.approx(2603, abs=5)
    assert found["overlap_km2"] == pytest.approx(1.25, abs=0.01)
    assert found["same_but_for_spelling"] == 62
    areas = load_areas(municipalities, report.boundaries, 32614)
    assert areas["code"].is_unique
    assert areas.is_valid.all()
    assert areas.set_index("code").loc["alvaro-obregon.1ra-victoria", "name"] == "1ra Victoria, ALVARO OBREGON"


def test_two_who_add_the_same_file_at_once_keep_one_edition(engine: Engine, tmp_path: Path) -> None:
    path = a_layer(tmp_path)
    with begin(engine) as conn:
        add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")

    def add(_number: int) -> str:
        with begin(engine) as conn:
            return add_layer(conn, path, a_request()).outcome

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(add, range(2)))
    assert outcomes == ["added", "unchanged"]


def test_a_city_that_holds_synthetic_incidents_keeps_saying_so(municipalities: Connection) -> None:
    run = municipalities.exec_driver_sql
    run("INSERT INTO institution VALUES ('demo', 'Demo')")
    run("INSERT INTO source (code, institution, name, synthetic) VALUES ('demo', 'demo', 'Demo', true)")
    run(
        "INSERT INTO delivery (source, municipality, file_name, sha256, bytes, rows_read, inserted, updated, duplicate,"
        " quarantined) VALUES ('demo', '0808', 'a', 'x', 1, 0, 0, 0, 0, 0)"
    )
    add_municipality(municipalities, data_dir("layers") / "municipalities" / "panama.toml")
    assert [item.synthetic for item in list_municipalities(municipalities)] == [True, False]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("metric_srid = 4326", "metros"),
        ("metric_srid = 2264", "metros"),  # feet
        ("metric_srid = 999999", "EPSG"),
        ('metric_srid = "32617"', "int"),
        ('time_zone = "America/Panamá"', "IANA"),
        ('language = "fr"', "es | en"),
        ("poblacion = 3", "poblacion"),
        ("code = ", "TOML"),
    ],
)
def test_a_municipality_that_cannot_be_measured_is_refused(
    conn: Connection, tmp_path: Path, line: str, told: str
) -> None:
    text = (data_dir("layers") / "municipalities" / "panama.toml").read_text(encoding="utf-8")
    kept = [row for row in text.splitlines() if row.split(" = ")[0] != line.split(" = ", maxsplit=1)[0]]
    path = tmp_path / "municipio.toml"
    path.write_text("\n".join([*kept, line]), encoding="utf-8")
    with pytest.raises(FileRefusedError) as caught:
        add_municipality(conn, path)
    assert told in str(caught.value)


def test_the_projection_of_measured_areas_is_never_changed(municipalities: Connection, tmp_path: Path) -> None:
    text = (data_dir("layers") / "municipalities" / "panama.toml").read_text(encoding="utf-8")
    path = tmp_path / "panama.toml"
    path.write_text(text.replace("32617", "32618"), encoding="utf-8")
    add_municipality(municipalities, path)
    path.write_text(text, encoding="utf-8")
    add_municipality(municipalities, path)
    add_layer(municipalities, a_layer(tmp_path), a_request())
    path.write_text(text.replace("32617", "32618"), encoding="utf-8")
    with pytest.raises(FileRefusedError, match="32617"):
        add_municipality(municipalities, path)
