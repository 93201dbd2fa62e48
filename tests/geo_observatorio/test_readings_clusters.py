"""The readings of scans and clusters on maps whose answer is known."""

import re
from dataclasses import replace

import numpy as np
import pytest

from analysis.errors import NotEnoughDataError
from geo_observatorio.maps import draw
from geo_observatorio.readings import read_aloud


def moved(scene, x, y):
    """Put the incidents of the city elsewhere: as many as are given, with the rest of their columns."""
    points = scene.points.take(np.resize(np.arange(len(scene.points)), len(x)))
    return replace(scene, points=replace(points, x=np.asarray(x, dtype=float), y=np.asarray(y, dtype=float)))


@pytest.fixture
def even(small_city):
    """The city with its incidents at random in its study area."""
    scene = small_city()
    left, bottom, right, top = scene.mask.bounds
    rng = np.random.default_rng(1)
    return moved(scene, rng.uniform(left, right, 400), rng.uniform(bottom, top, 400))


@pytest.fixture
def piled(even):
    """The same with 200 more on one coordinate."""
    x, y = np.mean(even.mask.bounds[0::2]) - 300, np.mean(even.mask.bounds[1::2])
    return moved(even, np.append(even.points.x, np.full(200, x)), np.append(even.points.y, np.full(200, y)))


def text(finding, language="es"):
    sentences = read_aloud(finding, language)
    assert not any(re.search(r"[{}]|\bnan\b|\bNone\b", sentence) for sentence in sentences), sentences
    return " ".join(sentences)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", ["scan", "point_clusters", "nearest_neighbour_clusters"])
def test_even_and_piled_cities_are_told_without_holes_in_both_languages(by_hand, even, piled, name, language):
    for scene in (even, piled):
        finding = by_hand(name, scene)
        assert text(finding, language)
        assert draw(finding.result, language).as_dict()["layers"]


def test_nothing_is_told_as_nothing_and_drawn_in_grey_with_its_name_in_the_legend(by_hand, even):
    finding = by_hand("scan", even)
    assert "Ninguno se distingue del azar" in text(finding)
    legend = draw(finding.result, "es").as_dict()["layers"][-1]["legend"]["entries"]
    assert any("no distinguible del azar" in entry["label"] for entry in legend)


def test_a_pile_is_told_by_every_one_of_them(by_hand, piled):
    assert "es un montón, no una zona" in text(by_hand("scan", piled))
    for name in ("point_clusters", "nearest_neighbour_clusters"):
        assert "Entre ellas hay montones: 1." in text(by_hand(name, piled))


def test_the_base_is_named_with_its_year_and_land_is_said_not_to_be_people(by_hand, even):
    assert "no la gente" in text(by_hand("scan", even))


def test_a_scan_of_two_areas_is_refused_and_not_told(by_hand, even):
    with pytest.raises(NotEnoughDataError):
        by_hand("scan", even, units="areas")


def test_few_simulations_are_told_as_too_few(by_hand, even):
    finding = by_hand("point_clusters", even)
    few = replace(finding.result, reading={**finding.result.reading, "p_grouped": None, "simulations": 5})
    assert "muy pocas simulaciones" in text(replace(finding, result=few))
    assert "p =" not in text(replace(finding, result=few))


def test_noise_and_clusters_add_up(by_hand, even):
    facts = by_hand("point_clusters", even).result.reading
    assert facts["grouped"] + facts["noise"] == facts["incidents"]
