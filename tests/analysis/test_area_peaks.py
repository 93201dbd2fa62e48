import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from analysis.area_peaks import summarise_by_area
from analysis.grids import Grid

GRID = Grid(shape="square", left=0.0, bottom=0.0, cell_size=100.0, rows=1, columns=4)
AREAS = gpd.GeoDataFrame(
    {"code": ["1", "2", "3"], "name": ["Uno", "Dos", "Tres"]},
    geometry=[box(0, 0, 200, 100), box(200, 0, 400, 100), box(900, 0, 999, 9)],
    crs=32617,
)
TABLE = pd.DataFrame({"cell": [0, 1, 2, 3], "density": [1.0, 3.0, 5.0, np.nan]})


def test_an_area_tells_the_mean_the_highest_and_the_lowest_of_its_cells():
    told = summarise_by_area(TABLE, "density", GRID, AREAS)
    assert told.to_dict("records") == [
        {"code": "1", "name": "Uno", "mean": 2.0, "highest": 3.0, "lowest": 1.0},
        {"code": "2", "name": "Dos", "mean": 5.0, "highest": 5.0, "lowest": 5.0},
    ]


def test_without_areas_or_without_a_value_there_is_an_empty_table():
    assert len(summarise_by_area(TABLE, "density", GRID, AREAS.iloc[:0])) == 0
    assert len(summarise_by_area(TABLE.assign(density=np.nan), "density", GRID, AREAS)) == 0
