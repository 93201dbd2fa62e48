"""What the readings of two periods share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.voice import Voice


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
