"""Sentences for errors: a code and its values become what a person reads, in her language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from analysis.errors import AnalysisError, BelowGateError, ParameterError
from geo_observatorio.errors import ObservatorioError, Phrase, phrase
from geo_observatorio.language import format_day, format_number, translate

SENTENCES = {
    "not_enough_data": "Hacen falta al menos {needed} incidentes ubicados y hay {found}.",
    "below_gate": "Solo el {found} de estos incidentes tiene un punto y hace falta al menos el {needed}: "
    "un mapa de celdas diría cómo se ubican, no dónde ocurren.",
    "not_enough_cells": "El área de estudio tiene {found} celdas de ese tamaño y hacen falta {needed}.",
    "no_streets": "En el área de estudio no hay calles dibujadas (el nomenclátor tiene {found}), y sin ellas no hay "
    "densidad a lo largo de las calles.",
    "biased_method": "«{found}» ({name}) no se ofrece: cuenta más de una vez los incidentes junto a un cruce, y la "
    "suma no es el número de incidentes. Elija {needed}.",
    "nothing_to_compare": "La zona y el resto necesitan incidentes ubicados; hay, antes y después, {found} "
    "(zona; resto).",
    "nothing_else": "Lo elegido son todos los incidentes ({found}): hace falta una parte que comparar con el conjunto.",
    "geographic_coordinates": "Las coordenadas están en grados ({found}) y hacen falta metros.",
    "parameter": "El valor de «{name}» no sirve: se necesita {needed} y se recibió «{found}».",
    "too_many_sides": "El contorno del área tiene {found} lados y la corrección isótropa alcanza a {needed}: elija "
    "otra corrección de borde, o un corregimiento de contorno sencillo.",
    "no_variation": "Todos los valores son iguales ({found}): nada puede destacar.",
    "no_base": "Sin la población de las áreas no se sabe cuánto toca a cada lugar: cárguela con observatorio "
    "population add, o pida los puntos calientes sin denominador.",
    "resolution": "Con {found} permutaciones ninguna p puede ser tan pequeña como pide la corrección: hacen falta "
    "{needed}, o celdas más grandes.",
    "too_many_points": "Son {found} incidentes y con estas opciones se alcanza a {needed}: "
    "use DBSCAN, una distancia más corta o menos tiempo.",
    "grid_too_large": "La cuadrícula tendría {found} celdas y caben {needed}: use celdas más grandes.",
    "unknown_statistic": "No hay ningún estudio llamado «{found}». Hay: {needed}.",
    "setting": "El ajuste {name} no sirve: se necesita {needed} y se encontró «{found}».",
    "postgis_missing": "Falta PostgreSQL con PostGIS. Instálelo con: {command}",
    "cluster": "La base de datos propia no pudo arrancar ({action}): {found}",
    "database_unreachable": "La base de datos no responde: {found}",
    "database_failed": "La base de datos no pudo hacer lo pedido, y nada cambió: {found}",
    "too_much_work": "Esta pregunta tardaría unos {seconds} segundos y una página responde en {most}: con «{option}» en"
    " {found} no cabe, con {needed} sí. La orden observatorio study no tiene ese límite.",
    "database_busy": "Se está recibiendo un archivo, y esto espera por él: vuelva a intentarlo en un momento.",
    "database_slow": "La respuesta tardó más de lo permitido: pida menos, o vuelva a intentarlo.",
    "system_refused": "El sistema no permite usar {file}: {found}",
    "pending_migration": "El esquema de la base es {found} y esta versión necesita {needed}: observatorio db migrate",
    "unweighed": "Ninguna de las categorías elegidas tiene un peso de daño ({found}). Los pesos, cada uno con su ley "
    "y su fuente, están en {needed}: elija otras categorías o complete la tabla.",
    "not_found": "No existe «{found}» ({noun}). Hay: {needed}.",
    "already_exists": "Ya existe «{found}» ({noun}), y no se cambia: elija otro nombre.",
    "file_refused": "El archivo {file} no se puede recibir: se necesita {needed} y se encontró {found}.",
    "upload_too_large": "El archivo tiene {found} MB y aquí caben {needed}: pártalo, comprímalo o cárguelo con"
    " observatorio ingest.",
    "spool_full": "No hay sitio en el disco para recibir el archivo ({needed} MB): libere espacio y envíelo otra vez.",
    "upload_gone": "Ese archivo ya no espera aquí ({found}): envíelo otra vez.",
    "work_lost": "El proceso que recibía el archivo se cortó {found} veces a la mitad, y nada se guardó: puede que el"
    " archivo no quepa en la memoria.",
    "unforeseen": "Algo falló de nuestro lado ({found}), y nada se guardó. Quedó anotado.",
    "layer_refused": "La capa {file} no se puede cargar; se necesita: {needed}; se encontró: {found}.",
    "sensitive_category": "«{found}» es una categoría reservada: solo se muestra como total por corregimiento.",
    "real_data": "El municipio {municipality} tiene entregas reales ({found}): lo sintético no se mezcla.",
    "description": "La descripción no sirve todavía ({name}): se necesita {needed} y se encontró {found}.",
    "selection": "La pregunta no se puede responder: «{name}» debe ser {needed} y es «{found}».",
    "undelivered": "Del {since} al {until} no hay datos: {found}.",
    "review_conflict": "La revisión no se guardó: {found}.",
    "backup_refused": "El archivo {file} no es un respaldo completo del observatorio: {found}",
    "backup_failed": "El respaldo {file} no se pudo hacer: {found}",
    "database_not_empty": "La base de DATABASE_URL ya tiene {found} tablas: restaure en una base vacía.",
    "not_loopback": "Las páginas solo escuchan en 127.0.0.1 porque aún no hay cuentas, y se pidió {found}:"
    " si otra cosa las protege, defina OBSERVATORIO_ALLOW_NON_LOOPBACK=1.",
    "port_busy": "El puerto {found} está ocupado: elija otro con --port.",
    "pages": "Las páginas no responden bien en {address}: {found}",
}


def error_sentence(error: AnalysisError | ObservatorioError, language: str = "es") -> str:
    """Say in one sentence what was needed and what was found."""
    values = {name: _say(value, language) for name, value in error.values.items()}
    if isinstance(error, BelowGateError):
        values = {name: f"{format_number(100 * float(value), language)} %" for name, value in values.items()}  # type: ignore[arg-type]  # shares
    elif isinstance(error, AnalysisError) and type(error) is not ParameterError:
        values = {name: _count(value, language) for name, value in values.items()}
    return translate(SENTENCES[error.code], language).format(**values)


def pack_error(error: AnalysisError | ObservatorioError) -> dict[str, Any]:
    """Return an error as plain JSON values, to be said later by `unpacked_sentence`."""
    return {"code": error.code, "values": {name: _pack(value) for name, value in error.values.items()}}


def unpacked_sentence(packed: Mapping[str, Any], language: str = "es") -> str:
    """Say an error that was kept as plain values."""
    values = {name: _say(_unpack(value), language) for name, value in packed["values"].items()}
    return translate(SENTENCES[packed["code"]], language).format(**values)


def _pack(value: object) -> object:
    if isinstance(value, Phrase):
        return {"text": value.text, "values": {name: str(part) for name, part in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def _unpack(value: Any) -> object:
    return phrase(value["text"], **value["values"]) if isinstance(value, dict) else value


def _say(value: object, language: str) -> object:
    if isinstance(value, date):
        return format_day(value, language)
    said = _fill(value, language) if isinstance(value, Phrase) else value
    return _in_one_line(said) if isinstance(said, str) else said


def _count(value: object, language: str) -> object:
    return format_number(value, language) if isinstance(value, int) else value


def _fill(words: Phrase, language: str) -> str:
    days = {name: format_day(part, language) for name, part in words.values.items() if isinstance(part, date)}
    return translate(words.text, language).format(**{**words.values, **days})


def _in_one_line(text: str) -> str:
    """Write a text, which may be the name of a hostile file, without what breaks or turns a line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
