"""Add layers of areas: editions of boundaries, from the files of those who draw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from geo_observatorio.db.areas import BoundarySet, list_boundaries, put_in_force, save_areas
from geo_observatorio.db.municipalities import find_municipality, lock_municipality
from geo_observatorio.errors import phrase, refuse_layer
from geo_observatorio.services.area_names import AreaFields, name_areas
from geo_observatorio.services.shape_checks import prepare_areas
from geo_observatorio.services.vector_files import VectorFile, read_vectors

Outcome = Literal["added", "unchanged", "in_force"]


@dataclass(frozen=True, kw_only=True)
class LayerRequest:
    """How a file becomes an edition.

    Attributes
    ----------
    fields
        Where codes and names stand, and which areas deliver no incidents.
    layer
        Name of the layer inside the file, where it holds several.
    """

    municipality: str
    level: str
    edition: str
    fields: AreaFields
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
    if not (request.level.strip() and request.edition.strip()):
        raise refuse_layer(path.name, phrase("un nivel y una edición con nombre"), "«»")
    municipality = find_municipality(conn, request.municipality)
    file = read_vectors(path, layer=request.layer)
    lock_municipality(conn, municipality.code)
    kept = _find_kept(conn, request)
    if kept:
        return _keep_as_is(conn, kept, file, request)
    areas, naming = name_areas(file, request.fields, municipality.code)
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
    read = request.fields
    return {
        "names": list(read.names),
        "code": read.code,
        "without_data": list(read.without_data),
        "layer": request.layer,
    }
