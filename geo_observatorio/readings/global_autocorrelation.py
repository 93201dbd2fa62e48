"""The reading of `global_autocorrelation`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_observatorio.maps.units import write_figure
from geo_observatorio.provenance import Finding
from geo_observatorio.readings.map_tests import find_test, say_deals, say_islands, say_nothing, say_p
from geo_observatorio.readings.placing import say_gate
from geo_observatorio.readings.voice import Voice, say_placed

NOT_TO_CONCLUDE = (
    "Un solo número por mapa no dice dónde: para eso están Moran local y los puntos calientes. Tampoco por qué: lo que "
    "se parece puede parecerse por la gente que hay. Con otra celda u otros límites el número es otro."
)
TOLD = {
    "tends_alike": "Las unidades vecinas se parecen más de lo que el azar haría: {index} ({z}; {p}).",
    "tends_unlike": "Las unidades vecinas se parecen menos de lo que el azar haría: {index} ({z}; {p}).",
    "tends_neither": "El parecido entre unidades vecinas no se distingue del azar: {index} ({z}; {p}).",
}
G_TOLD = {
    "tends_alike": "G dice que lo que se junta es lo alto ({p}).",
    "tends_unlike": "G dice que lo que se junta es lo bajo ({p}).",
}
G_APART = "G dice que lo alto está más apartado de lo alto de lo que el azar haría ({p})."


def read(finding: Finding, voice: Voice) -> list[str]:
    """Say whether like lies beside like, how sure that is, and what not to conclude."""
    facts = finding.result.reading
    sentences = say_placed(finding, voice)
    if facts["lead"] is None:
        sentences += say_nothing(facts, voice)
    else:
        sentences += [_say_lead(facts, voice), *_say_others(facts, voice), *say_deals(facts, voice)]
    return [*sentences, *say_islands(facts, voice), *say_gate(facts, voice), voice.word(NOT_TO_CONCLUDE)]


def _say_lead(facts: Mapping[str, Any], voice: Voice) -> str:
    test = find_test(facts, facts["lead"])
    return voice.say(
        TOLD[test["tells"]],
        index=f"I = {write_figure(test['value'], voice.language)}",
        z=voice.say("z = {z}", z=voice.number(test["z"], 2) if test["z"] is not None else "–"),
        p=say_p(test["p"], facts, voice),
    )


def _say_others(facts: Mapping[str, Any], voice: Voice) -> list[str]:
    """Say what Geary and General G add, and which index answers for rates."""
    sentences = []
    if facts["units"] == "areas":
        sentences.append(
            voice.word("Es el índice de tasas estandarizadas, que no se deja llevar por las áreas de poca gente.")
        )
        if find_test(facts, "moran")["value"] is None:
            told = "Las tasas suavizadas son todas iguales: el azar solo explica sus diferencias."
            sentences.append(voice.word(told))
    lead, c, g = (find_test(facts, name) for name in (facts["lead"], "geary", "general_g"))
    if c["value"] is not None and c["tells"] != lead["tells"]:
        sentences.append(voice.word("La C de Geary, más atenta a las diferencias entre vecinas, no dice lo mismo."))
    if g["value"] is not None and g["tells"] in G_TOLD:
        low_alone = g["tells"] == "tends_unlike" and lead["tells"] != "tends_alike"  # nothing is said to gather
        sentences.append(voice.say(G_APART if low_alone else G_TOLD[g["tells"]], p=say_p(g["p"], facts, voice)))
    return sentences
