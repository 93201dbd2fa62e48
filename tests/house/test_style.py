"""The house rules that a linter does not know."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analysis import STATISTICS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("analysis", "geo_observatorio", "web")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40  # without its docstring; 30 is the aim
ADDRESS = re.compile(r"""https?:\\?/\\?/[^\s"'`)<>]+""")
NOT_REQUESTED = ("http://www.w3.org/", "http://127.0.0.1", "http://localhost")  # names, and this machine
PAGE_FILES = sorted(
    path
    for folder in ("web", "geo_observatorio/maps")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".js", ".css", ".svg"} and "vendor" not in path.parts
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_its_functions_can_be_read_at_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert count_lines(node) <= LONGEST_FUNCTION, node.name


def count_lines(node: ast.FunctionDef) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_but_the_entries_reads_the_environment(path: Path) -> None:
    entries = {"geo_observatorio/cli/__init__.py", "web/wsgi.py"}
    reads = re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    assert not reads or str(path.relative_to(ROOT)) in entries


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [path for path in MODULES if path.stem in {"utils", "helpers", "common", "misc"}]


def test_tests_are_no_packages() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_names_a_foreign_host(path: Path) -> None:
    found = ADDRESS.findall(path.read_text(encoding="utf-8"))
    assert not [address for address in found if not address.startswith(NOT_REQUESTED)]


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_has_tests_of_its_own(name: str) -> None:
    assert (ROOT / "tests" / "analysis" / f"test_{name}.py").exists()


def test_every_query_says_what_it_does_and_what_it_takes() -> None:
    for path in (ROOT / "sql" / "queries").glob("*.sql"):
        first, second = path.read_text(encoding="utf-8").splitlines()[:2]
        assert re.fullmatch(r"-- .*[.:,;)\w]", first), path.name
        assert second.startswith("-- "), path.name


def test_every_migration_goes_both_ways() -> None:
    names = {path.name for path in (ROOT / "sql" / "migrations").glob("*.sql")}
    assert names
    assert {name.replace(".up.", ".down.") for name in names if ".up." in name} == {n for n in names if ".down." in n}


def test_the_one_direction_of_imports_is_a_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]
    assert (layers["type"], layers["layers"]) == ("layers", ["web", "geo_observatorio", "analysis"])
    assert "step lint-imports" in (ROOT / "observatorio").read_text(encoding="utf-8")


def test_a_start_imports_nothing_that_costs_seconds() -> None:
    heavy = ("numba", "scipy", "matplotlib", "openpyxl", "pandera", "esda", "libpysal")
    ask = f"import sys, web.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
