"""Files that are sent: streamed to the spool while the form is read, and gone with the request unless they are kept."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, cast
from uuid import UUID

from flask import Flask, Request, request

from geo_observatorio.errors import SelectionError, UploadTooLargeError, phrase
from geo_observatorio.services.spool import MB, SpoolFile, discard, require_room
from web.site import get_site

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

FORM_ROOM = 64 * 1024  # bytes of a form beside its file


class SpoolingRequest(Request):
    """A request whose files go to the spool where its page asked for that, and to temporary files elsewhere."""

    spooling = False

    @property
    def spooled(self) -> list[SpoolFile]:
        """Return the files that this request put into the spool."""
        files: list[SpoolFile] = self.__dict__.setdefault("_spooled", [])
        return files

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not self.spooling:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        self.spooled.append(SpoolFile(get_site().settings.spool))
        return cast("IO[bytes]", self.spooled[-1])


def spool_files(app: Flask) -> None:
    """Teach an application to stream files; what a request did not keep is removed with it."""
    app.request_class = SpoolingRequest
    app.teardown_request(_forget)


def take_large_form() -> None:
    """Let this request carry a file as large as the settings allow; called before anything reads its form.

    Raises
    ------
    UploadTooLargeError
        It says that it is larger, and nothing of it is read.
    SpoolFullError
        The disk has no room for it.
    """
    settings = get_site().settings
    limit, size = settings.max_upload_mb * MB, request.content_length or 0
    if size > limit + FORM_ROOM:
        raise UploadTooLargeError(needed=settings.max_upload_mb, found=round(size / MB))
    require_room(settings.spool, size)
    request.max_content_length = limit + FORM_ROOM
    cast("SpoolingRequest", request).spooling = True


def read_file(name: str) -> tuple[UUID, str]:
    """Return the file of a form as it lies in the spool, and its sender's name for it; raise SelectionError."""
    sent: FileStorage | None = request.files.get(name)
    if sent is None or not sent.filename or not isinstance(sent.stream, SpoolFile):
        raise SelectionError(name=phrase("archivo"), needed=phrase("un archivo elegido"), found="-")
    sent.stream.close()
    return sent.stream.id, sent.filename


def keep_file(upload: UUID) -> None:
    """Leave a file in the spool when the request is over."""
    files = cast("SpoolingRequest", request).spooled
    files[:] = [file for file in files if file.id != upload]


def _forget(_error: BaseException | None) -> None:
    for file in cast("SpoolingRequest", request).spooled:
        file.close()
        discard(file.path.parent, file.id)
