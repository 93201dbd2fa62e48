"""What commands tell has its English; phrases and errors are held to it by tests/house."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from geo_observatorio.cli import territory
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.language import catalogue
from geo_observatorio.sentences import error_sentence


def told_texts() -> Iterator[str]:
    """Yield the texts of `tell`, given to it directly, by a name or by the table of outcomes."""
    yield from territory.OUTCOMES.values()
    modules = sorted(Path(territory.__file__).parent.glob("*.py"))
    for node in (node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"tell", "tell_codes"}:
            yield from (item.value for item in node.args if isinstance(item, ast.Constant))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "text" and is_a_text(node.value):
            yield ast.literal_eval(node.value)


def is_a_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_line_of_an_answer_has_its_english() -> None:
    english = catalogue("en")
    texts = list(told_texts())
    assert len(texts) > 10
    for text in texts:
        assert text in english, text
        assert fields_of(english[text]) == fields_of(text)


def test_a_phrase_inside_a_sentence_is_said_in_the_language_of_the_sentence() -> None:
    error = refuse_layer("a.gpkg", phrase("polígonos"), phrase("{n} filas", n=3))
    assert error_sentence(error) == "La capa a.gpkg no se puede cargar; se necesita: polígonos; se encontró: 3 filas."
    assert error_sentence(error, "en") == "The layer a.gpkg cannot be loaded; needed: polygons; found: 3 rows."
