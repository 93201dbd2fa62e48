import re
from dataclasses import replace

import numpy as np
import pytest

from analysis import find_statistic
from geo_observatorio.maps import draw
from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.readings import read_aloud


@pytest.fixture(scope="module")
def kinds(by_hand, small_city):
    """Return findings of two kinds that mix, that avoid each other, and that seek each other."""
    finding = by_hand("hotspots")
    first, second = finding.provenance.question.selections[0], finding.provenance.question.selections[0]
    question = replace(
        finding.provenance.question,
        statistic="cross_ripley",
        selections=(replace(first, categories=("DAI-20",)), replace(second, categories=("DAI-15",))),
    )
    one, other, mixed = small_city(cluster=0), small_city(cluster=0, seed=3), small_city(cluster=0, seed=2)
    beside = replace(one.points, x=np.clip(one.points.x + 20.0, None, one.mask.bounds[2] - 1))
    west = one.points.take(one.points.area == 0), other.points.take(other.points.area == 1)
    sides = {
        "mixed": (one, mixed),
        "closer": (one, replace(other, points=beside)),
        "apart": (replace(one, points=west[0]), replace(other, points=west[1])),
    }
    entry = find_statistic("cross_ripley")
    params = entry.params(runs=39, most_points=600, least_placed=0.0)
    provenance = replace(finding.provenance, question=question)
    return {
        name: replace(finding, result=entry.run(*pair, params), provenance=provenance, sides=2 * finding.sides)
        for name, pair in sides.items()
    }


@pytest.mark.parametrize("name", ["mixed", "closer", "apart"])
def test_a_reading_is_whole_sentences_in_both_languages(kinds, name):
    spanish, english = (read_aloud(kinds[name], language) for language in ("es", "en"))
    assert not set(spanish) & set(english)
    for sentence in (*spanish, *english):
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


def test_each_pair_is_told_as_what_it_is(kinds):
    told = {name: " ".join(read_aloud(finding)) for name, finding in kinds.items()}
    assert "no se distingue que unos busquen o eviten" in told["mixed"]
    assert "más cerca de los otros" in told["closer"]
    assert "más lejos de los otros" in told["apart"]
    assert "Son una muestra" in told["mixed"]


def test_it_has_a_picture_a_chart_and_a_table(kinds):
    result = kinds["closer"].result
    (layer,) = [layer for layer in draw(result, "es").layers if layer.id == "surface"]
    assert layer.legend is not None
    assert layer.legend.unit == "veces su parte en toda el área"
    chart = draw_chart("cross_ripley", result, "es")
    assert chart is not None
    assert chart.band
    table = tabulate(kinds["closer"], "es")
    assert table is not None
    assert len(table.rows) == 50
