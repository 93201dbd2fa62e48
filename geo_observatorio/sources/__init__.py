"""Sources: who publishes files, and how they are read; a source is a template under layers/sources.

Others are described on a page and kept in the database: `services.templates` finds both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.sources.templates import AnyTemplate, read_template

SOURCES: Final[dict[str, Callable[[str], AnyTemplate]]] = {
    "casa_justicia": read_template,
    "casa_justicia_informe": read_template,
    "cdmx": read_template,
    "demo": read_template,
    "denuncias": read_template,
    "ministerio_publico": read_template,
    "policia": read_template,
    "siec": read_template,
}


def find_source(name: str) -> AnyTemplate:
    """Return the template of a source that has a file; raise NotFoundError with the names there are."""
    if name not in SOURCES:
        raise NotFoundError(noun=phrase("fuente"), found=name, needed=", ".join(SOURCES))
    return SOURCES[name](name)
