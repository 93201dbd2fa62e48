"""A drawing: layers and legends as plain values, ready for a page; no text in it is ever treated as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Form = Literal["fill", "hatch", "cross", "outline"]
Kind = Literal["picture", "cells", "shapes", "areas", "lines"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a legend."""

    label: str
    colour: str
    form: Form = "fill"
    opacity: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Legend:
    """What the colours of a layer mean, and in which unit."""

    title: str
    unit: str
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Something that can be switched on and off on the map.

    Attributes
    ----------
    kind
        ``picture``: an image and its corners; ``cells``: a grid and columns by cell; ``shapes``: GeoJSON in degrees
        whose properties are ``id``, ``class`` and ``tip``; ``areas``: colour and tip by code of area; ``lines``:
        corners in degrees with the step and the value of each.
    """

    id: str
    title: str
    kind: Kind
    data: Mapping[str, Any]
    legend: Legend | None = None
    shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All layers of a finding, bottom to top."""

    layers: Sequence[Layer] = field(default_factory=tuple)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "layers": [
                {
                    "id": layer.id,
                    "title": layer.title,
                    "kind": layer.kind,
                    "shown": layer.shown,
                    "legend": asdict(layer.legend) if layer.legend else None,
                    **layer.data,
                }
                for layer in self.layers
            ]
        }
