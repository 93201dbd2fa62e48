"""The rules by which rows are set aside, in words."""

from __future__ import annotations

RULES = {
    "bad_count": "conteo que no es un número entero",
    "bad_date": "fecha imposible",
    "bad_label": "concepto demasiado largo",
    "contradictory_count": "el mismo conteo con dos valores",
    "contradictory_id": "el mismo número con otro contenido",
    "future": "fecha futura",
    "missing_category": "sin delito",
    "missing_date": "sin fecha",
    "missing_id": "sin número de caso",
    "not_an_incident": "no es un incidente",
    "missing_label": "conteos sin concepto",
    "ragged_row": "celdas que no calzan con el encabezado",
    "reported_before_it_happened": "denunciado antes de ocurrir",
    "subtotal_differs": "el subtotal no es la suma de sus partes",
    "rounded_id": "número de caso redondeado por la hoja de cálculo",
    "too_old": "anterior a 1990",
    "total_differs": "el total no es la suma de los meses",
    "unknown_area": "área desconocida",
    "unknown_category": "delito desconocido",
}
