import re
import string

import pytest

import analysis.errors
import geo_observatorio.errors
from analysis.errors import AnalysisError, NotEnoughDataError, NothingElseError, ParameterError, TooManySidesError
from geo_observatorio.errors import FileRefusedError, ObservatorioError, phrase
from geo_observatorio.readings.local_geary import TOLD as GEARY
from geo_observatorio.readings.local_moran import TOLD as MORAN
from geo_observatorio.readings.voice import Voice
from geo_observatorio.sentences import SENTENCES, error_sentence

ROOTS = (AnalysisError, ObservatorioError)
MODULES = (analysis.errors, geo_observatorio.errors)
CLASSES = [
    item
    for module in MODULES
    for item in vars(module).values()
    if isinstance(item, type) and issubclass(item, ROOTS) and item not in ROOTS
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.code)
def test_every_error_has_a_sentence_that_names_only_the_values_it_documents(kind: type[Exception]) -> None:
    template = SENTENCES[kind.code]  # type: ignore[attr-defined]
    named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    documented = re.search(r"values: (.*)\.", str(kind.__doc__))
    assert documented
    assert named <= set(re.findall(r"\w+", documented[1]))


def test_every_sentence_belongs_to_an_error() -> None:
    assert set(SENTENCES) == {kind.code for kind in CLASSES}


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in CLASSES}) == len(CLASSES)


def test_an_error_is_said_in_the_language_of_its_reader() -> None:
    error = NotEnoughDataError(needed=30, found=2)
    assert error_sentence(error) == "Hacen falta al menos 30 incidentes ubicados y hay 2."
    assert error_sentence(error, "en") == "At least 30 placed incidents are needed and there are 2."


def test_words_inside_an_error_are_translated_too() -> None:
    error = FileRefusedError(file="a.gpkg", needed=phrase("una ruta que empiece por /"), found="b")
    assert "a path that starts with /" in error_sentence(error, "en")
    assert "una ruta que empiece por /" in error_sentence(error)


def test_counts_are_written_as_people_read_them_and_settings_as_they_were_typed():
    assert "(18,218)" in error_sentence(NothingElseError(found=18218))
    assert "3,482 lados" in error_sentence(TooManySidesError(name="edge", needed=500, found=3482))
    assert "«20240601»" in error_sentence(ParameterError(name="seed", needed=">= 0", found=20240601))


def test_one_cell_is_one():
    assert Voice(language="es").say_n(GEARY["geary_alike"], 1).endswith("una celda.")
    assert Voice(language="en").say_n(MORAN["hl"], 1) == "High among low: one cell that differs from its surroundings."
