"""Errors: a class has a status, an error becomes a sentence, no page shows a traceback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from analysis.errors import (
    AnalysisError,
    GridTooLargeError,
    NoBaseError,
    NotEnoughDataError,
    NothingElseError,
    NoVariationError,
    ParameterError,
    ResolutionError,
    TooManyPointsError,
    UnknownStatisticError,
)
from geo_observatorio.db.engine import explain_wait
from geo_observatorio.errors import (
    AlreadyExistsError,
    DatabaseBusyError,
    DatabaseSlowError,
    DatabaseUnreachableError,
    DescriptionError,
    FileRefusedError,
    NotFoundError,
    ObservatorioError,
    PendingMigrationError,
    ReviewConflictError,
    SelectionError,
    SensitiveCategoryError,
    SpoolFullError,
    TooMuchWorkError,
    UndeliveredError,
    UnweighedError,
    UploadGoneError,
    UploadTooLargeError,
)
from geo_observatorio.language import translate
from geo_observatorio.sentences import error_sentence
from web import study_labels
from web.site import get_language

STATUSES: dict[type[Exception], int] = {
    ParameterError: 400,
    ResolutionError: 400,
    SelectionError: 400,
    UnweighedError: 422,
    UndeliveredError: 422,
    DescriptionError: 400,
    FileRefusedError: 422,
    GridTooLargeError: 400,
    TooManyPointsError: 400,
    SensitiveCategoryError: 403,
    AlreadyExistsError: 409,
    NotFoundError: 404,
    UnknownStatisticError: 404,
    ReviewConflictError: 409,
    UploadGoneError: 410,
    UploadTooLargeError: 413,
    SpoolFullError: 507,
    NotEnoughDataError: 422,
    NothingElseError: 422,
    NoBaseError: 422,
    NoVariationError: 422,
    TooMuchWorkError: 400,
    DatabaseBusyError: 409,
    DatabaseSlowError: 503,
    DatabaseUnreachableError: 503,
    PendingMigrationError: 503,
}
Answered = TypeVar("Answered")
RETRY_AFTER = "5"  # seconds

HTTP_SENTENCES = {
    400: "El formulario no llegó entero o venció: recargue la página y envíelo otra vez.",
    404: "Esa página no existe.",
    405: "Esa página no recibe datos de esa forma.",
    413: "Lo enviado es más grande de lo que esta página recibe.",
    414: "La dirección es demasiado larga.",
    421: "Este servidor solo responde a 127.0.0.1 y localhost.",
    500: "Algo falló de nuestro lado. Quedó anotado; vuelva a intentarlo.",
    503: "El servicio no está listo. Vuelva a intentarlo en unos segundos.",
}
BAD_ADDRESS = "La dirección de la página no está bien escrita: vuelva a abrirla desde un enlace."
NEXT_STEPS = {
    "not_enough_data": "Amplíe el período o quite filtros.",
    "no_streets": "Cargue las calles: observatorio gazetteer add calles.gpkg --kind calle --name name; o un extracto "
    "de OpenStreetMap con --layer lines.",
    "biased_method": "Elija otro reparto en las opciones avanzadas.",
    "too_many_sides": "Elija la corrección por traslación en las opciones avanzadas.",
    "below_gate": "Mire los corregimientos enteros, o sortee las ubicaciones en las opciones avanzadas.",
    "not_enough_cells": "Baje el tamaño de celda en las opciones avanzadas.",
    "nothing_to_compare": "Dibuje la zona donde hay incidentes, y deje ciudad alrededor; o amplíe el período.",
    "nothing_else": "Elija en «Qué» una línea, un grupo o una categoría.",
    "no_variation": "Amplíe el período o quite filtros.",
    "sensitive_category": "Elija «Totales por corregimiento»: una sola categoría, un año completo, ningún otro filtro.",
    "too_much_work": "Baje ese valor, o suba el tamaño de celda, en las opciones avanzadas.",
    "grid_too_large": "Suba el tamaño de celda en las opciones avanzadas.",
    "parameter": "Corrija ese valor en las opciones avanzadas.",
    "selection": "Corrija ese filtro.",
    "undelivered": "Elija un período dentro de los días recibidos.",
    "review_conflict": "Vuelva a la lista: la dirección puede estar decidida.",
    "not_found": "Vuelva a la portada y elija de las listas.",
    "unknown_statistic": "Elija uno de la lista.",
    "file_refused": "Nada se guardó. Revise el archivo o la fuente elegida y envíelo otra vez.",
    "upload_too_large": "Nada se guardó.",
    "upload_gone": "Los archivos que nadie decide cargar se borran al cabo de un día.",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a question has no answer, in a sentence, and what to do next."""

    status: int
    code: str
    sentence: str
    next_step: str


def register_errors(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(Exception, _show)


def attempt(ask: Callable[[], Answered]) -> tuple[Answered | None, Refusal | None]:
    """Ask a question; what cannot be answered as it was put becomes a refusal beside the filters that caused it."""
    try:
        return ask(), None
    except (DatabaseUnreachableError, PendingMigrationError):
        raise
    except (AnalysisError, ObservatorioError) as error:
        return None, refuse(error)


def refuse(error: Exception) -> Refusal:
    """Say an error: status, sentence and next step in the reader's language."""
    error, language = _name_option(explain_wait(error) or error), get_language()
    if isinstance(error, AnalysisError | ObservatorioError):
        status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)
        sentence, step = error_sentence(error, language), NEXT_STEPS.get(error.code, "")
        return Refusal(status=status, code=error.code, sentence=sentence, next_step=translate(step, language))
    status = error.code or 500 if isinstance(error, HTTPException) else 500
    sentence = HTTP_SENTENCES.get(status, HTTP_SENTENCES[500])
    if status == 400 and request.method == "GET":
        sentence = BAD_ADDRESS
    sentence = translate(sentence, language)
    return Refusal(status=status, code=f"http_{status}", sentence=sentence, next_step="")


def _show(error: Exception) -> tuple[str, int, dict[str, str]]:
    refusal = refuse(error)
    if refusal.status == 500:
        current_app.logger.error("%s failed", request.endpoint, exc_info=error)
    headers = {"Retry-After": RETRY_AFTER} if refusal.status == 503 or refusal.code == DatabaseBusyError.code else {}
    template = "_refusal.html" if request.headers.get("HX-Request") else "error.html"
    return render_template(template, refusal=refusal), refusal.status, headers


def _name_option(error: Exception) -> Exception:
    """Call an option that will not do as its field calls it; the command line knows it by its code."""
    if not isinstance(error, ParameterError) or error.values["name"] not in study_labels.OPTIONS:
        return error
    label = translate(study_labels.OPTIONS[error.values["name"]], get_language())
    return type(error)(**{**error.values, "name": label})
