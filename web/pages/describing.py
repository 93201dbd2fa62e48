"""Describing a source: a sample is sent, its columns are told, its first rows are tried, a template is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo_observatorio.account_names import REPAIRS
from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.errors import (
    DatabaseUnreachableError,
    NotFoundError,
    ObservatorioError,
    SelectionError,
    phrase,
)
from geo_observatorio.rules import RULES
from geo_observatorio.services.sample_files import MOST_BYTES, find_sample, forget_sample, keep_sample
from web.errors import Refusal, refuse
from web.language import query_url
from web.site import get_conn, get_municipality, get_site
from web.writing import LONGEST_FORM, read_actor, write

if TYPE_CHECKING:  # what reads files costs seconds of a start: it is imported where it is used
    from geo_observatorio.services.drafts import Draft
    from geo_observatorio.services.preview import PreviewRow

bp = Blueprint("describing", __name__, url_prefix="/datos/fuentes")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Raise the limit of the one form that takes a file, before anything reads it."""
    if endpoint == "describing.receive":
        request.max_content_length = MOST_BYTES + LONGEST_FORM


@bp.get("/nueva")
def ask() -> str:
    """Ask for a sample."""
    return _ask(None)


@bp.post("/nueva")
def receive() -> Response | tuple[str, int]:
    """Keep a sample for an hour and look at its header."""
    from geo_observatorio.sources.samples import read_sample  # noqa: PLC0415

    read_actor()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise SelectionError(name=phrase("archivo"), needed=phrase("una muestra elegida"), found="-")
    home = get_site().settings.home
    token = keep_sample(home, sent.stream)
    try:
        read_sample(find_sample(home, token))
    except ObservatorioError as error:
        forget_sample(home, token)
        refusal = refuse(error)
        return _ask(refusal), refusal.status
    base = request.form.get("from", "")
    return redirect(query_url(url_for("describing.describe", token=token), [("from", base)] if base else []), 303)


@bp.get("/muestra/<token>")
def describe(token: str) -> str:
    """Show the columns of a sample, what is said of them, and what would happen to its first rows."""
    path = find_sample(get_site().settings.home, token)
    draft = _open_sample(path)
    rows, refusal = _try(draft, path)
    return _show(draft, rows=rows, refusal=refusal)


@bp.post("/muestra/<token>")
def save(token: str) -> Response:
    """Save what is said of a sample as a template, and forget the sample."""
    home = get_site().settings.home
    answer = _save(_open_sample(find_sample(home, token)))
    forget_sample(home, token)
    return answer


@bp.get("/<name>/editar")
def edit(name: str) -> str:
    """Show what a template says, to change it without a sample."""
    return _show(_open_template(name), rows=[], refusal=None)


@bp.post("/<name>/editar")
def amend(name: str) -> Response:
    """Save a new version of a template."""
    return _save(_open_template(name))


def _ask(refusal: Refusal | None) -> str:
    base = request.values.get("from", "")
    return render_template("source_new.html", municipality=get_municipality(), refusal_here=refusal, base=base)


def _open_sample(path: Path) -> Draft:
    from geo_observatorio.services.drafts import open_sample  # noqa: PLC0415

    return _listen(open_sample(get_conn(), path, _require_municipality(), request.args.get("from", "")))


def _open_template(name: str) -> Draft:
    from geo_observatorio.services.drafts import open_template  # noqa: PLC0415

    return _listen(open_template(get_conn(), name, _require_municipality()))


def _listen(draft: Draft) -> Draft:
    """Put what the address says in the place of what is proposed."""
    from web.descriptions import read_description  # noqa: PLC0415

    said = read_description(request.args, len(draft.columns))
    return draft if said is None else replace(draft, said=said)


def _require_municipality() -> Municipality:
    municipality = get_municipality()
    if municipality is None:
        raise NotFoundError(noun=phrase("municipio"), found="-", needed="observatorio municipality add")
    return municipality


def _try(draft: Draft, path: Path) -> tuple[list[PreviewRow], Refusal | None]:
    """Try a description on its sample; what it cannot be yet becomes a refusal beside the form."""
    from geo_observatorio.services.drafts import try_draft  # noqa: PLC0415

    try:
        with write() as conn:
            return try_draft(conn, draft, path), None
    except DatabaseUnreachableError:
        raise
    except ObservatorioError as error:
        return [], refuse(error)


def _show(draft: Draft, *, rows: list[PreviewRow], refusal: Refusal | None) -> str:
    return render_template(
        "source_describe.html",
        draft=draft,
        said=draft.said,
        rows=rows,
        repairs=REPAIRS,
        rules=RULES,
        refusal_here=refusal,
        address=request.full_path.rstrip("?"),
    )


def _save(draft: Draft) -> Response:
    from geo_observatorio.services.drafts import save_draft  # noqa: PLC0415

    actor = read_actor()
    with write() as conn:
        name = save_draft(conn, draft, actor)
    return redirect(url_for("sources.show", saved=name, _anchor=f"source-{name}"), 303)
