"""Sources: who publishes files of incidents, and how they are read; a source is a template under layers/sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.sources.templates import Template, read_template

SOURCES: Final[dict[str, Callable[[str], Template]]] = {
    "cdmx": read_template,
    "demo": read_template,
    "policia": read_template,
}


def find_source(name: str) -> Template:
    """Return the template of a source; raise NotFoundError with the names there are."""
    if name not in SOURCES:
        raise NotFoundError(noun=phrase("fuente"), found=name, needed=", ".join(SOURCES))
    return SOURCES[name](name)
