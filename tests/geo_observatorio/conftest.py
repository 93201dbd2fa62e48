"""Findings made by hand, without a database."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from analysis import STATISTICS, find_statistic
from analysis.scene import Population, Scene, points_at
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Facts, Finding, Question, stamp
from geo_observatorio.services.readers import read_row
from geo_observatorio.sources import find_source
from geo_observatorio.sources.day_orders import DayOrders, settle_day_order
from geo_observatorio.sources.rows import Draft, RowReader, RowRejectedError
from geo_observatorio.sources.tables import Blank, Opened, read_table
from geo_observatorio.sources.templates import Template

METRES = 32617
LEFT, BOTTOM = 660_000.0, 990_000.0


def make_scene(*, n: int = 400, cluster: int = 200, seed: int = 1) -> Scene:
    """Return a city of two areas, 5 x 5 km each, with a tight cluster in the first one."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(0, 10_000, n), 2_000 + rng.normal(0, 200, cluster)]) + LEFT
    y = np.concatenate([rng.uniform(0, 5_000, n), 2_500 + rng.normal(0, 200, cluster)]) + BOTTOM
    boxes = [shapely.box(LEFT + i * 5_000, BOTTOM, LEFT + (i + 1) * 5_000, BOTTOM + 5_000) for i in range(2)]
    areas = gpd.GeoDataFrame(
        {"code": ["01", "02"], "name": ["Poniente", "Levante"], "observed": [True, True]}, geometry=boxes, crs=METRES
    )
    points = replace(points_at(x, y, radius=10.0), weight=np.where(np.arange(len(x)) % 9 == 0, 3650.0, 365.0))
    points.area[:] = (x >= LEFT + 5_000).astype(np.int64)
    points.day[:] = np.datetime64("2024-01-01") + (np.arange(len(x)) * 7919 % 366).astype("m8[D]")
    places = gpd.GeoDataFrame(
        {"name": ["Plaza <b>Uno</b>"], "kind": ["plaza"]},
        geometry=[shapely.Point(LEFT + 2_050, BOTTOM + 2_500)],
        crs=METRES,
    )
    rows, columns = ([LEFT + 200 * k for k in range(51)], [BOTTOM + 200 * k for k in range(26)])
    streets = gpd.GeoDataFrame(
        {"name": [f"Calle {k}" for k in range(26)] + [f"Avenida {k}" for k in range(51)]},
        geometry=[shapely.LineString([(LEFT, y), (LEFT + 10_000, y)]) for y in columns]
        + [shapely.LineString([(x, BOTTOM), (x, BOTTOM + 5_000)]) for x in rows],
        crs=METRES,
    )
    unplaced = pd.DataFrame({"area": [0, -1], "method": ["corregimiento", "none"], "n": [7, 3]})
    window = shapely.union_all(boxes)
    return Scene(
        crs=METRES,
        points=points,
        months=12.0,
        window=window,
        mask=window,
        areas=areas,
        unplaced=unplaced,
        population=Population(
            persons=np.array([20_000.0, 30_000.0]), vintage="2023", kind="residential", source="censo"
        ),
        places=places,
        base=3 * np.bincount(points.area, minlength=2) + 40,
        streets=streets,
    )


def make_finding(statistic: str, scene: Scene | None = None, **options: object) -> Finding:
    """Return the finding of a statistic on the city of two areas."""
    scene = scene or make_scene()
    entry = find_statistic(statistic)
    params = entry.params(**options)
    selection = Selection(
        municipality="0808",
        since=date(2024, 1, 1),
        until=date(2024, 12, 31),
        level="corregimiento",
        as_of=datetime(2025, 1, 2, tzinfo=UTC),
    )
    question = Question(
        statistic=statistic,
        selections=(selection,),
        params=params.as_dict(),
        as_of="2025-01-02T00:00:00+00:00",
        editions={"boundaries": "corregimiento prueba"},
        code="prueba",
    )
    facts = Facts(
        municipality="0808",
        municipality_name="Panamá",
        time_zone="America/Panama",
        crs=METRES,
        placed_by_method={"coordinate": len(scene.points)},
        unplaced_by_method={"corregimiento": 7, "none": 3},
        sources=["prueba"],
        cut_off=datetime(2025, 1, 2, tzinfo=UTC),
        boundary_edition="prueba",
        mask_edition="prueba",
        population_vintage="2023",
        schematic=True,
        synthetic=True,
    )
    return stamp(question, entry.run(scene, params), (facts,), scene.areas)


ONE_SIDED = [name for name, statistic in STATISTICS.items() if statistic.sides == 1]


@pytest.fixture(scope="session")
def findings() -> dict[str, Finding]:
    """Return one finding of each statistic on one scene."""
    return {name: make_finding(name) for name in ONE_SIDED}


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., Finding]:
    """Return the maker of findings: by_hand(statistic, scene, **options)."""
    return make_finding


@pytest.fixture(scope="session")
def small_city() -> Callable[..., Scene]:
    """Return the maker of the city of two areas."""
    return make_scene


@dataclass(kw_only=True)
class Taken:
    """What a file came to, before any database: drafts by line, refusals by line, other lines by kind."""

    sheets: list[Opened] = field(default_factory=list)
    drafts: dict[int, Draft] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)

    @property
    def only(self) -> Draft:
        """Return the one draft there is."""
        (draft,) = self.drafts.values()
        return draft

    @property
    def rules(self) -> list[str]:
        """Return the names of all repairs."""
        return [repair["rule"] for draft in self.drafts.values() for repair in draft.repairs]


Take = Callable[..., Taken]


@pytest.fixture(scope="session")
def take() -> Take:
    """Return a function that reads a file as a source does."""
    names = {"robo": "DAI-15", "hurto": "DAI-20", "danos": "DAI-33"}

    def take_file(path: Path, source: str = "demo", **formats: Any) -> Taken:
        template = find_source(source)
        assert isinstance(template, Template)
        template = settle_day_order(path, replace(template, formats=replace(template.formats, **formats)))
        reader = RowReader(template=template, categories=names, now=datetime(2026, 1, 1))
        taken, orders = Taken(), DayOrders()
        for item in read_table(path, template):
            if isinstance(item, Opened):
                taken.sheets.append(item)
            elif isinstance(item, Blank):
                taken.others[item.kind] += 1
            else:
                orders.see(item.values)
                try:
                    taken.drafts[item.line] = read_row(reader, item)
                except RowRejectedError as refusal:
                    taken.refused[item.line] = refusal.rule
        orders.require_one(path, template.formats.day)
        return taken

    return take_file


HEADER = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud"
LINE = "D-1,15/01/2024,14:30,Robo,Avenida Perú,Calidonia,8.96512,-79.53431"


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines below the usual header; ``{}`` changes cells of the usual line."""

    def write(*lines: str | dict[str, str], encoding: str = "utf-8", header: str = HEADER, end: str = "\n") -> Path:
        texts = [header]
        for line in lines:
            if isinstance(line, dict):
                cells = dict(zip(HEADER.split(","), LINE.split(","), strict=True)) | line
                buffer = io.StringIO()
                csv.writer(buffer, lineterminator="").writerow(cells.values())
                line = buffer.getvalue()  # noqa: PLW2901
            texts.append(line)
        path = tmp_path / "archivo.csv"
        path.write_bytes((end.join(texts) + end).encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict"))
        return path

    return write


@pytest.fixture
def write_book(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a workbook of rows below the usual header; ``change`` may do more to it."""

    def write(
        *rows: dict[str, object], change: Callable[[openpyxl.Workbook], None] | None = None, name: str = "libro.xlsx"
    ) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append([name.title() for name in HEADER.split(",")])
        for number, row in enumerate(rows, 1):
            usual: dict[str, object] = dict(zip(HEADER.split(","), LINE.split(","), strict=True))
            usual |= {"caso": f"D-{number}", "fecha": datetime(2024, 1, 15)}
            book.active.append(list((usual | row).values()))
        if change:
            change(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def rewrite() -> Callable[..., None]:
    """Return a function that changes the text of a part of a zip, or adds one."""

    def change(path: Path, part: str, new: Callable[[bytes], bytes]) -> None:
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts[part] = new(parts.get(part, b""))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, body in parts.items():
                packed.writestr(name, body)

    return change
