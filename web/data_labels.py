"""Names of things on the pages of categories, matches and changes; the keys are codes, the texts Spanish."""

from __future__ import annotations

MATCH_STATES = {"proposed": "Por decidir", "accepted": "Aceptadas", "refused": "Rechazadas"}
MATCH_FIELDS = {
    "prior": "Punto de partida",
    "day": "Día",
    "hour": "Hora",
    "place": "Distancia",
    "category": "Categoría",
    "address": "Dirección",
}
MATCH_LEVELS = {
    "prior": "lo poco probable de cualquier par",
    "missing": "falta: no dice nada",
    "same_day": "el mismo",
    "day_beside": "uno de diferencia",
    "within_3_days": "dos o tres de diferencia",
    "within_1_hour": "hasta una de diferencia",
    "within_3_hours": "hasta tres de diferencia",
    "other_hour": "otra",
    "within_50_m": "hasta 50 m",
    "within_150_m": "hasta 150 m",
    "within_500_m": "hasta 500 m",
    "within_1_km": "hasta 1 km",
    "same_category": "la misma",
    "same_family": "de la misma familia",
    "same_section": "de la misma sección",
    "other_category": "otra",
    "same_words": "las mismas palabras",
    "similar_words": "palabras parecidas",
    "other_words": "otras palabras",
}
PUBLICATION = {
    "never": "Nunca con lugar",
    "no": "Sin mapa",
    "k>=5": "Totales de 5 o más",
    "grid": "Celdas",
    "yes": "Sin restricción",
}
AMENDED = {
    "category": "Categoría",
    "day": "Día",
    "hour": "Hora",
    "reported": "Fecha de denuncia",
    "victims": "Víctimas",
    "address": "Dirección",
    "area": "Corregimiento",
    "place": "Ubicación",
    "tags": "Etiquetas",
}
