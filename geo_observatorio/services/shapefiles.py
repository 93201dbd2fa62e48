"""Zipped shapefiles: the parts that are needed are taken out under names of ours, within limits."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_observatorio.errors import phrase, refuse_layer

REQUIRED = (".shp", ".shx", ".dbf")
OPTIONAL = (".prj", ".cpg")
MOST_ENTRIES = 1_000
MOST_BYTES = 1_000_000_000
MOST_RATIO = 200  # shapefiles shrink to a third or a tenth; a bomb to a thousandth
ENCRYPTED = 0x1
SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"


@contextmanager
def extract_shapefile(path: Path, name: str, layer: str | None) -> Iterator[tuple[Path, str]]:
    """Take one shapefile out of a zip; yield its .shp and the encoding of its texts.

    Raises
    ------
    LayerRefusedError
        A damaged, encrypted or exploding zip; an entry that points outside or is a link; no shapefile or several and
        none named; a part missing; a part that is not what its name says.
    """
    with tempfile.TemporaryDirectory(prefix="observatorio-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                parts = _choose_parts(archive, name, layer)
                _extract(archive, parts, Path(folder), name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise refuse_layer(name, phrase("un zip entero"), str(error)[:80]) from error
        shapefile = Path(folder) / "layer.shp"
        _check_magic(shapefile, name)
        yield shapefile, _find_encoding(shapefile)


def read_projection(shapefile: Path, name: str) -> CRS | None:
    """Read the .prj beside a shapefile; None where there is none."""
    path = shapefile.with_suffix(".prj")
    if not path.exists():
        return None
    try:
        return CRS.from_wkt(path.read_text(encoding="utf-8-sig", errors="replace")[:10_000].strip())
    except CRSError as error:
        raise refuse_layer(name, phrase("un sistema de coordenadas legible en el .prj"), str(error)[:80]) from error


def _choose_parts(archive: zipfile.ZipFile, name: str, layer: str | None) -> dict[str, zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.filename.startswith("__MACOSX/")]
    if len(entries) > MOST_ENTRIES:
        raise refuse_layer(name, phrase("a lo sumo {n} archivos en el zip", n=MOST_ENTRIES), str(len(entries)))
    for entry in entries:
        _check_entry(entry, name)
    stems = [_stem(entry) for entry in entries if _suffix(entry) == ".shp"]
    chosen = [stem for stem in stems if layer in (None, PurePosixPath(stem).name)]
    if len(chosen) != 1:
        needed = phrase("un solo shapefile en el zip, o su nombre con --layer")
        raise refuse_layer(name, needed, ", ".join(stems) or phrase("ninguno"))
    parts = {_suffix(entry): entry for entry in entries if _stem(entry) == chosen[0]}
    missing = [suffix for suffix in REQUIRED if suffix not in parts]
    if missing:
        raise refuse_layer(
            name, phrase("las partes .shp, .shx y .dbf"), phrase("que falta {parts}", parts=" ".join(missing))
        )
    return {suffix: entry for suffix, entry in parts.items() if suffix in REQUIRED + OPTIONAL}


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    path = entry.orig_filename  # as written in the zip, before Python tidies it
    outside = path.startswith("/") or ".." in PurePosixPath(path).parts or "\\" in path or ":" in path or "\0" in path
    if outside:
        raise refuse_layer(name, phrase("nombres sin rutas hacia fuera del zip"), repr(path[:80]))
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & ENCRYPTED:
        raise refuse_layer(name, phrase("archivos sin enlaces y sin clave"), repr(path[:80]))
    if entry.file_size > max(MOST_RATIO * entry.compress_size, 10_000_000):
        found = phrase("{n} MB comprimidos en {m} KB", n=entry.file_size // 10**6, m=entry.compress_size // 1000)
        raise refuse_layer(name, phrase("un zip de contenido razonable"), found)


def _extract(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], folder: Path, name: str) -> None:
    left = MOST_BYTES
    for suffix, entry in parts.items():
        with archive.open(entry) as source, (folder / f"layer{suffix}").open("wb") as target:
            while chunk := source.read(1 << 20):
                left -= len(chunk)
                if left < 0:
                    raise refuse_layer(name, phrase("a lo sumo {n} MB", n=MOST_BYTES // 10**6), phrase("más"))
                target.write(chunk)


def _check_magic(shapefile: Path, name: str) -> None:
    for suffix in (".shp", ".shx"):
        with shapefile.with_suffix(suffix).open("rb") as file:
            if file.read(4) != SHAPEFILE_MAGIC:
                raise refuse_layer(
                    name,
                    phrase("un shapefile dentro del zip"),
                    phrase("otra cosa con el nombre {suffix}", suffix=suffix),
                )


def _find_encoding(shapefile: Path) -> str:
    """Tell the encoding from the bytes: what reads as UTF-8 is UTF-8, whatever the .cpg says."""
    data = shapefile.with_suffix(".dbf").read_bytes()
    records = data[int.from_bytes(data[8:10], "little") :]
    declared = shapefile.with_suffix(".cpg")
    told = declared.read_text(encoding="ascii", errors="replace")[:40].strip() if declared.exists() else ""
    for encoding in ("UTF-8", told):
        try:
            records.decode(encoding)
            return encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return "CP1252"


def _stem(entry: zipfile.ZipInfo) -> str:
    return str(PurePosixPath(entry.filename).with_suffix("")) if entry.filename.strip("/") else ""


def _suffix(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()
