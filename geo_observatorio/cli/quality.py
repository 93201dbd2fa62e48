"""`observatorio quality ...`: how good the deliveries are, by source and month, with the figures of the page."""

from __future__ import annotations

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.cli.territory import json_option, municipality_option
from geo_observatorio.db.municipalities import choose_municipality
from geo_observatorio.services.quality import Quality, find_quality
from geo_observatorio.services.senders import Sender

BREAK = "{source}: el nivel cambia desde {month} ({ratio} veces el anterior, p = {p})"
PILE = "{source}: {n} incidentes en un mismo punto, {place}"
SENDER = "{name}: {n} entregas; no envía desde hace {days} días"
MONTHS = 12  # of a source, on a terminal; --json tells all


@click.command()
@municipality_option
@json_option
@pass_context
def quality(context: Context, code: str, as_json: bool) -> None:
    """Mide la calidad de lo entregado: por fuente y mes, quién no ha enviado, rupturas y montones."""
    with context.begin() as conn:
        found = find_quality(conn, choose_municipality(conn, code or context.settings.municipality))
    if as_json:
        print_json(found.as_dict())
        return
    for sender in found.senders:
        _tell_sender(context, sender)
        _tell_months(context, found, sender.code)
    for item in found.found:
        tell(context, BREAK, source=item.source, month=item.month.strftime("%m/%Y"), ratio=item.ratio, p=item.p)
    for pile in found.piles:
        tell(context, PILE, source=pile.source, n=pile.n, place=pile.place or pile.area or "-")


def _tell_sender(context: Context, sender: Sender) -> None:
    tell(context, SENDER, name=sender.name, n=sender.deliveries, days=sender.silent_days)
    if sender.late:
        tell(context, "  atrasada: su ritmo es de {rhythm} días", rhythm=sender.rhythm)
    if sender.missing:
        months = ", ".join(month.strftime("%m/%Y") for month in sender.missing)
        tell(context, "  meses que faltan: {months}", months=months)


def _tell_months(context: Context, found: Quality, source: str) -> None:
    for row in found.months_of(source, most=MONTHS):
        tell(
            context,
            "  {month}  {n} incidentes; con punto {point} %; sin hora {no_hour} %; recibido a los {days} días",
            month=row.month.strftime("%m/%Y"),
            n=row.n,
            point=round(100 * row.point),
            no_hour=round(100 * row.no_hour),
            days=row.receipt_median,
        )
