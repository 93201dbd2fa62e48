import dataclasses
import re

import numpy as np
import pytest

from analysis.scene import points_at
from geo_observatorio.maps import draw
from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.readings import read_aloud

METRES = 200.0


@pytest.fixture(scope="module")
def kinds(by_hand, small_city):
    """Return findings of three kinds of cities: clustered, at random, and laid out."""
    plain = small_city(cluster=0, n=300)
    west, south, east, north = plain.mask.bounds
    x, y = (v.ravel() for v in np.meshgrid(np.arange(west + 100, east, METRES), np.arange(south + 100, north, METRES)))
    x, y = (v + np.random.default_rng(1).uniform(-50, 50, len(v)) for v in (x, y))
    laid = dataclasses.replace(plain, points=points_at(x, y, radius=10.0))
    laid.points.area[:] = (x >= (west + east) / 2).astype(np.int64)
    scenes = {"clustered": small_city(), "random": plain, "laid": laid}
    found = {name: by_hand("ripley", scene, runs=39) for name, scene in scenes.items()}
    found["smooth"] = by_hand("ripley", runs=39, chance="smooth")
    return found | {"sampled": by_hand("ripley", most_points=150)}


@pytest.mark.parametrize("name", ["clustered", "random", "laid", "smooth", "sampled"])
def test_a_reading_is_whole_sentences_in_both_languages(kinds, name):
    spanish, english = (read_aloud(kinds[name], language) for language in ("es", "en"))
    assert len(spanish) == len(english)
    assert not set(spanish) & set(english)
    for sentence in (*spanish, *english):
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


def test_each_kind_of_city_is_told_as_what_it_is(kinds):
    told = {name: " ".join(read_aloud(finding)) for name, finding in kinds.items()}
    assert "más juntos que al azar de" in told["clustered"]
    assert "no se distinguen del azar" in told["random"]
    assert "más separados" in told["laid"]
    assert kinds["laid"].result.reading["apart"][0][0] < METRES
    assert "Son una muestra" in told["sampled"]
    assert "Casi ninguna ciudad" in told["clustered"]
    assert "Casi ninguna ciudad" not in told["smooth"]


def test_the_chart_has_a_band_and_the_table_its_distances(kinds):
    chart = draw_chart("ripley", kinds["clustered"].result, "es")
    assert chart is not None
    assert chart.band
    assert [line.style for line in chart.lines] == ["chance", "main"]
    table = tabulate(kinds["clustered"], "es")
    assert table is not None
    assert len(table.rows) == 50


def test_the_map_is_a_picture_around_an_even_spread(kinds):
    (layer,) = [layer for layer in draw(kinds["clustered"].result, "es").layers if layer.id == "surface"]
    assert layer.legend is not None
    assert layer.legend.unit == "veces el promedio del área de estudio"
