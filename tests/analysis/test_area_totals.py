import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from analysis.area_totals import AreaTotalsParams, area_totals, hide_small
from analysis.errors import ParameterError
from analysis.scene import Scene, points_at


def strip_scene(placed, unplaced=(), observed=None):
    """Return a scene of unit squares in a row, with so many points in each."""
    boxes = [shapely.box(i * 1000, 0, i * 1000 + 1000, 1000) for i in range(len(placed))]
    areas = gpd.GeoDataFrame(
        {"code": [f"{i:02}" for i in range(len(placed))], "name": [f"Área {i}" for i in range(len(placed))]},
        geometry=boxes,
        crs=32617,
    )
    areas["observed"] = True if observed is None else observed
    area = np.repeat(np.arange(len(placed)), placed)
    points = points_at(area * 1000 + 500.0, np.full(len(area), 500.0))
    points.area[:] = area
    rows = pd.DataFrame(unplaced, columns=["area", "method", "n"]).astype({"area": np.int64, "n": np.int64})
    window = shapely.union_all(boxes)
    return Scene(crs=32617, points=points, months=12, window=window, mask=window, areas=areas, unplaced=rows)


def test_incidents_without_a_point_count_in_the_area_they_name():
    result = area_totals(strip_scene([10, 20, 30], [(0, "corregimiento", 7), (-1, "none", 3)]), AreaTotalsParams())
    assert result.table["count"].tolist() == [17, 20, 30]
    assert result.reading["total"] == 67


def test_one_small_count_hides_a_second_one_that_the_total_would_give_away():
    result = area_totals(strip_scene([3, 8, 20, 30]), AreaTotalsParams())
    assert result.table["hidden"].tolist() == [True, True, False, False]
    assert np.isnan(result.table["count"].to_numpy()[:2]).all()


def test_an_area_without_data_is_neither_zero_nor_hidden():
    result = area_totals(strip_scene([0, 9, 9], observed=[False, True, True]), AreaTotalsParams())
    assert np.isnan(result.table["count"].iloc[0])
    assert not result.table["hidden"].any()


def test_nothing_is_shown_where_everything_is_small():
    result = area_totals(strip_scene([1, 2]), AreaTotalsParams())
    assert result.table["count"].isna().all()
    assert result.reading["total"] is None


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_what_is_hidden_never_follows_from_the_total(counts):
    hidden = hide_small(np.array(counts), least=5)
    shown = np.array(counts)[~hidden]
    assert (shown >= 5).all()
    if hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        assert np.array(counts)[hidden].sum() >= 5


def test_the_threshold_cannot_be_lowered():
    with pytest.raises(ParameterError):
        AreaTotalsParams(least=1)
