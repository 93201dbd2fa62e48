"""Every Spanish text of this part has its English one, with the same places for values."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import geo_observatorio
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.language import catalogue
from geo_observatorio.sentences import error_sentence

PACKAGE = Path(geo_observatorio.__file__).parent
MODULES = [
    PACKAGE / "cli" / "territory.py",
    *(
        PACKAGE / "services" / f"{name}.py"
        for name in (
            "area_names",
            "gazetteer",
            "geojson",
            "layers",
            "place_files",
            "population",
            "shape_checks",
            "shapefiles",
            "table_files",
            "vector_files",
        )
    ),
]


def spanish_texts(module: Path) -> Iterator[str]:
    """Yield the texts that are arguments of what makes or writes a text, and those of OUTCOMES."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {
            "phrase",
            "_tell",
            "_tell_codes",
            "say",
            "translate",
        }:
            for argument in node.args:
                yield from (item.value for item in ast.walk(argument) if isinstance(item, ast.Constant) and item.value)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"OUTCOMES", "text"}:
            yield from _values(node.value)


def _values(node: ast.expr) -> Iterator[str]:
    nodes = node.values if isinstance(node, ast.Dict) else [node]
    yield from (item.value for item in nodes if isinstance(item, ast.Constant) and isinstance(item.value, str))


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_text_has_its_english(module: Path) -> None:
    english = catalogue("en")
    for text in spanish_texts(module):
        assert text in english, text
        assert fields_of(english[text]) == fields_of(text)


def test_a_phrase_inside_a_sentence_is_said_in_the_language_of_the_sentence() -> None:
    error = refuse_layer("a.gpkg", phrase("polígonos"), phrase("{n} filas", n=3))
    assert error_sentence(error) == "La capa a.gpkg no se puede cargar; se necesita: polígonos; se encontró: 3 filas."
    assert error_sentence(error, "en") == "The layer a.gpkg cannot be loaded; needed: polygons; found: 3 rows."
