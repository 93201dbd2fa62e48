"""Every Spanish text that a reader may see has an English one, and both name the same values."""

from __future__ import annotations

import ast
import importlib
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from geo_observatorio.language import TRANSLATIONS

ROOT = Path(__file__).resolve().parents[2]
TRANSLATORS = {"translate", "say", "say_n", "word", "phrase", "_", "gettext", "ngettext"}
SPOKEN_FIELDS = {
    ("Check", "name"),
    *((name, "title") for name in ("Told", "Plan", "Column")),
    *((name, "label") for name in ("Series", "Band", "Mark")),
    *(("Told", name) for name in ("unit", "tip", "none", "hatched")),
    *(("Plan", name) for name in ("caption", "x_title", "y_title")),
}  # texts that travel in an object and are translated where it is shown
SPOKEN_MODULES = {  # tables of names, looked up by templates
    "geo_observatorio.account_names",
    "geo_observatorio.geocoding.answers",
    "web.labels",
    "web.data_labels",
    "web.study_labels",
}
MODULES = sorted(path for package in ("geo_observatorio", "web") for path in (ROOT / package).rglob("*.py"))


def flatten(value: Any) -> Iterator[str]:
    """Yield the texts in a constant: itself, the values of a table, the parts of a tuple."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from flatten(part)
    elif isinstance(value, tuple | list | frozenset):
        for part in value:
            yield from flatten(part)


def read_argument(node: ast.expr, module: str) -> Iterator[str]:
    """Yield the texts that the first argument of a translator can be, as far as the code itself says."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from read_argument(part, module)
        case ast.IfExp(body=body, orelse=orelse):
            yield from read_argument(body, module)
            yield from read_argument(orelse, module)
        case ast.Name(id=name) if name.isupper():
            yield from flatten(getattr(importlib.import_module(module), name))
        case ast.Subscript(value=ast.Name() as table) | ast.Call(func=ast.Attribute(value=ast.Name() as table)):
            yield from read_argument(table, module)
        case _:
            return


def read_calls(path: Path) -> Iterator[str]:
    """Yield the texts that a module gives to a translator."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if module in SPOKEN_MODULES:
        yield from flatten(
            {name: value for name, value in vars(importlib.import_module(module)).items() if name.isupper()}
        )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in TRANSLATORS and node.args:
            yield from read_argument(node.args[0], module)
        for keyword in node.keywords:
            if (name, keyword.arg) in SPOKEN_FIELDS:
                yield from read_argument(keyword.value, module)


def read_templates() -> Iterator[str]:
    """Yield the texts of the templates."""
    found = extract_from_dir(
        ROOT / "web" / "templates",
        method_map=[("**.*", "jinja2")],
        options_map={"**.*": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true"}},
    )
    for _file, _line, message, _comments, _context in found:
        yield from (message,) if isinstance(message, str) else message


@cache
def read_catalogue() -> dict[str, str]:
    """Return every English text by its Spanish one, and refuse two different ones."""
    texts: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id:
                    key, value = str(message.id), str(message.string)
                    assert texts.get(key, value) == value, f"{path.name}: two translations of {key}"
                    texts[key] = value
    return texts


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def is_a_text(text: str) -> bool:
    """Tell a text from a bare value such as `{value} km²` or `–`, which needs no translation."""
    return any(len(word) > 1 and word.isalpha() for word in " ".join(split_fields(text)).split())


def split_fields(text: str) -> list[str]:
    return [part for part, *_ in string.Formatter().parse(text)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_module_says_is_translated(path: Path) -> None:
    catalogue = read_catalogue()
    missing = {text for text in read_calls(path) if is_a_text(text) and not catalogue.get(text)}
    assert not missing, "\n".join(sorted(missing))


def test_what_a_template_says_is_translated() -> None:
    catalogue = read_catalogue()
    missing = {text for text in read_templates() if is_a_text(text) and not catalogue.get(text)}
    assert not missing, "\n".join(sorted(missing))


def test_a_translation_names_the_values_of_its_original() -> None:
    wrong = {text for text, english in read_catalogue().items() if fields(text) != fields(english)}
    assert wrong == set()
