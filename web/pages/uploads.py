"""Sending a file: choose it, see what would happen to its first rows, load it, and watch it being received."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo_observatorio.account_names import REPAIRS
from geo_observatorio.db import uploads
from geo_observatorio.db.deliveries import find_delivery
from geo_observatorio.db.municipalities import Municipality, find_municipality, list_municipalities
from geo_observatorio.db.uploads import Upload
from geo_observatorio.errors import FileRefusedError, NotFoundError, SelectionError, UploadGoneError, phrase
from geo_observatorio.rules import RULES
from geo_observatorio.sentences import unpacked_sentence
from geo_observatorio.services import spool
from geo_observatorio.services.quarantine import OPEN_FIELDS
from web import labels
from web.errors import Refusal, refuse
from web.language import say
from web.site import get_conn, get_language, get_municipality, get_site
from web.spooling import keep_file, read_file, take_large_form
from web.writing import read_actor, write

if TYPE_CHECKING:
    from geo_observatorio.services.preview import PreviewRow

bp = Blueprint("uploads", __name__, url_prefix="/datos")
SHOWN = 100  # uploads of the list
PREVIEWED = 50  # rows


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Raise the limit of the one form that takes a file, before anything reads it."""
    if endpoint == "uploads.receive" and request.method == "POST":
        take_large_form()


@bp.get("/subir")
def ask() -> str:
    """Ask for a file and its source."""
    return _ask(None)


@bp.post("/subir")
def receive() -> Response | tuple[str, int]:
    """Put a file that was sent into the spool, look at it, and show its first rows."""
    from geo_observatorio.services.preview import preview_file  # noqa: PLC0415  # seconds of imports, as below
    from geo_observatorio.services.templates import find_template, tell_shape  # noqa: PLC0415
    from geo_observatorio.services.uploads import Sent, keep_upload  # noqa: PLC0415

    actor, (upload, name) = read_actor(), read_file("file")
    place = _find_place(request.form.get("municipality", ""))
    source = request.form.get("source", "")
    sent = Sent(id=upload, municipality=place.code, source=source, file_name=name, sent_by=actor)
    try:
        with write() as conn:
            keep_upload(conn, get_site().settings.spool, sent)
            with spool.telling_year(spool.spool_path(get_site().settings.spool, upload), name) as path:
                preview_file(conn, tell_shape(conn, find_template(conn, source), path), path, place, limit=1)
    except (FileRefusedError, NotFoundError) as error:
        refusal = refuse(_named(error, spool.name_file(name)))
        return _ask(refusal, source=source), refusal.status
    keep_file(upload)
    return redirect(url_for("uploads.preview", upload=upload), 303)


@bp.get("/subir/<uuid:upload>")
def preview(upload: UUID) -> str | Response:
    """Show what would happen to the first rows of a file; nothing is kept."""
    from geo_observatorio.services.preview import preview_file  # noqa: PLC0415
    from geo_observatorio.services.templates import find_template, tell_shape  # noqa: PLC0415

    found = _find(upload)
    if found.state != "received":
        return redirect(url_for("uploads.show", upload=upload), 303)
    place = find_municipality(get_conn(), found.municipality)
    path = spool.require_bytes(get_site().settings.spool, found.id)
    template = tell_shape(get_conn(), find_template(get_conn(), found.source), path)
    with write() as conn, spool.telling_year(path, found.file_name) as named:
        rows = [_show_openly(row) for row in preview_file(conn, template, named, place, limit=PREVIEWED)]
    return render_template(
        "upload_preview.html",
        upload=found,
        municipality=place,
        source=template,
        rows=rows,
        earlier=find_delivery(get_conn(), template.code, found.municipality, found.sha256),
        repairs=REPAIRS,
        rules=RULES,
    )


@bp.post("/subir/<uuid:upload>")
def decide(upload: UUID) -> Response:
    """Load a file that was looked at, or let it go."""
    decision = request.form.get("decision", "")
    read_actor()
    with write() as conn:
        if decision == "load":
            done = uploads.queue_upload(conn, upload)
        elif decision == "discard":
            done = uploads.discard_upload(conn, upload)
        else:
            raise SelectionError(name="decision", needed="load | discard", found=decision[:20])
    if done and decision == "discard":
        spool.discard(get_site().settings.spool, upload)
        return redirect(url_for("uploads.ask"), 303)
    return redirect(url_for("uploads.show", upload=upload), 303)


@bp.get("/cargas")
def index() -> str:
    """List the files that were sent."""
    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    return render_template(
        "uploads.html",
        municipality=municipality,
        uploads=uploads.list_uploads(get_conn(), municipality.code, SHOWN),
        states=labels.UPLOAD_STATES,
    )


@bp.get("/cargas/<uuid:upload>")
def show(upload: UUID) -> str | Response:
    """Show how far a file is, or how it ended; a page that asks again gets that part alone."""
    found = _find(upload)
    if found.state == "received":
        return redirect(url_for("uploads.preview", upload=upload), 303)
    template = "_upload_state.html" if request.headers.get("HX-Request") else "upload.html"
    failure = unpacked_sentence(found.failure, get_language()) if found.failure else ""
    return render_template(template, upload=found, states=labels.UPLOAD_STATES, failure=failure)


@bp.post("/cargas/<uuid:upload>/cancelar")
def cancel(upload: UUID) -> Response:
    """Cancel a file that waits or is being received."""
    actor = read_actor()
    with write() as conn:
        state = uploads.cancel_upload(conn, upload, actor)
    if state == "cancelled":
        spool.discard(get_site().settings.spool, upload)
    return redirect(url_for("uploads.show", upload=upload), 303)


def _ask(refusal: Refusal | None, *, source: str = "") -> str:
    from geo_observatorio.services.templates import list_templates  # noqa: PLC0415

    municipality = get_municipality()
    if municipality is None:
        return render_template("empty.html", municipality=None)
    known = list_templates(get_conn())
    return render_template(
        "upload_ask.html",
        municipality=municipality,
        municipalities=list_municipalities(get_conn()),
        sources=[item for item in known if municipality.synthetic or not item.synthetic],
        chosen=source or request.args.get("source", ""),
        limit=get_site().settings.max_upload_mb,
        refused=refusal,
    )


def _find_place(code: str) -> Municipality:
    if not code:
        raise SelectionError(name=phrase("municipio"), needed=phrase("uno de la lista"), found="-")
    return find_municipality(get_conn(), code)


def _find(upload: UUID) -> Upload:
    found = uploads.find_upload(get_conn(), upload)
    if found is None:
        raise NotFoundError(noun=phrase("carga"), found=str(upload), needed=phrase("las de la página Cargas"))
    if found.state == "discarded":
        raise UploadGoneError(found=say("se descartó"))
    return found


def _named(error: FileRefusedError | NotFoundError, name: str) -> Exception:
    """Tell a refusal by the sender's name of the file, not by that of its copy."""
    return FileRefusedError(**error.values | {"file": name}) if isinstance(error, FileRefusedError) else error


def _show_openly(row: PreviewRow) -> PreviewRow:
    """Leave out the place of a refused row: its category may be a reserved one."""
    if row.outcome != "quarantined":
        return row
    return replace(row, written={name: text for name, text in row.written.items() if name in OPEN_FIELDS})
