from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from pyproj import Transformer

from analysis.grids import Grid, Shape, grid_over
from geo_observatorio.maps.pictures import (
    MOST_PIXELS,
    Ink,
    Picture,
    Pixels,
    develop,
    lay_pixels,
    sample_cells,
    sample_surface,
)

METRES = 32617
BOUNDS = (660_000.0, 990_000.0, 664_000.0, 993_000.0)
RED = Ink(colour="#ff0000", opacity=1.0)
FAINT = Ink(colour="#0000ff", opacity=0.5)


def lay(grid: Grid, detail: float = 4) -> Pixels:
    return lay_pixels(grid, np.arange(grid.n), METRES, pixels_a_cell=detail)


def read(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA"))


def pixel_of(picture: Picture, x: float, y: float) -> tuple[int, ...]:
    """Return the colour where the page will show a point given in metres: Web Mercator is linear in the picture."""
    longitude, latitude = Transformer.from_crs(METRES, 4326, always_xy=True).transform(x, y)
    mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    left, bottom = mercator.transform(picture.bounds[0], picture.bounds[1])
    right, top = mercator.transform(picture.bounds[2], picture.bounds[3])
    east, north = mercator.transform(longitude, latitude)
    image = read(picture)
    row = int((top - north) / (top - bottom) * image.shape[0])
    column = int((east - left) / (right - left) * image.shape[1])
    return tuple(image[row, column].tolist())


@pytest.mark.parametrize("shape", ["square", "hexagon"])
def test_a_cell_is_painted_where_it_lies(shape: Shape) -> None:
    grid = grid_over(BOUNDS, cell_size=250.0, shape=shape)
    cells = np.arange(grid.n)
    inks = np.zeros(grid.n, dtype=np.uint8)
    inks[[17, 60]] = 1, 2
    pixels = lay(grid, detail=6)
    picture = develop(sample_cells(grid, cells, inks, pixels), [RED, FAINT], pixels.bounds)
    centres = grid.centres(np.array([17, 60, 18]))
    assert pixel_of(picture, *centres[0]) == (255, 0, 0, 255)
    assert pixel_of(picture, *centres[1]) == (0, 0, 255, 128)
    assert pixel_of(picture, *centres[2])[3] == 0


def test_a_picture_has_eight_bits_a_pixel_and_no_more_pixels_than_a_screen() -> None:
    grid = grid_over((600_000.0, 900_000.0, 700_000.0, 1_000_000.0), cell_size=50.0)
    pixels = lay_pixels(grid, np.array([0, grid.n - 1]), METRES, pixels_a_cell=6)
    assert max(pixels.x.shape) <= MOST_PIXELS
    picture = develop(np.zeros(pixels.x.shape, dtype=np.uint8), [RED], pixels.bounds)
    assert Image.open(io.BytesIO(picture.png)).mode == "P"


def test_between_two_centres_a_surface_has_their_mean() -> None:
    grid = grid_over(BOUNDS, cell_size=500.0)
    values = np.arange(grid.n, dtype=np.float64)
    pixels = lay(grid, detail=8)
    classes = sample_surface(grid, np.arange(grid.n), values, [30.5], pixels)
    rows, columns = (pixels.y - grid.bottom) / 500 - 0.5, (pixels.x - grid.left) / 500 - 0.5
    inner = (rows > 0) & (rows < grid.rows - 1) & (columns > 0) & (columns < grid.columns - 1)
    expected = rows * grid.columns + columns >= 30.5  # the values are linear, so interpolation is exact
    away = np.abs(rows * grid.columns + columns - 30.5) > 1e-6
    np.testing.assert_array_equal(classes[inner & away] == 1, expected[inner & away])


def test_nothing_is_painted_outside_the_cells() -> None:
    grid = grid_over(BOUNDS, cell_size=500.0)
    cells = np.array([0, 1, grid.n - 1])
    pixels = lay_pixels(grid, cells, METRES, pixels_a_cell=4)
    classes = sample_surface(grid, cells, np.full(3, 9.0), [1.0], pixels)
    inside = np.isin(grid.locate(pixels.x.ravel(), pixels.y.ravel()), cells).reshape(classes.shape)
    np.testing.assert_array_equal(classes > 0, inside)


def test_a_hatch_leaves_most_of_the_map_to_be_seen() -> None:
    hatch = Ink(colour="#808080", opacity=1.0, hatched=True)
    image = read(develop(np.ones((70, 70), dtype=np.uint8), [hatch], (0, 0, 1, 1)))
    assert 0.2 < (image[..., 3] > 0).mean() < 0.4
