"""Drafts of templates: a sample or a template is opened, what is said of it is tried on it, and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection

from geo_observatorio.db.categories import list_scheme_files, read_scheme
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.db.queries import query
from geo_observatorio.db.selections import find_level
from geo_observatorio.db.source_templates import StoredTemplate, find_stored, save_stored
from geo_observatorio.errors import AlreadyExistsError, phrase
from geo_observatorio.names import plain_text
from geo_observatorio.services.descriptions import (
    DAY_FORMATS,
    TAGS,
    Description,
    Setting,
    make_described,
    make_values,
    require_name,
)
from geo_observatorio.services.preview import PreviewRow, preview_file
from geo_observatorio.services.proposals import Spelling, list_spellings, propose, recall
from geo_observatorio.services.source_list import require_stored
from geo_observatorio.sources.personal import refuse_header
from geo_observatorio.sources.samples import Sample, SampleColumn, read_sample
from geo_observatorio.sources.templates import FIELDS


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A description in the making: where, of which columns, what is said, and what the template said before."""

    municipality: Municipality
    setting: Setting
    columns: tuple[SampleColumn, ...]
    said: Description
    sample: Sample | None
    stored: StoredTemplate | None

    fields: ClassVar[tuple[str, ...]] = FIELDS
    tags: ClassVar[tuple[str, ...]] = TAGS
    day_formats: ClassVar[Mapping[str, str]] = DAY_FORMATS

    @property
    def spellings(self) -> list[Spelling]:
        """Return the texts that may be assigned a category."""
        return list_spellings(self.sample, self.said, self.setting)

    def make_values(self) -> dict[str, Any]:
        """Return the values of the template; raise DescriptionError."""
        before = self.stored.values if self.stored else None
        return make_values(self.said, self.columns, self.setting, before, is_sample=self.sample is not None)


def open_sample(conn: Connection, path: Path, municipality: Municipality, base: str) -> Draft:
    """Open a sample with what its spelling proposes, or what the template ``base`` says of it.

    Raises
    ------
    FileRefusedError
        It is no table.
    NotFoundError
        There is no such template, or the municipality has no areas yet.
    """
    sample, setting = read_sample(path), find_setting(conn, municipality)
    stored = require_stored(conn, base) if base else None
    said = propose(sample, setting, stored.values if stored else None, base)
    return Draft(
        municipality=municipality, setting=setting, columns=sample.columns, said=said, sample=sample, stored=stored
    )


def open_template(conn: Connection, name: str, municipality: Municipality) -> Draft:
    """Open a template that was described on a page; raise NotFoundError."""
    stored = require_stored(conn, name)
    columns = tuple(SampleColumn(header=text, refused=refuse_header(text)) for text in stored.headers)
    return Draft(
        municipality=municipality,
        setting=find_setting(conn, municipality),
        columns=columns,
        said=recall(name, stored.values, columns),
        sample=None,
        stored=stored,
    )


def try_draft(conn: Connection, draft: Draft, path: Path) -> list[PreviewRow]:
    """Tell what would happen to the first rows of the sample; raise DescriptionError where nothing could yet."""
    template = make_described(draft.said.name, draft.make_values())
    return preview_file(conn, template, path, draft.municipality)


def save_draft(conn: Connection, draft: Draft, actor: str) -> str:
    """Keep what is said as a new version of a template, and return its name.

    Raises
    ------
    DescriptionError
        What is said makes no template.
    AlreadyExistsError
        Another template has the name.
    """
    name, values = require_name(draft.said.name), draft.make_values()
    if find_stored(conn, name) is not None and (draft.stored is None or draft.stored.name != name):
        raise AlreadyExistsError(noun=phrase("fuente"), found=name)
    known = draft.stored.headers if draft.stored else []
    headers = [column.header for column in draft.columns if not column.refused]
    save_stored(conn, name, values, [*headers, *(text for text in known if text not in headers)], actor)
    return name


def find_setting(conn: Connection, municipality: Municipality) -> Setting:
    """Return where a source of a municipality is described; raise NotFoundError where it has no areas yet."""
    level = find_level(conn, municipality.code)
    institutions = conn.execute(query("institution_list")).all()
    schemes = {name: {row["code"]: row["name_es"] for row in read_scheme(name)} for name in list_scheme_files()}
    for row in conn.execute(query("category_choices")):
        schemes.setdefault(row.scheme, {})[row.code] = row.name_es
    return Setting(
        municipality=municipality.code,
        level=level,
        metric_srid=municipality.metric_srid,
        institutions={plain_text(row.name): (row.code, row.name) for row in institutions},
        schemes=schemes,
    )
