"""Where the data of the project lie: SQL, layers and the handbook, installed or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
FOLDERS = {"sql": "sql", "layers": "layers", "handbook": "docs/handbook"}


def data_dir(name: str) -> Path:
    """Return the folder of that name: `sql`, `layers` or `handbook`."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else CHECKOUT / FOLDERS[name]
