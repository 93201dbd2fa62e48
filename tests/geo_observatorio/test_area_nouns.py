from __future__ import annotations

import pytest

from geo_observatorio.area_nouns import find_noun, naming_areas, rename_areas
from geo_observatorio.language import translate

SAID = [
    ("Buscar un corregimiento", "Buscar una colonia"),
    ("Solo el corregimiento", "Solo la colonia"),
    ("Ningún corregimiento se distingue del azar.", "Ninguna colonia se distingue del azar."),
    ("De {n} no se sabe ni el corregimiento.", "De {n} no se sabe ni la colonia."),
    ("{n} incidentes no tienen corregimiento conocido.", "{n} incidentes no tienen colonia conocida."),
    ("Corregimientos (Gi* de tasas)", "Colonias (Gi* de tasas)"),
    ("todos los corregimientos", "todas las colonias"),
    ("Totales por corregimiento", "Totales por colonia"),
    ("Nada de eso.", "Nada de eso."),
]


@pytest.mark.parametrize(("written", "said"), SAID)
def test_a_city_of_colonias_reads_of_colonias(written: str, said: str) -> None:
    with naming_areas("colonia"):
        assert rename_areas(written, "es") == said
    assert rename_areas(written, "es") == written


def test_a_masculine_noun_keeps_the_articles() -> None:
    with naming_areas("barrio"):
        assert rename_areas("Solo el corregimiento, o los corregimientos", "es") == "Solo el barrio, o los barrios"


def test_english_takes_the_english_noun() -> None:
    with naming_areas("parroquia"):
        assert translate("Totales por corregimiento", "en") == "Totals by parish"


def test_a_level_without_a_known_name_is_its_own_noun() -> None:
    assert find_noun("vereda", "es").many == "veredas"


def test_a_district_of_corregimientos_reads_as_written() -> None:
    with naming_areas("corregimiento"):
        assert rename_areas("un corregimiento", "es") == "un corregimiento"
    with naming_areas(""):
        assert rename_areas("un corregimiento", "es") == "un corregimiento"
