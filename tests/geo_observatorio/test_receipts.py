from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from geo_observatorio.reports.receipts import describe, to_pdf
from geo_observatorio.services.receipts import Receipt

RECEIPT = Receipt(
    id="0b1c2d3e-0000-4000-8000-000000000000",
    source="demo",
    source_name="Datos de demostración",
    institution="Institución de demostración",
    synthetic=True,
    municipality="0808",
    municipality_name="Panamá",
    time_zone="America/Panama",
    file_name="robos de enero.csv",
    sha256="ab" * 32,
    bytes=1_234_567,
    received_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    sent_by="M. R.",
    rows_read=10,
    inserted=6,
    updated=1,
    duplicate=1,
    quarantined=2,
    blank=3,
    placed=5,
    first_day=date(2025, 12, 1),
    last_day=date(2025, 12, 31),
    solved=0,
    by_rule={"bad_date": 1, "a_rule_of_tomorrow": 1},
    repaired_by_rule={"decimal_comma": 2},
    placed_by_method={"coordinate": 5, "none": 2},
    examples=[{"sheet": "", "line": 7, "rule": "bad_date", "field": "day"}],
    template="a1b2c3",
    seconds=0.5,
    header=1,
    footer=1,
    outside=0,
    corrected=0,
    counts={},
)


def test_a_receipt_is_a_tagged_pdf_of_its_own_fonts_and_the_same_each_time() -> None:
    pdf = to_pdf(RECEIPT, "es")
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in pdf
    assert b"/Marked true" in pdf
    assert b"DejaVuSans" in pdf
    assert to_pdf(RECEIPT, "es") == pdf


def test_a_receipt_tells_the_moment_on_the_clock_of_its_municipality() -> None:
    facts = dict(describe(RECEIPT, "es")["parts"][0]["rows"])
    assert facts["Recibido"] == "01/01/2026 22:04"
    assert facts["Período"] == "01/12/2025 – 31/12/2025"
    assert dict(describe(RECEIPT, "en")["parts"][0]["rows"])["Sent by"] == "M. R."


def test_a_receipt_without_period_or_sender_says_so() -> None:
    bare = replace(RECEIPT, first_day=None, last_day=None, sent_by="", examples=[], by_rule={}, counts={})
    facts = dict(describe(bare, "es")["parts"][0]["rows"])
    assert facts["Período"] == "–"
    assert facts["Enviado por"] == "por la línea de órdenes"
    assert to_pdf(bare, "es").startswith(b"%PDF")


def test_a_receipt_of_counts_tells_them() -> None:
    titles = [part["title"] for part in describe(replace(RECEIPT, counts={"inserted": 4}), "es")["parts"]]
    assert "Conteos" in titles


@pytest.mark.parametrize(
    "name",
    [
        "#let x = 1; $a$ *b* _c_ `d` <e> @f \\ // /* \"'",
        '#read("/etc/passwd")',
        "\u202eotreiba.csv عربي עברית 漢字 🦜 \x00\x07",
        "x" * 10_000,
    ],
    ids=["markup", "code", "letters", "long"],
)
def test_a_hostile_name_is_text_in_a_receipt(name: str) -> None:
    examples = [{"sheet": name, "line": n, "rule": name, "field": name} for n in range(150)]
    hostile = replace(RECEIPT, file_name=name, sent_by=name, examples=examples, by_rule={name: 1})
    assert to_pdf(hostile, "es").startswith(b"%PDF")


def test_a_receipt_is_plain_json() -> None:
    plain = json.loads(json.dumps(RECEIPT.as_dict()))
    assert plain["first_day"] == "2025-12-01"
    assert plain["rows_read"] == plain["inserted"] + plain["updated"] + plain["duplicate"] + plain["quarantined"]
