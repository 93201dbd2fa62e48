"""The receipt of a delivery as a PDF: tagged, from fonts that come with a package, without any network."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from geo_observatorio.account_names import COUNTS, FIELDS, METHODS, REPAIRS
from geo_observatorio.language import format_day, format_number, translate
from geo_observatorio.rules import RULES
from geo_observatorio.services.receipts import Receipt

TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
EXAMPLES: Final = 100
UNSHOWN: Final = "\ufffd"
OUTCOMES: Final = {
    "inserted": "nuevas",
    "updated": "corregidas",
    "duplicate": "repetidas",
    "quarantined": "en cuarentena",
}
Part = dict[str, Any]


def to_pdf(receipt: Receipt, language: str) -> bytes:
    """Return a receipt as PDF/UA-1, which readers of screens can read."""
    data = json.dumps(_make_legible(describe(receipt, language)), ensure_ascii=False)
    return typst.compile(
        TEMPLATE,
        font_paths=[_font_folder()],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards="ua-1",
    )


def _font_folder() -> Path:
    """Return where matplotlib keeps its fonts, without a second of importing it."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _list_glyphs() -> frozenset[int]:
    """Return the characters that the font has."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  # comes with matplotlib, for this alone

    with TTFont(_font_folder() / "DejaVuSans.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def _make_legible(value: Any) -> Any:
    """Put a mark in the place of what the font cannot show: a file for readers of screens may not be silent there."""
    match value:
        case str():
            return "".join(letter if ord(letter) in _list_glyphs() else UNSHOWN for letter in value)
        case dict():
            return {name: _make_legible(part) for name, part in value.items()}
        case list() | tuple():
            return [_make_legible(part) for part in value]
    return value


def describe(receipt: Receipt, language: str) -> dict[str, Any]:
    """Return the texts of a receipt, ready to be set."""
    badge = translate("Datos sintéticos: esta entrega no es real.", language) if receipt.synthetic else ""
    examples = [_write_example(example, language) for example in receipt.examples[:EXAMPLES]]
    parts = [
        _facts(receipt, language),
        _account(receipt, language),
        *_hidden(receipt, language),
        _counts(translate("En cuarentena, por regla", language), _name_rules(receipt.by_rule, language), language),
        _counts(translate("Conteos", language), _name_counts(receipt.counts, language), language),
        _counts(translate("Cómo se ubicaron", language), _name_methods(receipt.placed_by_method, language), language),
        _counts(
            translate("Reparaciones anotadas", language), _name_repairs(receipt.repaired_by_rule, language), language
        ),
        _table(examples, language),
    ]
    return {
        "language": language,
        "title": translate("Recibo de entrega", language),
        "subtitle": f"{receipt.institution} · {receipt.source_name}",
        "institution": receipt.institution,
        "badge": badge,
        "foot": f"{receipt.file_name[:60]} · SHA-256 {receipt.sha256[:16]} · {receipt.id}",
        "parts": [part for part in parts if part["rows"]],
    }


def _facts(receipt: Receipt, language: str) -> Part:
    by_hand = translate("por la línea de órdenes", language)
    local = receipt.received_local
    period = "–"
    if receipt.first_day and receipt.last_day:
        period = f"{format_day(receipt.first_day, language)} – {format_day(receipt.last_day, language)}"
    rows = [
        (translate("Archivo", language), receipt.file_name),
        ("SHA-256", receipt.sha256),
        (translate("Tamaño", language), f"{format_number(receipt.bytes, language)} bytes"),
        (translate("Municipio", language), f"{receipt.municipality_name} ({receipt.municipality})"),
        (translate("Recibido", language), f"{format_day(local, language)} {local:%H:%M}"),
        (translate("Enviado por", language), receipt.sent_by or by_hand),
        (translate("Período", language), period),
        (translate("Plantilla", language), f"{receipt.source} {receipt.template}".strip()),
        (translate("Entrega", language), receipt.id),
    ]
    return {"kind": "facts", "title": translate("Qué se recibió", language), "rows": rows, "note": ""}


def _account(receipt: Receipt, language: str) -> Part:
    rows = [(translate(OUTCOMES[name], language), getattr(receipt, name)) for name in OUTCOMES]
    rows = [(translate("leídas", language), receipt.rows_read), *rows]
    other = receipt.blank + receipt.header + receipt.footer + receipt.outside
    rows += [(translate("líneas sin datos", language), other)]
    part = _counts(translate("Cuenta", language), rows, language)
    part["note"] = translate("Leídas = nuevas + corregidas + repetidas + en cuarentena.", language)
    return part


def _hidden(receipt: Receipt, language: str) -> list[Part]:
    unit = translate("líneas", language)
    return [
        _counts(
            translate("Hojas ocultas, que no se leyeron", language), [*receipt.hidden.sheets.items()], language, unit
        ),
        _counts(
            translate("Líneas ocultas, que sí se leyeron", language), [*receipt.hidden.rows.items()], language, unit
        ),
    ]


def _name_rules(counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    return [(translate(RULES.get(rule, rule), language), n) for rule, n in counts.items()]


def _name_counts(counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    return [(translate(COUNTS.get(name, name), language), n) for name, n in counts.items()]


def _name_methods(counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    return [(translate(METHODS.get(method, method), language), n) for method, n in counts.items()]


def _name_repairs(counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    return [(translate(REPAIRS.get(rule, rule), language), n) for rule, n in counts.items()]


def _counts(title: str, counts: Sequence[tuple[str, int]], language: str, unit: str = "") -> Part:
    rows = [(name, format_number(n, language)) for name, n in counts]
    head = ["", unit or translate("filas", language)]
    return {"kind": "counts", "title": title, "head": head, "rows": rows, "note": ""}


def _table(rows: Sequence[tuple[str, ...]], language: str) -> Part:
    head = [translate(name, language) for name in ("línea", "hoja", "motivo", "campo")]
    title = translate("Primeras filas en cuarentena", language)
    note = translate("Sin textos de las filas: búsquelas por su línea.", language)
    return {"kind": "table", "title": title, "head": head, "rows": rows, "note": note}


def _write_example(example: Mapping[str, Any], language: str) -> tuple[str, ...]:
    rule, field = str(example["rule"]), str(example["field"])
    names = translate(RULES.get(rule, rule), language), translate(FIELDS.get(field, field), language)
    return format_number(example["line"], language), str(example["sheet"] or "–"), *names
