"""Add layers of areas: editions of boundaries, from the files of those who draw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, list_boundaries, put_in_force, save_areas
from geo_observatorio.db.municipalities import Municipality, find_municipality, lock_municipality
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.names import build_code
from geo_observatorio.services.shape_checks import NAMED, prepare_areas
from geo_observatorio.services.vector_files import VectorFile, read_vectors

Outcome = Literal["added", "unchanged", "in_force"]


@dataclass(frozen=True, kw_only=True)
class LayerRequest:
    """How a file becomes an edition.

    Attributes
    ----------
    names
        Fields with the name, the broadest first (`alcaldia`, `colonia`).
    code
        Field with the code; empty: codes are built from the names.
    without_data
        Beginnings of codes of areas whose incidents are not delivered.
    layer
        Name of the layer inside the file, where it holds several.
    """

    municipality: str
    level: str
    edition: str
    names: tuple[str, ...]
    code: str = ""
    without_data: tuple[str, ...] = ()
    source: str = ""
    licence: str = ""
    schematic: bool = False
    layer: str | None = None


@dataclass(frozen=True, kw_only=True)
class LayerReport:
    """What became of a file: the edition as kept, and whether it is new, was there, or is in force again."""

    boundaries: BoundarySet
    outcome: Outcome
    remarks: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        kept = self.boundaries
        head = {
            name: getattr(kept, name) for name in ("municipality", "level", "edition", "sha256", "source", "licence")
        }
        return {"outcome": self.outcome, **head, "found": kept.found, "remarks": self.remarks}


def add_layer(conn: Connection, path: Path, request: LayerRequest) -> LayerReport:
    """Read, repair and keep an edition, and put it in force; the same file again changes nothing.

    Raises
    ------
    LayerRefusedError
        The file cannot be taken, its codes do not tell its areas apart, or the edition is kept with other content.
    NotFoundError
        There is no such municipality.
    """
    municipality = find_municipality(conn, request.municipality)
    file = read_vectors(path, layer=request.layer)
    lock_municipality(conn, municipality.code)
    kept = _find_kept(conn, request)
    if kept:
        return _keep_as_is(conn, kept, file, request)
    areas, naming = name_areas(file, request, municipality)
    prepared, findings = prepare_areas(areas, file.name, municipality.metric_srid)
    found = {**findings.as_dict(), **naming, "read_as": _options(request)}
    head = BoundarySet(
        municipality=municipality.code,
        level=request.level,
        edition=request.edition,
        sha256=file.sha256,
        source=request.source,
        licence=request.licence,
        schematic=request.schematic,
        found=found,
    )
    return LayerReport(boundaries=save_areas(conn, head, prepared), outcome="added", remarks=file.remarks)


def name_areas(
    file: VectorFile, request: LayerRequest, municipality: Municipality
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Give each shape of a file its code, name and whether it is observed; and tell what was done to codes.

    Raises
    ------
    LayerRefusedError
        A field is absent, a code or name is empty or repeated, or a beginning of codes meets none.
    """
    for column in (*request.names, *([request.code] if request.code else [])):
        require_column(file, column)
    texts = [read_texts(file, column) for column in request.names]
    naming: dict[str, Any]
    if request.code:
        codes, padded = pad_codes(read_texts(file, request.code), municipality.code)
        naming = {"padded_codes": padded}
    else:
        codes, respelt = _build_codes(texts, file.name)
        naming = {"same_but_for_spelling": respelt}
    _require_unique(codes, file.name)
    names = [", ".join(parts) for parts in zip(*reversed(texts), strict=True)]
    observed = ~np.array([code.startswith(request.without_data) for code in codes])
    for prefix in request.without_data:
        if not any(code.startswith(prefix) for code in codes):
            raise refuse_layer(file.name, phrase("códigos que empiecen por {prefix}", prefix=prefix), phrase("ninguno"))
    table = pd.DataFrame({"code": codes, "name": names, "observed": observed})
    return gpd.GeoDataFrame(table, geometry=file.frame.geometry.to_numpy(), crs=file.frame.crs), naming


def require_column(file: VectorFile, column: str) -> None:
    """Raise LayerRefusedError, with the fields there are, unless a file has that field."""
    fields = [str(name) for name in file.frame.columns if name != file.frame.geometry.name]
    if column not in fields:
        raise refuse_layer(file.name, phrase("el campo «{column}»", column=column), ", ".join(fields) or "-")


def read_texts(file: VectorFile, column: str) -> list[str]:
    """Return a field as text without blanks around it, whole numbers without decimals; refuse an empty one."""
    texts = [_as_text(value) for value in file.frame[column]]
    if "" in texts:
        found = phrase("{n} filas sin él", n=texts.count(""))
        raise refuse_layer(file.name, phrase("el campo «{column}» en cada fila", column=column), found)
    return texts


def pad_codes(codes: list[str], municipality: str) -> tuple[list[str], bool]:
    """Give numeric codes back the zeros that a spreadsheet took; tell whether any was missing.

    Codes grow to the longest of them, and by one zero more where only then some begin with the municipality's code.
    """
    if not all(code.isdecimal() for code in codes):
        return codes, False
    width = max(len(code) for code in codes)
    whole = [code.zfill(width) for code in codes]
    longer = ["0" + code for code in whole]
    if not any(code.startswith(municipality) for code in whole) and any(c.startswith(municipality) for c in longer):
        whole = longer
    return whole, whole != codes


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _build_codes(texts: list[list[str]], file: str) -> tuple[list[str], int]:
    """Build codes from names; names that differ in spelling alone get a number, in the order of their letters.

    So the codes do not depend on the order of the rows. Names equal to the letter cannot tell areas apart.

    Returns
    -------
    tuple
        The codes in the order of the rows, and how many of them got a number.
    """
    rows = list(zip(*texts, strict=True))
    _require_unique([", ".join(row) for row in rows], file)
    codes: dict[tuple[str, ...], str] = {}
    used: set[str] = set()
    for row in sorted(rows):
        base = build_code(row)
        code, number = base, 1
        while code in used:
            number += 1
            code = f"{base}.{number}"
        used.add(code)
        codes[row] = code
    return [codes[row] for row in rows], sum(codes[row] != build_code(row) for row in rows)


def _require_unique(codes: list[str], file: str) -> None:
    repeated = pd.Series(codes)[pd.Series(codes).duplicated()].unique()
    if len(repeated):
        found = phrase("{n} repetidos: {codes}", n=len(repeated), codes=", ".join(repeated[:NAMED]))
        raise refuse_layer(file, phrase("un código o nombre distinto en cada área"), found)


def _find_kept(conn: Connection, request: LayerRequest) -> BoundarySet | None:
    for item in list_boundaries(conn, request.municipality):
        if (item.level, item.edition) == (request.level, request.edition):
            return item
    return None


def _keep_as_is(conn: Connection, kept: BoundarySet, file: VectorFile, request: LayerRequest) -> LayerReport:
    same = kept.sha256 == file.sha256 and kept.found.get("read_as") == _options(request)
    if not same:
        needed = phrase("otro nombre de edición, o el mismo archivo leído igual (SHA-256 {sha})", sha=kept.sha256[:12])
        raise refuse_layer(file.name, needed, phrase("otro contenido para «{edition}»", edition=kept.edition))
    if kept.in_force:
        return LayerReport(boundaries=kept, outcome="unchanged")
    put_in_force(conn, kept)
    return LayerReport(boundaries=kept, outcome="in_force")


def _options(request: LayerRequest) -> dict[str, Any]:
    return {
        "names": list(request.names),
        "code": request.code,
        "without_data": list(request.without_data),
        "layer": request.layer,
    }
