"""Proposals: what the columns and texts of a sample may be, by their spelling; what a template said of them before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rapidfuzz import fuzz, process

from geo_observatorio.names import plain_text
from geo_observatorio.services.descriptions import (
    DATUMS,
    DAY_FORMATS,
    MONTH_FIRST,
    Description,
    Setting,
    known_headers,
)
from geo_observatorio.sources.samples import ALIKE, Sample, SampleColumn, propose_fields
from geo_observatorio.sources.values import hide_personal, read_moment

LONGEST_ALIAS: Final = 80
MOST_SHOWN: Final = 40  # texts that a form asks about at a time


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """A text that the scheme does not know: the category that is chosen for it, '' for none."""

    text: str
    code: str


def propose(sample: Sample, setting: Setting, stored: Mapping[str, Any] | None = None, name: str = "") -> Description:
    """Propose a description of a sample: what its template says already, else by spelling and by what can be read."""
    fields = propose_fields(sample.columns)
    if stored is not None:
        known = known_headers(stored)
        fields = ["" if column.refused else known.get(plain_text(column.header), "") for column in sample.columns]
        return _recall(name, stored, tuple(fields))
    days: list[str] = []
    if "day" in fields:
        days = propose_days(sample.cells[fields.index("day")])
    said = Description(fields=tuple(fields), days=tuple(days), by_number="case_id" in fields)
    return replace(said, aliases=propose_aliases(list_unknown(sample, said, setting), setting.schemes[said.categories]))


def list_spellings(sample: Sample | None, said: Description, setting: Setting) -> list[Spelling]:
    """Return the texts that may be assigned a category: those of the sample that nobody knows, then the others."""
    chosen = {plain_text(text): code for text, code in said.aliases.items()}
    unknown = list_unknown(sample, said, setting) if sample else []
    here = [Spelling(text=text, code=chosen.get(plain_text(text), "")) for text in unknown]
    shown = set(map(plain_text, unknown))
    return [*here, *(Spelling(text=t, code=code) for t, code in said.aliases.items() if plain_text(t) not in shown)]


def list_unknown(sample: Sample, said: Description, setting: Setting) -> list[str]:
    """Return the texts in the column of categories that the scheme does not know, the commonest first."""
    scheme = setting.schemes.get(said.categories, {})
    known = {plain_text(text) for pair in scheme.items() for text in pair} | {""}
    if "category" not in said.fields:
        return []
    counts = Counter(hide_personal(cell) for cell in sample.cells[said.fields.index("category")])
    texts = {plain_text(text): text for text, _ in counts.most_common() if len(text) <= LONGEST_ALIAS}
    return [text for plain, text in texts.items() if plain not in known][:MOST_SHOWN]


def propose_aliases(texts: Sequence[str], scheme: Mapping[str, str]) -> dict[str, str]:
    """Propose the category whose name is spelled nearly the same."""
    codes = {plain_text(name): code for code, name in scheme.items()}
    found = {
        text: process.extractOne(plain_text(text), list(codes), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        for text in texts
    }
    return {text: codes[best[0]] for text, best in found.items() if best}


def recall(name: str, stored: Mapping[str, Any], columns: Sequence[SampleColumn]) -> Description:
    """Return the description that a template was made of."""
    known = known_headers(stored)
    return _recall(name, stored, tuple(known.get(plain_text(column.header), "") for column in columns))


def _recall(name: str, stored: Mapping[str, Any], fields: tuple[str, ...]) -> Description:
    formats = stored["formats"]
    return Description(
        name=name,
        title=stored["name"],
        institution=stored["institution"]["name"],
        licence=stored["licence"],
        fields=fields,
        days=tuple(formats["day"]),
        midnight_is_unknown=formats["midnight_is_unknown"],
        decimal_comma=formats["decimal_comma"],
        datum="nad27" if formats["srid"] == DATUMS["nad27"][0] else "wgs84",
        by_number=bool(stored["identifier"]),
        several_offences=stored["several_offences"],
        categories=stored["categories"],
        aliases=stored.get("category_aliases", {}),
    )


def propose_days(cells: Sequence[str]) -> list[str]:
    """Propose the formats by which a column of days can be read; the day before the month where both can be."""
    filled = [cell for cell in cells if cell]
    read = {form: sum(_reads(cell, form) for cell in filled) for form in DAY_FORMATS}
    day_first = sum(n for form, n in read.items() if form.startswith("%d/%m"))
    wrong = {MONTH_FIRST} if read[MONTH_FIRST] <= day_first else {form for form in read if form.startswith("%d/%m")}
    return [form for form, n in read.items() if n and form not in wrong]


def _reads(cell: str, form: str) -> bool:
    try:
        read_moment(cell, (form,))
    except ValueError:
        return False
    return True
