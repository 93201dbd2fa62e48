"""Receipts: what became of one delivery, on a page and as files for who sent it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template

from geo_observatorio.account_names import COUNTS, FIELDS, METHODS, REPAIRS
from geo_observatorio.rules import RULES
from geo_observatorio.services.receipts import find_receipt
from web.site import get_conn, get_language

bp = Blueprint("receipts", __name__, url_prefix="/datos/entregas")


@bp.get("/<uuid:delivery>")
def show(delivery: UUID) -> str:
    """Show the receipt of a delivery."""
    receipt = find_receipt(get_conn(), str(delivery))
    return render_template(
        "receipt.html",
        receipt=receipt,
        rules=RULES,
        fields=FIELDS,
        methods=METHODS,
        repairs=REPAIRS,
        count_names=COUNTS,
    )


@bp.get("/<uuid:delivery>.json")
def as_json(delivery: UUID) -> Response:
    """Send the receipt of a delivery as JSON."""
    receipt = find_receipt(get_conn(), str(delivery))
    response = jsonify(receipt.as_dict())
    return _name(response, receipt.id, "json")


@bp.get("/<uuid:delivery>.pdf")
def as_pdf(delivery: UUID) -> Response:
    """Send the receipt of a delivery as PDF."""
    from geo_observatorio.reports.receipts import to_pdf  # noqa: PLC0415  # typst: 20 MB, for this alone

    receipt = find_receipt(get_conn(), str(delivery))
    response = Response(to_pdf(receipt, get_language()), mimetype="application/pdf")
    return _name(response, receipt.id, "pdf")


@bp.get("/<uuid:delivery>/corregir.csv")
def to_correct(delivery: UUID) -> Response:
    """Send what waits in quarantine as a file to correct, which closes it when it is sent.

    Without accounts, rows of reserved and of unknown categories stay here: `observatorio fix-me` writes them all.
    """
    from geo_observatorio.services.fix_me import write_fix_me  # noqa: PLC0415  # reads workbooks too: a slow import

    content = write_fix_me(get_conn(), str(delivery), get_language(), reserved=False)
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="corregir-{str(delivery)[:8]}.csv"'
    return response


def _name(response: Response, delivery: str, form: str) -> Response:
    """Name the file by the delivery alone: a sender's name for a file has no place in a header."""
    response.headers["Content-Disposition"] = f'attachment; filename="recibo-{delivery[:8]}.{form}"'
    return response
