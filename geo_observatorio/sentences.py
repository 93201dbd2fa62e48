"""Sentences for errors: a code and its values become what a person reads, in her language."""

from __future__ import annotations

from analysis.errors import AnalysisError
from geo_observatorio.errors import ObservatorioError
from geo_observatorio.language import translate

SENTENCES = {
    "not_enough_data": "Hacen falta al menos {needed} incidentes ubicados y hay {found}.",
    "geographic_coordinates": "Las coordenadas están en grados ({found}) y hacen falta metros.",
    "parameter": "El valor de «{name}» no sirve: se necesita {needed} y se recibió «{found}».",
    "no_variation": "Todos los valores son iguales ({found}): nada puede destacar.",
    "grid_too_large": "La cuadrícula tendría {found} celdas y caben {needed}: use celdas más grandes.",
    "unknown_statistic": "No hay ningún estudio llamado «{found}». Hay: {needed}.",
    "setting": "El ajuste {name} no sirve: se necesita {needed} y se encontró «{found}».",
    "postgis_missing": "Falta PostgreSQL con PostGIS. Instálelo con: {command}",
    "cluster": "La base de datos propia no pudo arrancar ({action}): {found}",
    "database_unreachable": "La base de datos no responde: {found}",
    "pending_migration": "El esquema de la base es {found} y esta versión necesita {needed}: observatorio db migrate",
    "not_found": "No existe «{found}» ({noun}). Hay: {needed}.",
    "file_refused": "El archivo {file} no se puede recibir: se necesita {needed} y se encontró {found}.",
    "layer_refused": "La capa {file} no se puede cargar: se necesita {needed} y se encontró {found}.",
    "sensitive_category": "«{found}» es una categoría reservada: solo se muestra como total por corregimiento.",
    "selection": "La pregunta no se puede responder: «{name}» debe ser {needed} y es «{found}».",
}


def error_sentence(error: AnalysisError | ObservatorioError, language: str = "es") -> str:
    """Say in one sentence what was needed and what was found."""
    return translate(SENTENCES[error.code], language).format(**error.values)
