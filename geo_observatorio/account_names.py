"""Names of what is counted in the account of a file: ways of placing, repairs, fields; what to do about each."""

from __future__ import annotations

from typing import Final

COUNTS: Final = {
    "inserted": "nuevos",
    "updated": "corregidos",
    "duplicate": "ya conocidos",
    "without_category": "sin categoría del esquema",
}
METHODS: Final = {
    "coordinate": "por coordenada",
    "landmark": "por un lugar conocido",
    "crossing": "por un cruce",
    "street": "por una calle",
    "barrio": "solo el barrio",
    "corregimiento": "solo el área",
    "none": "sin ubicar",
}
REPAIRS: Final = {
    "area_middle": "coordenada en el centro de un área: no se usa",
    "category_not_in_force": "categoría que no regía en esa fecha",
    "coarse_coordinate": "coordenada con pocos decimales: no se usa",
    "decimal_comma": "coma decimal",
    "degrees_for_metres": "grados en lugar de metros",
    "degrees_minutes": "grados y minutos",
    "double_encoding": "letras codificadas dos veces",
    "eastern_zone": "metros de la zona UTM al este",
    "end_of_day": "24:00, el final del día",
    "exchanged_degrees_for_metres": "grados en lugar de metros, cambiados",
    "exchanged_metres": "metros cambiados",
    "exchanged_and_lost_minus": "coordenadas cambiadas y sin signo",
    "exchanged_coordinates": "coordenadas cambiadas",
    "label_by_position": "concepto reconocido por su columna",
    "label_filled_down": "concepto tomado de la celda combinada de arriba",
    "formula_error": "fórmula sin valor",
    "hour_range": "entre dos horas",
    "impossible_age": "edad imposible",
    "lost_minus": "coordenada sin su signo",
    "merged_cell": "celda combinada",
    "metres_for_degrees": "metros en lugar de grados",
    "other_encoding": "otra codificación de letras",
    "outside_district": "coordenada fuera del distrito: no se usa",
    "personal_number_removed": "número personal retirado",
    "pile": "coordenada por defecto: no se usa",
    "repeated_hour_first": "hora repetida por el cambio de horario",
    "skipped_hour_forward": "hora saltada por el cambio de horario",
    "spreadsheet_serial": "fecha como número de hoja de cálculo",
    "spreadsheet_serial_1904": "fecha como número desde 1904",
    "thousands": "separador de miles",
    "two_digit_year": "año de dos cifras",
    "unreadable_coordinate": "coordenada ilegible",
    "unreadable_date": "fecha ilegible",
    "unreadable_hour": "hora ilegible",
    "wrong_quote": "comilla de más o sin cerrar",
    "year_from_file_name": "año tomado del nombre del archivo",
    "web_mercator": "metros de un mapa web",
    "western_zone": "metros de la zona UTM al oeste",
    "zero_coordinate": "coordenada 0, 0: no se usa",
}
FIELDS: Final = {
    "case_id": "número de caso",
    "day": "fecha",
    "hour": "hora",
    "reported": "fecha de denuncia",
    "category": "delito",
    "address": "dirección",
    "reference": "punto de referencia",
    "district": "distrito",
    "area": "corregimiento",
    "barrio": "barrio",
    "latitude": "latitud",
    "longitude": "longitud",
    "east": "este",
    "north": "norte",
}
ADVICE: Final = {  # what a person does about a row that a rule refused
    "bad_date": "La fecha no existe o está escrita de una forma que la fuente no declara. Corríjala en el archivo y"
    " envíelo otra vez.",
    "contradictory_id": "Dos filas dicen cosas distintas con el mismo número. Decida cuál vale, deje solo esa y envíe"
    " el archivo corregido.",
    "future": "La fecha es posterior a hoy: suele ser un año mal escrito. Corríjalo y envíe el archivo otra vez.",
    "missing_category": "La fila no dice qué ocurrió. Complete el delito o descarte la fila con su motivo.",
    "missing_date": "La fila no dice cuándo ocurrió. Complete la fecha o descarte la fila con su motivo.",
    "missing_id": "La fuente identifica cada caso por su número y esta fila no lo trae. Complételo y envíe el archivo.",
    "not_an_incident": "Alguien decidió que ese texto no nombra un incidente.",
    "ragged_row": "La fila tiene más o menos celdas que el encabezado: suele ser una coma o una comilla de más.",
    "reported_before_it_happened": "La denuncia es anterior al hecho: una de las dos fechas está mal.",
    "too_old": "El hecho es anterior a 1990: suele ser un año mal escrito.",
    "unknown_category": "Nadie dijo aún a qué categoría corresponde ese texto. Asígnelo una vez a una categoría, o"
    " corrija el texto.",
}
