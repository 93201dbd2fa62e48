"""Codes and names of areas, from the fields of a file of shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.names import build_code
from geo_observatorio.services.table_files import fields_of, read_field
from geo_observatorio.services.vector_files import VectorFile

NAMED = 20  # how many codes a sentence names


@dataclass(frozen=True, kw_only=True)
class AreaFields:
    """Where codes and names stand in a file.

    Attributes
    ----------
    names
        Fields with the name, the broadest first (`alcaldia`, `colonia`).
    code
        Field with the code; empty: codes are built from the names.
    without_data
        Beginnings of codes of areas whose incidents are not delivered.
    """

    names: tuple[str, ...]
    code: str = ""
    without_data: tuple[str, ...] = ()


def name_areas(file: VectorFile, fields: AreaFields, municipality: str) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Give each shape of a file its code, name and whether it is observed; and tell what was done to codes.

    Parameters
    ----------
    municipality
        Code of the municipality, with which some of the codes begin.

    Raises
    ------
    LayerRefusedError
        A field is absent, a code or name is empty or repeated, or a beginning of codes meets none.
    """
    table = fields_of(file)
    texts = [read_field(table, name) for name in fields.names]
    told: dict[str, Any]
    if fields.code:
        codes, padded = pad_codes(read_field(table, fields.code), municipality)
        told = {"padded_codes": padded}
    else:
        codes, respelt = build_codes(texts, file.name)
        told = {"same_but_for_spelling": respelt}
    _require_unique(codes, file.name)
    frame = pd.DataFrame({"code": codes, "name": [", ".join(parts) for parts in zip(*reversed(texts), strict=True)]})
    frame["observed"] = _find_observed(codes, fields.without_data, file.name)
    return gpd.GeoDataFrame(frame, geometry=file.frame.geometry.to_numpy(), crs=file.frame.crs), told


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


def build_codes(texts: list[list[str]], file: str) -> tuple[list[str], int]:
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


def _find_observed(codes: list[str], without_data: tuple[str, ...], file: str) -> list[bool]:
    for prefix in without_data:
        if not any(code.startswith(prefix) for code in codes):
            raise refuse_layer(file, phrase("códigos que empiecen por {prefix}", prefix=prefix), phrase("ninguno"))
    return [not code.startswith(without_data) for code in codes]
