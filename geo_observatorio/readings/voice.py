"""How a reading speaks: sentences in the reader's language, numbers as people read them."""

from __future__ import annotations

from dataclasses import dataclass

from geo_observatorio.language import format_day, format_number, translate
from geo_observatorio.provenance import Facts, Finding

LEAST_BASE = 20  # a percentage of fewer is not told


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A language and its ways of writing."""

    language: str

    def say(self, text: str, **values: object) -> str:
        """Return the Spanish sentence in this language, filled with values that are written already."""
        return translate(text, self.language).format(**values)

    def say_n(self, texts: tuple[str, str], n: float, **values: object) -> str:
        """Return the sentence of one, or that of several, whose ``{n}`` is the number."""
        return self.say(texts[0] if n == 1 else texts[1], n=self.number(n), **values)

    def word(self, text: str) -> str:
        """Return one word or short text in this language."""
        return translate(text, self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number: 1,234.5."""
        return format_number(value, self.language, decimals=decimals)

    def share(self, part: float) -> str:
        """Write a share between 0 and 1 as a percentage; small ones with a decimal."""
        percent = 100 * part
        return f"{self.number(percent, 0 if percent >= 10 or percent == 0 else 1)} %"

    def share_of(self, part: float, base: float) -> str:
        """Write part of base as a percentage, or as two numbers where the base is under twenty."""
        if base < LEAST_BASE:
            return self.say("{part} de {base}", part=self.number(part), base=self.number(base))
        return self.share(part / base)

    def interval(self, value: float, low: float, high: float, decimals: int = 2) -> str:
        """Write a value with its interval: 1.20 (0.95 a 1.51)."""
        return self.say(
            "{value} ({low} a {high})",
            value=self.number(value, decimals),
            low=self.number(low, decimals),
            high=self.number(high, decimals),
        )

    def period(self, facts: Facts, finding: Finding, side: int = 0) -> str:
        """Write the period of a selection: 01/01/2022 al 31/12/2022."""
        selection = finding.provenance.question.selections[side]
        return self.say(
            "{since} al {until}",
            since=format_day(selection.since, self.language),
            until=format_day(selection.until, self.language),
        )


def say_placed(finding: Finding, voice: Voice, side: int = 0) -> list[str]:
    """Say how many incidents there are, how many could be placed, and what was left out before that."""
    facts = finding.sides[side]
    sentences = [
        voice.say_n(
            (
                "Del {period} se registró un incidente; ubicados en un punto: {placed}.",
                "Del {period} se registraron {n} incidentes; {placed} pudieron ubicarse en un punto.",
            ),
            facts.n_incidents,
            period=voice.period(facts, finding, side),
            placed=voice.number(facts.n_placed),
        )
    ]
    if facts.hour_unknown:
        sentences.append(
            voice.say_n(
                (
                    "Otro no entra porque su hora no se conoce.",
                    "Otros {n} no entran porque su hora no se conoce.",
                ),
                facts.hour_unknown,
            )
        )
    sentences += say_sources(facts, voice)
    if facts.reserved_left_out:
        sentences.append(voice.word("Los delitos reservados no se dibujan: solo hay totales por corregimiento."))
    return sentences


def say_sources(facts: Facts, voice: Voice) -> list[str]:
    """Say of several sources that they are not added up: what is counted once, and what nobody has decided."""
    if len(facts.sources) < 2 and not facts.counted_once:
        return []
    told = "Son varias fuentes: {n} coincidencias se cuentan una vez; {m} propuestas siguen sin decidir."
    return [voice.say(told, n=voice.number(facts.counted_once), m=voice.number(facts.matches_undecided))]


NOT_TO_CONCLUDE = (
    "De este mapa no se concluye por qué ocurren, ni cuántos no se denunciaron, "
    "ni que el próximo período serán los mismos."
)
