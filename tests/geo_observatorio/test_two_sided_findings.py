"""Studies of two sides: read aloud in both languages, painted, tabulated, sent as files, without a database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from analysis import STATISTICS
from analysis.scene import Scene
from geo_observatorio.maps import draw
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Facts, Finding, Question, stamp
from geo_observatorio.readings import read_aloud
from geo_observatorio.reports.tables import to_csv, to_geojson

STUDIES = ("change", "area_change", "similarity", "hotspot_transitions")
CITIES = {  # incidents in the country and in the cluster, before and after
    "plain": ((400, 200), (400, 200)),
    "moved": ((400, 200), (900, 20)),
    "few": ((60, 10), (55, 12)),
    "unequal": ((4000, 0), (60, 40)),
}
ZONE = "POLYGON ((661000 991500, 663000 991500, 663000 993500, 661000 993500, 661000 991500))"
Make = Callable[..., Scene]


def with_days(scene: Scene, year: int) -> Scene:
    day = np.datetime64(f"{year}-01-01") + (np.arange(len(scene.points)) * 101 % 365).astype("timedelta64[D]")
    return replace(scene, points=replace(scene.points, day=day))


def find(
    name: str, small_city: Make, by_hand: Callable[..., Finding], city: str, blind: int = 0, **options: object
) -> Finding:
    """Answer a study of two years of the small city, with so many incidents more without a point before, in Levante."""
    sides = [
        with_days(small_city(n=n, cluster=cluster, seed=year), year)
        for year, (n, cluster) in zip((2023, 2024), CITIES[city], strict=True)
    ]
    frame = pd.DataFrame({"area": [1], "method": ["corregimiento"], "n": [blind]})
    sides[0] = replace(sides[0], unplaced=frame) if blind else sides[0]
    facts: Facts = by_hand("area_totals").context
    selections = [Selection(municipality="x", since=date(y, 1, 1), until=date(y, 12, 31)) for y in (2023, 2024)]
    params = STATISTICS[name].params(**options)
    question = Question(
        statistic=name,
        selections=tuple(selections),
        params=params.as_dict(),
        as_of=datetime(2025, 1, 1, tzinfo=UTC).isoformat(),
        editions={},
        code="",
    )
    return stamp(question, STATISTICS[name].run(*sides, params), (facts, facts), sides[0].areas)


@pytest.fixture(params=[(name, city) for name in STUDIES for city in CITIES], ids="-".join)
def finding(request: pytest.FixtureRequest, small_city: Make, by_hand: Callable[..., Finding]) -> Finding:
    name, city = request.param
    options = {"least_placed": 0.0} if (name, city) == ("change", "few") else {}  # of so few, too few have a point
    return find(name, small_city, by_hand, city, **options)


def test_it_is_read_in_whole_sentences_of_either_language(finding: Finding) -> None:
    spanish, english = (read_aloud(finding, language) for language in ("es", "en"))
    assert len(spanish) == len(english)
    assert not set(spanish) & set(english)
    for sentence in spanish + english:
        assert re.search(r"[{}]|\bnan\b|\binf\b|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


def test_it_is_painted_with_a_legend(finding: Finding) -> None:
    for language in ("es", "en"):
        layers = draw(finding.result, language).as_dict()["layers"]
        assert any(layer["legend"] for layer in layers)
        json.dumps(layers, allow_nan=False)


def test_it_has_a_table_and_files(finding: Finding) -> None:
    table = tabulate(finding, "es")
    assert table is not None
    assert all(len(row.cells) == len(table.titles) for row in table.rows)
    assert to_csv(finding, "").count("\n") > 1
    assert json.loads(to_geojson(finding))["features"]


def test_a_change_draws_no_cells_where_a_period_has_few_points_and_says_so(
    small_city: Make, by_hand: Callable[..., Finding]
) -> None:
    finding = find("change", small_city, by_hand, "plain", blind=900)
    layers = {layer["id"]: layer for layer in draw(finding.result, "es").as_dict()["layers"]}
    assert set(layers["gate"]["areas"]) == {"02"}
    assert set(layers["areas"]["areas"]) == {"01", "02"}
    assert any("En Levante, menos del 85 %" in sentence for sentence in read_aloud(finding))


@pytest.mark.parametrize(("blind", "told"), [(0, False), (900, True)])
def test_a_drawn_zone_says_which_share_of_each_period_has_a_point(
    small_city: Make, by_hand: Callable[..., Finding], blind: int, told: bool
) -> None:
    drawn = find("zone_change", small_city, by_hand, "plain", blind, zone=ZONE)
    read = " ".join(read_aloud(drawn))
    assert "Tienen un punto, y solo esos se cuentan: antes el" in read
    assert ("Es menos del 85 %" in read) is told
    named = find("zone_change", small_city, by_hand, "plain", blind, areas="01")
    assert "Tienen un punto" not in " ".join(read_aloud(named))
