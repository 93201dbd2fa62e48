import numpy as np
import pytest
from shapely import box

from analysis.compare_methods import CompareMethodsParams, compare_methods, list_settings
from analysis.errors import NotEnoughDataError
from analysis.hot_cells import HotspotsParams
from analysis.hotspots import hotspots
from analysis.scene import Scene, points_at

CITY = box(0, 0, 7500, 7500)


def city_of(x, y) -> Scene:
    return Scene(crs=32617, points=points_at(x, y), months=12.0, window=CITY, mask=CITY)


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 7500, (2, 900))
    extra = rng.uniform(3000, 3750, (2, 120))
    return compare_methods(city_of(np.append(x, extra[0]), np.append(y, extra[1])), CompareMethodsParams())


def test_a_planted_hotspot_is_hot_under_every_setting_in_its_middle(planted):
    table = planted.table
    x, y = planted.grid.centres(table["cell"].to_numpy()).T
    middle = (np.abs(x - 3375) < 250) & (np.abs(y - 3375) < 250)
    assert (table["class"][middle] == "agree_all").mean() > 0.9
    assert (table["share"][middle] >= 0.75).all()
    assert (table["class"][(x > 5000) | (y > 5000)] == "none").mean() > 0.99


def test_what_is_told_of_the_usual_setting_is_what_hotspots_finds():
    rng = np.random.default_rng(8)
    x, y = np.append(rng.uniform(0, 7500, (2, 500)), rng.uniform(1000, 1500, (2, 80)), axis=1)
    compared = compare_methods(city_of(x, y), CompareMethodsParams())
    alone = hotspots(city_of(x, y), HotspotsParams(shuffles=99))
    row = compared.tables["settings"].set_index("setting").loc["usual"]
    assert row["hot_km2"] == pytest.approx(alone.reading["hot_km2"])
    assert row["incident_share"] == pytest.approx(alone.reading["hot_incident_share"])
    assert row["like_usual"] == 1.0


def test_incidents_at_random_are_hot_under_few_settings_and_never_under_all():
    found = 0
    for seed in range(10):
        x, y = np.random.default_rng(seed).uniform(0, 7500, (2, 600))
        found += int((compare_methods(city_of(x, y), CompareMethodsParams()).table["class"] == "agree_all").any())
    assert found == 0


def test_each_setting_differs_from_the_usual_one_in_one_choice():
    settings = list_settings(CompareMethodsParams())
    usual = settings["usual"].as_dict()
    others = [setting.as_dict() for name, setting in settings.items() if name != "usual"]
    assert {sum(other[key] != usual[key] for key in usual) for other in others} == {1}


def test_a_setting_that_cannot_answer_is_told_and_has_no_say():
    x, y = np.random.default_rng(1).uniform(0, 900, (2, 300))
    small = box(0, 0, 900, 900)
    scene = Scene(crs=32617, points=points_at(x, y), months=1.0, window=small, mask=small)
    result = compare_methods(scene, CompareMethodsParams(cell_size=300.0))
    refused = result.tables["settings"].set_index("setting")["refused"]
    assert refused["large_cells"] == "not_enough_cells"
    assert result.reading["settings"] == 8 - (refused != "").sum()


def test_nothing_to_compare_is_refused():
    with pytest.raises(NotEnoughDataError):
        compare_methods(city_of([], []), CompareMethodsParams())
