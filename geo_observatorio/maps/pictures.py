"""Pictures of cells and surfaces: 8-bit palette PNG in Web Mercator, so that they lie where the limits lie."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.grids import Floats, Grid, Ints
from geo_observatorio.maps.colours import to_rgb
from geo_observatorio.maps.projecting import DEGREES, MERCATOR, Bounds, fit_projection, transform_bounds

MOST_PIXELS = 1600  # on the longer side: sharper than a screen shows the whole city
HATCH_PERIOD, HATCH_WIDTH = 7, 2  # pixels
COARSE = 1.5  # pixels a cell, up to which a surface is not interpolated
FASTEST = 1  # deflate level: time counts more than the last bytes

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Ink:
    """One entry of a palette: a colour, its opacity from 0 to 1, and whether it is drawn as diagonal lines."""

    colour: str
    opacity: float
    hatched: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A PNG and the degrees (left, bottom, right, top) that it covers."""

    png: bytes
    bounds: Bounds

    def as_dict(self) -> dict[str, object]:
        """Return the picture for a page: its bytes as a data address, its corners as Leaflet wants them."""
        left, bottom, right, top = self.bounds
        return {
            "url": "data:image/png;base64," + base64.b64encode(self.png).decode(),
            "bounds": [[bottom, left], [top, right]],
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Pixels:
    """Where the centre of each pixel lies in metres (rows from north to south), and the degrees they cover."""

    x: Floats
    y: Floats
    bounds: Bounds

    @property
    def width(self) -> float:
        """Width of a pixel (metres)."""
        return float(np.hypot(self.x[0, 1] - self.x[0, 0], self.y[0, 1] - self.y[0, 0])) if self.x.shape[1] > 1 else 0.0


def lay_pixels(grid: Grid, cells: Ints, crs: int, *, pixels_a_cell: float) -> Pixels:
    """Lay a Web Mercator raster over the given cells."""
    mercator = transform_bounds(crs, MERCATOR, _bounds_of(grid, cells))
    left, bottom, right, top = mercator
    _, south, _, north = transform_bounds(MERCATOR, DEGREES, mercator)
    stretch = 1 / np.cos(np.radians((south + north) / 2))  # Mercator metres are longer than metres
    size = max(grid.cell_size * stretch / pixels_a_cell, max(right - left, top - bottom) / MOST_PIXELS)
    across, down = int(np.ceil((right - left) / size)), int(np.ceil((top - bottom) / size))
    to_metres = fit_projection(MERCATOR, crs, mercator)
    x_axis = left + (np.arange(across) + 0.5) * (right - left) / across
    y_axis = top - (np.arange(down) + 0.5) * (top - bottom) / down
    x, y = to_metres.on_lattice(x_axis, y_axis)
    return Pixels(x=x, y=y, bounds=transform_bounds(MERCATOR, DEGREES, mercator))


def sample_cells(grid: Grid, cells: Ints, inks: Bytes, pixels: Pixels) -> Bytes:
    """Return, per pixel, the number (n,) of the cell it lies in; 0 outside the cells."""
    of_cell = np.zeros(grid.n + 1, dtype=np.uint8)  # the last entry serves pixels outside the grid
    of_cell[cells] = inks
    return of_cell[grid.locate(pixels.x.ravel(), pixels.y.ravel())].reshape(pixels.x.shape)


def sample_surface(grid: Grid, cells: Ints, values: Floats, breaks: Sequence[float], pixels: Pixels) -> Bytes:
    """Return, per pixel, how many breaks the value reaches; between the centres of square cells it is interpolated.

    So the limit between two classes is a line and no staircase; pixels outside the cells are 0. Where a pixel is about
    as large as a cell there is nothing between centres to show, and each takes the class of its cell.
    """
    of_cell = np.searchsorted(np.asarray(breaks), values, side="right").astype(np.uint8)
    if pixels.width * COARSE > grid.cell_size:
        return sample_cells(grid, cells, of_cell, pixels)
    from scipy import ndimage  # noqa: PLC0415  # half a second of every start

    field = np.zeros(grid.n)
    field[cells] = values
    rows = (pixels.y - grid.bottom) / grid.row_height - 0.5
    columns = (pixels.x - grid.left) / grid.cell_size - 0.5
    smooth = ndimage.map_coordinates(field.reshape(grid.rows, grid.columns), [rows, columns], order=1, mode="nearest")
    classes = np.searchsorted(np.asarray(breaks), smooth, side="right").astype(np.uint8)
    inside = sample_cells(grid, cells, np.ones(len(cells), dtype=np.uint8), pixels)
    return np.where(inside == 1, classes, 0).astype(np.uint8)


def develop(classes: Bytes, palette: Sequence[Ink], bounds: Bounds) -> Picture:
    """Turn numbers per pixel, north up, into a picture: 0 is nothing, k is ``palette[k - 1]``."""
    row, column = np.arange(classes.shape[0])[:, None], np.arange(classes.shape[1])[None, :]
    gap = (row + column) % HATCH_PERIOD >= HATCH_WIDTH
    hatched = np.array([False, *(ink.hatched for ink in palette)])
    image = Image.fromarray(np.where(hatched[classes] & gap, 0, classes).astype(np.uint8))
    image.putpalette([0, 0, 0] + [part for ink in palette for part in to_rgb(ink.colour)])
    opacity = bytes([0] + [round(255 * ink.opacity) for ink in palette])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=opacity, compress_level=FASTEST)
    return Picture(png=buffer.getvalue(), bounds=bounds)


def _bounds_of(grid: Grid, cells: Ints) -> Bounds:
    """Return the rectangle (metres) that holds the given cells, the tips of hexagons included."""
    rows, columns = np.divmod(cells, grid.columns)
    hexagon = grid.shape == "hexagon"
    spill = grid.cell_size / 2 if hexagon else 0.0
    tip = grid.cell_size / np.sqrt(3) - grid.row_height / 2 if hexagon else 0.0
    return (
        grid.left + float(columns.min()) * grid.cell_size,
        grid.bottom + float(rows.min()) * grid.row_height - float(tip),
        grid.left + (float(columns.max()) + 1) * grid.cell_size + spill,
        grid.bottom + (float(rows.max()) + 1) * grid.row_height + float(tip),
    )
