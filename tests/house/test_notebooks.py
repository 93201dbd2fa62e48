"""The notebooks still run, without Jupyter, and print what stands in them."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import matplotlib
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_stands_in_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("Agg")
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            assert run(cell, names) == printed(cell), f"{path.name}, cell {number}"
    matplotlib.pyplot.close("all")


def test_the_notebooks_are_listed() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert NOTEBOOKS
    assert all(f"({path.name})" in listed for path in NOTEBOOKS)


def run(cell: dict[str, Any], names: dict[str, Any]) -> str:
    """Run a cell in the names that the ones before it left; return what it prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile("".join(cell["source"]), "cell", "exec"), names)  # noqa: S102  # our own notebook
    return said.getvalue()


def printed(cell: dict[str, Any]) -> str:
    """Return what the stored output of a cell says."""
    return "".join("".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream")
