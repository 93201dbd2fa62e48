"""Colours and classes of all figures, page and file alike: one palette, and its meaning in words."""

from __future__ import annotations

NOT_SIGNIFICANT = "none"

HOTSPOTS = {
    "hot99": "#b2182b",
    "hot95": "#ef8a62",
    "hot90": "#fddbc7",
    "cold99": "#2166ac",
    "cold95": "#67a9cf",
    "cold90": "#d1e5f0",
}
CHANGE = {  # PuOr: orange is more, purple is less, white is no distinguishable change
    "up99": "#b35806",
    "up95": "#f1a340",
    "up90": "#fee0b6",
    "down99": "#542788",
    "down95": "#998ec3",
    "down90": "#d8daeb",
}
IMPUTED = {  # how often a cell is hot over imputed maps: the hues of hot, other words
    "often95": "#b2182b",
    "often80": "#ef8a62",
    "often50": "#fddbc7",
}
AGREEMENT = {"agree_all": "#b2182b", "agree_most": "#ef8a62", "agree_some": "#fddbc7"}  # the hues of hot
SCAN = {"cluster_high": "#b2182b", "cluster_low": "#2166ac"}
STABILITY = {  # how often a location is hot over samples and grids: the same hues, other words
    "stable95": "#b2182b",
    "stable80": "#ef8a62",
    "stable50": "#fddbc7",
}
POINT_CLUSTERS = {"cluster": "#6a51a3", "pile": "#8a5a00"}  # violet: gathered, not tested
NEAREST_CLUSTERS = {"cluster": "#6a51a3", "second_order": "#3f007d", "pile": "#8a5a00"}
CONCENTRATION = {"core": "#6a51a3"}  # violet, as a density: it says where much is, not what is significant
MORAN = {  # PiYG: green is alike, pink is unlike; dark where the place itself is high, pale where it is low
    "hh": "#1b7837",
    "ll": "#a6dba0",
    "hl": "#c51b7d",
    "lh": "#f1b6da",
}
JOINS = {"marked": "#525252"}  # black and white: a mark, not a test
GEARY = {"geary_hh": "#1b7837", "geary_ll": "#a6dba0", "geary_alike": "#5aae61", "geary_unlike": "#c51b7d"}  # likewise
HARM = {  # violet as a density: where much is; the two lists apart by hue and by name
    "both": "#4a1486",
    "by_harm": "#c51b8a",
    "by_count": "#9e9ac8",
}
RISK = {  # tolerance contours: darker than the steps of the ratio below them
    "more99": "#543005",
    "more95": "#a6611a",
    "less99": "#003c30",
    "less95": "#35978f",
}
BELOW = ("#c7eae5", "#5ab4ac", "#01665e")  # BrBG: teal is below, brown above; neither hot nor cold
ABOVE = ("#f6e8c3", "#d8b365", "#8c510a")
MIDDLE = "#f5f5f5"
SEQUENTIAL = ("#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#4a1486")  # violet: neither hot nor cold
FOCO = "#1a1a1a"  # told by its outline, not by a hue
LAND = "#f7f5f0"
SEA = "#dbe7ee"
LIMITS = "#5b6770"
NO_DATA = "#c9cdd1"

HATCH = "#8a8f98"
CROSS = "#6b5b3e"  # areas below the gate
TRANSITIONS = {  # hues of hot and cold for what stays; those of change for what comes and goes
    "stays_hot": "#b2182b",
    "new_hot": "#f1a340",
    "gone_hot": "#998ec3",
    "stays_cold": "#2166ac",
    "new_cold": "#67a9cf",
    "gone_cold": "#d1e5f0",
}
PALETTES: dict[str, dict[str, str]] = {  # by scale; a class has one name and one meaning everywhere
    "hotspots": HOTSPOTS,
    "change": CHANGE,
    "area_change": CHANGE,
    "similarity": CHANGE,
    "transitions": TRANSITIONS,
    "imputed": IMPUTED,
    "stability": STABILITY,
    "weighted_hotspots": HOTSPOTS,
    "ambient": {name: HOTSPOTS[name] for name in ("hot99", "hot95", "hot90")},
    "concentration": CONCENTRATION,
    "risk": RISK,
    "harm": HARM,
    "scan": SCAN,
    "point_clusters": POINT_CLUSTERS,
    "nearest_neighbour_clusters": NEAREST_CLUSTERS,
    "agreement": AGREEMENT,
    "moran": MORAN,
    "geary": GEARY,
    "joins": JOINS,
}
CLASSES = {name: colour for palette in PALETTES.values() for name, colour in palette.items()}

CLASS_WORDS = {
    "hot99": "caliente, q ≤ 0.01",
    "hot95": "caliente, q ≤ 0.05",
    "hot90": "caliente, q ≤ 0.10",
    "cold99": "frío, q ≤ 0.01",
    "cold95": "frío, q ≤ 0.05",
    "cold90": "frío, q ≤ 0.10",
    "up99": "más, q ≤ 0.01",
    "up95": "más, q ≤ 0.05",
    "up90": "más, q ≤ 0.10",
    "down99": "menos, q ≤ 0.01",
    "down95": "menos, q ≤ 0.05",
    "down90": "menos, q ≤ 0.10",
    "often95": "caliente en el 95 % de los mapas o más",
    "often80": "caliente en el 80 % de los mapas o más",
    "often50": "caliente en la mitad de los mapas o más",
    "agree_all": "caliente en todos los ajustes",
    "agree_most": "caliente en la mayoría",
    "agree_some": "caliente en alguno, no en la mayoría",
    "both": "entre las de más peso y las de más incidentes",
    "by_harm": "entre las de más peso",
    "by_count": "entre las de más incidentes",
    "more99": "más, p ≤ 0.01",
    "more95": "más, p ≤ 0.05",
    "less99": "menos, p ≤ 0.01",
    "less95": "menos, p ≤ 0.05",
    "cluster": "agrupación de incidentes",
    "second_order": "agrupación de agrupaciones",
    "pile": "montón: más de la mitad en una sola coordenada",
    "cluster_high": "conglomerado: más de lo que le toca, p ≤ 0.05",
    "cluster_low": "conglomerado: menos de lo que le toca, p ≤ 0.05",
    "stable95": "caliente en el 95 % de las muestras o más",
    "stable80": "caliente en el 80 % de las muestras o más",
    "stable50": "caliente en la mitad de las muestras o más",
    "stays_hot": "caliente antes y después",
    "new_hot": "caliente solo después",
    "gone_hot": "caliente solo antes",
    "stays_cold": "fría antes y después",
    "new_cold": "fría solo después",
    "gone_cold": "fría solo antes",
    "core": "entre las celdas más llenas",
    "hh": "alto rodeado de alto",
    "ll": "bajo rodeado de bajo",
    "hl": "alto rodeado de bajo",
    "lh": "bajo rodeado de alto",
    "marked": "marcado",
    "geary_hh": "parecido y alto",
    "geary_ll": "parecido y bajo",
    "geary_alike": "parecido, cerca de la media",
    "geary_unlike": "distinto de sus vecinos",
    NOT_SIGNIFICANT: "no distinguible del azar",
}


def to_rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0 to 255) of a colour written #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
