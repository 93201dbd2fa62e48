from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_observatorio.services.demo_calibration import (
    read_calibration,
    read_categories,
    read_category_names,
    read_rhythms,
    share_families,
    weigh_commerce,
    yearly_complaints,
)
from geo_observatorio.services.demo_files import Demo, make_demo, write_demo_files
from geo_observatorio.services.demo_layer import make_schematic_layer

N = 12_000


@pytest.fixture(scope="module")
def layer() -> gpd.GeoDataFrame:
    return make_schematic_layer()


@pytest.fixture(scope="module")
def demo(layer: gpd.GeoDataFrame) -> Demo:
    return make_demo(layer, incidents=N, seed=7)


@pytest.fixture(scope="module")
def files(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_demo_files(tmp_path_factory.mktemp("demo"), demo)


def test_the_same_seed_gives_the_same_bytes(layer: gpd.GeoDataFrame, files: list[Path], tmp_path: Path) -> None:
    again = write_demo_files(tmp_path, make_demo(layer, incidents=N, seed=7))
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]


def test_another_seed_gives_another_city(layer: gpd.GeoDataFrame, demo: Demo) -> None:
    other = make_demo(layer, incidents=50, seed=8)
    assert not np.array_equal(other.city.barrios["x"], demo.city.barrios["x"])


def test_there_is_one_file_a_quarter_and_no_row_is_lost(demo: Demo, files: list[Path]) -> None:
    assert [path.name for path in files] == [
        f"demo-{year}-T{part}.csv" for year in (2024, 2025) for part in range(1, 5)
    ]
    rows = sum(len(pd.read_csv(path, dtype=str)) for path in files)
    assert rows == len(demo.rows.table) == N + demo.rows.tally["repeated"] + demo.rows.tally["amended"]


def test_the_layout_is_that_of_the_source_demo(files: list[Path]) -> None:
    header = files[0].read_text(encoding="utf-8").splitlines()[0]
    assert header == "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"


def test_thirty_in_a_hundred_have_no_coordinates(demo: Demo) -> None:
    assert (demo.rows.table["latitud"] == "").mean() == pytest.approx(0.30, abs=0.02)


def test_the_shares_of_the_offences_are_those_of_the_calibration(demo: Demo) -> None:
    categories = read_categories()
    wanted = categories.set_index(categories["category"].map(read_category_names()))["share"]
    found = demo.rows.table["delito"].value_counts(normalize=True).reindex(wanted.index, fill_value=0.0)
    assert np.abs(found - wanted).max() < 0.012


def test_the_shares_of_the_categories_sum_to_one_and_follow_the_published_figures() -> None:
    figures = read_calibration()
    families = share_families(figures)
    assert sum(families.values()) == pytest.approx(1)
    assert read_categories()["share"].sum() == pytest.approx(1)
    crimes = 1 - families["convivencia"]
    assert families["hurto"] / crimes == pytest.approx(5458 / 22287)
    assert families["robo"] / crimes == pytest.approx(2771 / 22287)
    assert yearly_complaints(figures) == pytest.approx(25_392, abs=1)


def test_every_category_of_the_classification_has_a_share() -> None:
    assert set(read_categories()["category"]) == set(read_category_names())


def test_five_corregimientos_keep_their_published_part(layer: gpd.GeoDataFrame) -> None:
    observed = layer[layer["observed"]]
    weights = weigh_commerce(observed["code"].tolist(), observed["persons"].to_numpy(float), read_calibration())
    assert weights.sum() == pytest.approx(1)
    assert weights[observed["code"].tolist().index("080806")] == pytest.approx(1896 / 22287)


def test_noise_comes_at_night_and_at_the_end_of_the_week_and_fraud_in_the_hours_of_shops(demo: Demo) -> None:
    rows = demo.rows.table[demo.rows.table["hora"] != ""]
    hour = rows["hora"].str[:2].astype(int)
    night = (hour >= 20) | (hour < 4)
    assert night[rows["delito"] == "Ruido"].mean() > 0.6
    assert night[rows["delito"] == "Estafa y otros fraudes"].mean() < 0.2
    assert all(len(days) == 7 and len(hours) == 24 for days, hours in read_rhythms().values())


def test_the_year_has_a_season_and_the_second_year_is_a_little_quieter(demo: Demo) -> None:
    year = demo.rows.table["fecha"].str[-4:]
    assert (year == "2025").sum() / (year == "2024").sum() == pytest.approx(0.96, abs=0.04)


def test_people_do_not_live_everywhere(demo: Demo) -> None:
    areas = demo.city.areas.set_index("code")
    barrios = demo.city.barrios
    wild = demo.city.areas["code"].tolist().index("080824")
    inhabited = (np.pi * barrios["radius"] ** 2)[barrios["area"] == wild].sum()
    assert inhabited / areas.geometry["080824"].area < 0.02


def test_every_address_and_place_lies_in_its_corregimiento(demo: Demo) -> None:
    geometry = demo.city.areas.geometry.to_numpy()
    area = demo.city.barrios["area"].to_numpy()[demo.city.addresses["barrio"]]
    assert shapely.contains_xy(geometry[area], demo.city.addresses[["x", "y"]].to_numpy()).all()
    places = demo.gazetteer.places
    a_little_larger = shapely.buffer(geometry, 0.01)
    assert shapely.covers(a_little_larger[places["area"]], places.geometry.to_numpy()).all()
    assert places["name"].is_unique


def test_a_few_addresses_have_many_incidents(demo: Demo) -> None:
    pull = np.sort(demo.city.addresses["pull"].to_numpy())
    assert pull[-len(pull) // 100 :].sum() / pull.sum() > 0.05


def test_a_planted_hotspot_holds_more_than_its_surroundings_while_it_lasts(layer: gpd.GeoDataFrame) -> None:
    demo = make_demo(layer, incidents=50_000, seed=7)
    rows = demo.rows.table[:50_000]
    good = rows[rows["latitud"].str.match(r"^[89]\.") & rows["longitud"].str.match(r"^-79\.")]
    at = gpd.GeoSeries.from_xy(good["longitud"].astype(float), good["latitud"].astype(float), crs=4326).to_crs(
        layer.crs
    )
    xy = shapely.get_coordinates(at.array)
    day = pd.to_datetime(good["fecha"], format="%d/%m/%Y", errors="coerce").to_numpy()
    for focus in demo.foci.itertuples():
        names = [read_category_names()[code] for code in focus.categories]
        raised = good["delito"].isin(names).to_numpy()
        active = (day >= focus.since) & (day <= focus.until)
        inside = shapely.contains_xy(focus.geometry, xy)
        ring = shapely.contains_xy(focus.geometry.centroid.buffer(3 * focus.radius), xy) & ~inside
        ratio = (raised & inside & active).sum() / max(1, (~raised & inside & active).sum())
        around = (raised & ring).sum() / max(1, (~raised & ring).sum())
        assert ratio > 2.5 * around, focus.name
        if not active.all():
            before = (raised & inside & ~active & ~np.isnat(day)).sum() / max(1, (~active).sum())
            assert before < 0.4 * (raised & inside & active).sum() / active.sum(), focus.name


def test_the_truth_is_told_in_words(demo: Demo) -> None:
    assert len(demo.foci) == 12
    assert demo.foci["name"].is_unique
    assert demo.foci["name"].str.contains(r"Foco plantado en .+: .+, \d+ veces lo de su entorno").all()


def test_the_faults_of_real_files_are_there_and_counted(demo: Demo) -> None:
    table, tally = demo.rows.table, demo.rows.tally
    latitude, longitude = table["latitud"], table["longitud"]
    assert all(number > 0 for number in tally.values())
    assert (latitude == "0").sum() >= tally["zero"]
    assert latitude.str.startswith("-79.").sum() >= tally["swapped"]
    assert longitude.str.startswith("79.").sum() >= tally["no_minus"]
    pile = (latitude + longitude)[latitude != ""].value_counts().drop("00")
    assert pile.iloc[0] >= tally["pile"] > 10 * pile.iloc[1]
    assert table["fecha"].str.startswith("31/02/").sum() >= tally["impossible_day"]
    assert (table["delito"] == "Hecho por clasificar").sum() >= tally["unknown_offence"]
    assert table["caso"].duplicated().sum() == tally["repeated"] + tally["amended"]


def test_addresses_hold_words_of_places_and_nothing_that_could_be_a_person(demo: Demo) -> None:
    kinds = "Barrio|Escuela|Iglesia|Parada|Parque|Abarrotería|Mercado|Centro de salud|Estación de policía"
    names = "|".join(re.escape(name) for name in demo.city.areas["name"])
    place = rf"(?:{kinds})(?: \d+)? de (?:{names})"
    beside = rf"(?:Frente a|Al lado de|Detrás de|Diagonal a) {place}"
    shape = rf"(?:{beside}|(?:(?:Calle|Avenida) \d+, )?{place}(?:, casa \d+)?)?"
    told = demo.rows.table["direccion"]
    assert told[~told.str.fullmatch(shape)].tolist() == []


def test_a_city_can_be_made_inside_any_limits() -> None:
    squares = [shapely.box(0, 0, 3000, 3000), shapely.box(3000, 0, 9000, 3000)]
    table = {"code": ["a", "b"], "name": ["Uno", "Dos"], "observed": [True, True], "persons": [20_000, 9_000]}
    areas = gpd.GeoDataFrame(table, geometry=squares, crs=32614)
    small = make_demo(areas, incidents=100, seed=1)
    assert set(small.rows.table["corregimiento"]) <= {"Uno", "Dos", "UNO", "DOS", "", "nUo", "Uon", "oDs", "Dso"}
