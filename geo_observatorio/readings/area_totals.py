"""The reading of `area_totals`."""

from __future__ import annotations

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say the total where it may be told, and why numbers are missing."""
    facts = finding.result.reading
    period = voice.period(finding.context, finding)
    if facts["total"] is None:
        told = "Del {period} hay menos de {least} casos: no se muestran."
        sentences = [voice.say(told, period=period, **_least(finding, voice))]
    else:
        total = voice.number(facts["total"])
        sentences = [voice.say("Del {period} se registraron {total} casos.", period=period, total=total)]
    if facts["hidden"]:
        sentences.append(
            voice.say_n(
                (
                    "Un corregimiento no muestra su cifra: hay menos de {least} casos, o su cifra delataría a otra.",
                    "{n} corregimientos no muestran su cifra: hay menos de {least} casos, o su cifra delataría a otra.",
                ),
                facts["hidden"],
                **_least(finding, voice),
            )
        )
    told = "No cuenta los incidentes de corregimiento desconocido, ni los de áreas cuyos datos no se reciben."
    sentences.append(voice.word(told))
    return [*sentences, voice.word("Un total no es una tasa: donde vive o pasa más gente ocurren más casos.")]


def _least(finding: Finding, voice: Voice) -> dict[str, str]:
    return {"least": voice.number(finding.result.reading["least"])}
