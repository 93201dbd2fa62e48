"""The reading of `density`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.provenance import Finding
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import LEAST_BASE, NOT_TO_CONCLUDE, Voice, say_placed

REASONS = {
    "given": "El ancho de banda es de {bandwidth} m, el que usted pidió.",
    "default": "El ancho de banda es de {bandwidth} m, el valor por defecto.",
    "raised_to_uncertainty": "El ancho de banda es de {bandwidth} m: menos sería más fino que la ubicación misma.",
    "no_advice": "El ancho de banda es de {bandwidth} m, el valor por defecto: el método pedido no pudo decir otro.",
}
ADVISED = "El ancho de banda es de {bandwidth} m, lo que aconseja {method}."
SELECTORS = {
    "scott": "la regla de Scott",
    "silverman": "la regla de Silverman",
    "diggle": "el criterio de Berman y Diggle",
    "likelihood": "la verosimilitud cruzada",
    "cronie_van_lieshout": "el criterio de Cronie y van Lieshout",
    "neighbour": "la distancia al vigésimo vecino",
}
UNCORRECTED = {
    "uniform": "El borde se corrigió en cada celda; la suma del mapa ya no es exactamente el número de incidentes.",
    "none": "El borde no se corrigió: junto a la costa y a los límites el mapa muestra menos de lo que hay.",
}
STABLE = 0.7  # of the hottest hundredth in common: the place does not hang on the bandwidth
NOISY = 0.2  # of the mass: less is not worth a sentence


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say where the density peaks, how it was smoothed, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice) + _say_peak(facts, voice) + _say_certainty(facts, voice)
    sentences += _say_bandwidth(facts, voice) + _say_sensitivity(facts, voice) + _say_advice(facts, voice)
    sentences += [voice.word(UNCORRECTED[edge])] if (edge := facts.get("edge")) in UNCORRECTED else []
    sentences += _say_greyed(facts, voice) + say_gate(facts, voice)
    return [
        *sentences,
        voice.word(
            "El color dice dónde hay más, no si es más de lo que el azar explica: para eso, los puntos calientes."
        ),
        voice.word(NOT_TO_CONCLUDE),
    ]


def _say_bandwidth(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    reason, bandwidth = facts["bandwidth_reason"], voice.number(facts["bandwidth"])
    if reason in SELECTORS:
        sentences = [voice.say(ADVISED, bandwidth=bandwidth, method=voice.word(SELECTORS[reason]))]
    else:
        sentences = [voice.say(REASONS[reason], bandwidth=bandwidth)]
    if facts.get("bandwidth_at_boundary"):  # findings of older versions lack what came later
        sentences.append(voice.word("Ese método no halló un óptimo: su búsqueda terminó en un límite."))
    if facts.get("widths"):
        narrow, wide = (voice.number(width) for width in facts["widths"])
        sentences.append(
            voice.say(
                "Cada incidente tiene su propio ancho, de {narrow} m donde hay muchos a {wide} m donde hay pocos.",
                narrow=narrow,
                wide=wide,
            )
        )
    return sentences


def _say_certainty(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how well the peak is known, and which part of the incidents lies where the density is a guess."""
    sentences = []
    peak = facts["peak"]
    if peak is not None and peak.get("relative_error") is not None:
        error = voice.share(peak["relative_error"])
        if peak["relative_error"] > 0.5:
            text = "Aun la densidad más alta se conoce mal: su error estándar es el {error} de ella."
        else:
            text = "El error estándar de la densidad más alta es el {error} de ella."
        sentences.append(voice.say(text, error=error))
    if facts["incidents"] >= LEAST_BASE and (facts.get("noisy_share") or 0) >= NOISY:
        share = voice.share(facts["noisy_share"])
        sentences.append(
            voice.say(
                "El {share} de los incidentes está donde el error estándar pasa de la mitad del valor: allí el mapa es "
                "poco más que una conjetura.",
                share=share,
            )
        )
    return sentences


def _say_sensitivity(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say how much of the hottest hundredth of the area stays with half and with double the bandwidth."""
    half, double = facts.get("common_half"), facts.get("common_double")
    if double is None:
        return []
    least = double if half is None else min(half, double)
    told = {"double": voice.share(double), "half": "" if half is None else voice.share(half)}
    if half is None:
        text = "Con el doble de ancho, el {double} del 1 % más denso del área sigue siendo el más denso."
    else:
        text = "Del 1 % más denso del área sigue siéndolo el {half} con la mitad de ancho y el {double} con el doble."
    verdict = (
        "El lugar más denso no depende de esa elección."
        if least >= STABLE
        else "Dónde está lo más denso depende de esa elección: mire los mapas pequeños."
    )
    return [voice.say(text, **told), voice.word(verdict)]


def _say_peak(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    peak = facts["peak"]
    if peak is None:
        return []
    return [
        voice.say(
            "La densidad más alta es de {peak} por km² y mes{where}; el promedio del área, {mean}.",
            peak=voice.number(peak["density"], 1),
            where=_write_place(peak, voice),
            mean=voice.number(facts["mean"], 2),
        )
    ]


def _write_place(peak: Mapping[str, Any], voice: Voice) -> str:
    names = [name for name in (peak["name"], peak["area_name"]) if name]
    return voice.say(", en {place}", place=", ".join(names)) if names else ""


def _say_advice(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say between which bandwidths the selectors stand; the table has each of them."""
    widths = [one["bandwidth"] for one in facts.get("advice", ())]
    if len(widths) < 2:
        return []
    return [
        voice.say(
            "Los {n} métodos que lo aconsejan van de {low} a {high} m.",
            n=voice.number(len(widths)),
            low=voice.number(min(widths)),
            high=voice.number(max(widths)),
        )
    ]


def _say_greyed(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    if not facts["greyed_share"]:
        return []
    return [
        voice.say(
            "El {share} del área queda en gris: está demasiado cerca del borde de lo que se observa.",
            share=voice.share(facts["greyed_share"]),
        )
    ]
