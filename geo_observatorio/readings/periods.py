"""What the readings of two periods share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.language import format_day
from geo_observatorio.models import Days
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice

UNDELIVERED = "Los datos llegan del {first} al {last}: {days} no se recibieron y no cuentan en las tasas."
UNDELIVERED_SIDES = (
    "Antes: los datos llegan del {first} al {last}: {days} no se recibieron y no cuentan en las tasas.",
    "Después: los datos llegan del {first} al {last}: {days} no se recibieron y no cuentan en las tasas.",
)


def say_undelivered(finding: Finding, voice: Voice) -> list[str]:
    """Say which days of each period were not delivered, so that nobody takes them for days without incidents."""
    asked = finding.provenance.question.selections
    told = UNDELIVERED_SIDES if len(asked) > 1 else (UNDELIVERED,)
    sentences = []
    for selection, facts, text in zip(asked, finding.sides, told, strict=True):
        if facts.first_delivered is None or facts.last_delivered is None:
            continue
        parts = selection.days.beyond(Days(since=facts.first_delivered, until=facts.last_delivered))
        if parts:
            days = voice.word(" y ").join(_say_days(part, voice) for part in parts)
            ends = {"first": facts.first_delivered, "last": facts.last_delivered}
            written = {name: format_day(day, voice.language) for name, day in ends.items()}
            sentences.append(voice.say(text, days=days, **written))
    return sentences


def _say_days(days: Days, voice: Voice) -> str:
    written = {"since": format_day(days.since, voice.language), "until": format_day(days.until, voice.language)}
    return voice.say("los días del {since} al {until}", **written)


def say_periods(finding: Finding, voice: Voice) -> list[str]:
    """Say the two periods, their counts, and what makes them hard to compare."""
    facts = finding.result.reading
    before, after = finding.sides
    sentences = [
        voice.say(
            "Antes: {before}, {n_before} incidentes. Después: {after}, {n_after}.",
            before=voice.period(before, finding, 0),
            after=voice.period(after, finding, 1),
            n_before=voice.number(before.n_incidents),
            n_after=voice.number(after.n_incidents),
        )
    ]
    first, second = finding.provenance.question.selections
    if first.since > second.since and first.until >= second.until:
        sentences.append(
            voice.word("Cuidado: «antes» es posterior a «después»: lo que aquí sube, en el tiempo bajó, y al revés.")
        )
    if facts["unequal_lengths"]:
        sentences.append(voice.word("Los períodos no duran lo mismo: las razones son por mes."))
    if facts["overlap"]:
        sentences.append(
            voice.word("Los períodos se solapan: los mismos hechos están en ambos, y el cambio se ve menor.")
        )
    return sentences


def say_ratio(facts: Mapping[str, Any], voice: Voice, prefix: str = "ratio") -> str:
    """Write a ratio with its interval, as far as it can be told."""
    value, low, high = (facts[prefix + end] for end in ("", "_low", "_high"))
    if value is None or high is None:
        return voice.say("{low} o más", low=voice.number(low or 0, 2))
    return voice.interval(value, low, high)
