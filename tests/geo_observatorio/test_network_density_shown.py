import dataclasses
import re

import pytest

from analysis.errors import BiasedMethodError, NoStreetsError
from analysis.network_density import NetworkDensityParams
from geo_observatorio.maps import draw
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.readings import read_aloud
from geo_observatorio.sentences import error_sentence


@pytest.fixture(scope="module")
def kinds(by_hand, small_city):
    """Return findings that differ in what the reading has to say."""
    city = small_city()
    sparse = dataclasses.replace(city, streets=city.streets.iloc[::3])
    return {
        "plain": by_hand("network_density"),
        "continuous": by_hand("network_density", split="continuous"),
        "sparse": by_hand("network_density", sparse, snap_within=5.0),
        "wide": by_hand("network_density", snap_within=200.0, bandwidth=500.0),
    }


@pytest.mark.parametrize("name", ["plain", "continuous", "sparse", "wide"])
def test_a_reading_is_whole_sentences_in_both_languages(kinds, name):
    spanish, english = (read_aloud(kinds[name], language) for language in ("es", "en"))
    assert len(spanish) == len(english)
    assert not set(spanish) & set(english)
    for sentence in (*spanish, *english):
        assert re.search(r"[{}]|nan|None", sentence) is None, sentence
        assert sentence.endswith("."), sentence


def test_what_is_far_and_what_was_cut_is_told(kinds):
    told = {name: " ".join(read_aloud(finding)) for name, finding in kinds.items()}
    assert "quedan lejos de toda calle" in told["sparse"]
    assert "no hay salto" in told["continuous"]
    assert ("no se siguió hasta el final" in told["wide"]) == (kinds["wide"].result.reading["cut_share"] >= 0.01)


def test_the_map_draws_streets_and_the_table_ranks_them(kinds):
    (layer,) = [layer for layer in draw(kinds["plain"].result, "es").layers if layer.id == "lines"]
    assert layer.kind == "lines"
    assert layer.legend is not None
    assert layer.legend.unit == "incidentes por km de calle y mes"
    assert len(layer.data["lines"]) > 50
    table = tabulate(kinds["plain"], "es")
    assert table is not None
    assert table.titles[0] == "Calle"


@pytest.mark.parametrize("language", ["es", "en"])
def test_refusals_say_what_is_missing_or_why_not(language):
    assert "0" in error_sentence(NoStreetsError(needed=1, found=0), language)
    with pytest.raises(BiasedMethodError) as refused:
        NetworkDensityParams(split="simple")
    assert "simple" in error_sentence(refused.value, language)
