"""`observatorio match`: reports of different institutions that may tell one event."""

from __future__ import annotations

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.municipalities import choose_municipality
from geo_observatorio.services.matching import propose_matches


@click.command()
@click.option(
    "--municipality",
    "code",
    default="",
    help="Código del municipio; sin él, el de OBSERVATORIO_MUNICIPALITY, o el único que hay.",
)
@click.option("--json", "as_json", is_flag=True, help="Un objeto JSON y nada más.")
@pass_context
def match(context: Context, code: str, as_json: bool) -> None:
    """Propone qué registros de instituciones distintas cuentan un mismo hecho; una persona decide."""
    with context.begin() as conn:
        report = propose_matches(conn, choose_municipality(conn, code or context.settings.municipality).code)
    if as_json:
        print_json(report.as_dict())
        return
    if report.institutions < 2:
        context.say("Hace falta más de una institución con entregas: hay {n}.", n=report.institutions)
    tell(
        context,
        "Comparados {compared} pares de {reports} registros: {proposed} propuestas sin decidir ({new} nuevas,"
        " {withdrawn} retiradas); {decided} ya decididas.",
        **report.as_dict(),
    )
