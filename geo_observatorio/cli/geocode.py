"""`observatorio geocode ...`: how an address is understood and where it is put, as an ingest would."""

from __future__ import annotations

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.cli.territory import json_option, municipality_option
from geo_observatorio.db.municipalities import choose_municipality
from geo_observatorio.db.selections import find_level
from geo_observatorio.geocoding.answers import REASONS, Answer, Candidate
from geo_observatorio.language import translate
from geo_observatorio.services.geocode import find_geocoder


@click.command()
@click.argument("text")
@municipality_option
@click.option("--barrio", default="", help="Lo que dice la columna del barrio.")
@click.option("--area", default="", help="Código del corregimiento que dice la fila.")
@json_option
@pass_context
def geocode(context: Context, /, text: str, code: str, barrio: str, area: str, as_json: bool) -> None:
    """Dice cómo se entiende una dirección y dónde queda."""
    with context.begin() as conn:
        municipality = choose_municipality(conn, code or context.settings.municipality)
        geocoder = find_geocoder(conn, municipality, find_level(conn, municipality.code))
    answer = geocoder.find(text, barrio=barrio, stated=area)
    online, problem = _ask_online(context, text)
    if as_json:
        print_json(answer.as_dict() | {"online": [_plain(one) for one in online], "online_problem": problem})
    else:
        _tell(context, answer, online, problem)


def _ask_online(context: Context, text: str) -> tuple[tuple[Candidate, ...], str]:
    """Ask the service that the settings name; without one nothing leaves this machine."""
    if not context.settings.online_geocoder:
        return (), ""
    from geo_observatorio.services.online_geocoding import OnlineGeocoder  # noqa: PLC0415  # geopy costs a second

    found = OnlineGeocoder(context.settings).find(text)
    return found.candidates, found.problem


def _plain(one: Candidate) -> dict[str, object]:
    return {"name": one.name, "longitude": one.longitude, "latitude": one.latitude}


def _tell(context: Context, answer: Answer, online: tuple[Candidate, ...], problem: str) -> None:
    language = context.settings.language
    tell(context, "Respuesta: {kind}. {reason}", kind=answer.kind, reason=translate(REASONS[answer.reason], language))
    if answer.is_point:
        place = f"{answer.latitude:.6f} {answer.longitude:.6f}"
        tell(context, "Punto: {place}, radio {radius} m.", place=place, radius=round(answer.radius))
    if answer.area:
        tell(
            context, "Corregimiento: {area}, con probabilidad {score}.", area=answer.area, score=round(answer.score, 3)
        )
    for part in answer.parse.parts:
        tell(context, "- {role}: {words}", role=f"{part.role} {part.relation}".strip(), words=part.words)
    for one in (*answer.candidates, *online):
        tell(context, "Candidato: {name}", name=f"{one.name} {one.area}".strip())
    if problem:
        context.say("El servicio en línea no respondió: {problem}.", problem=problem)
