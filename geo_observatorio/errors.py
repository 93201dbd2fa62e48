"""What can be refused: a code and its values; the sentence is made where it is shown (see `sentences`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Phrase:
    """A value of an error that is itself words: a Spanish text, translated and filled in where it is shown."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def phrase(text: str, /, **values: object) -> Phrase:
    """Make a phrase of a Spanish text and the values that it names in braces."""
    return Phrase(text, values)


class ObservatorioError(Exception):
    """Root of all errors of this package."""

    code = "observatorio"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code}: " + ", ".join(f"{key}={value}" for key, value in values.items()))


class SettingError(ObservatorioError):
    """A setting has a value that cannot be used; values: name, needed, found."""

    code = "setting"


class PostgisMissingError(ObservatorioError):
    """PostgreSQL with PostGIS is not installed; values: command."""

    code = "postgis_missing"


class ClusterError(ObservatorioError):
    """The private database cluster could not be started; values: action, found."""

    code = "cluster"


class DatabaseUnreachableError(ObservatorioError):
    """No answer from the database; values: found."""

    code = "database_unreachable"


class DatabaseFailedError(ObservatorioError):
    """The database refused or broke off what was asked of it; values: found, without anything of the data."""

    code = "database_failed"


class SystemRefusedError(ObservatorioError):
    """The system does not let a file be read or written; values: file, found."""

    code = "system_refused"


class TooMuchWorkError(ObservatorioError):
    """A page would take too long to answer; values: option, found, needed (of that option), seconds, most."""

    code = "too_much_work"


class DatabaseBusyError(ObservatorioError):
    """Another transaction holds what a page would change, for longer than a reader waits; values: none."""

    code = "database_busy"


class DatabaseSlowError(ObservatorioError):
    """An answer took the database longer than a reader waits; values: none."""

    code = "database_slow"


class PendingMigrationError(ObservatorioError):
    """The schema is not the one this version needs; values: needed, found."""

    code = "pending_migration"


class UnweighedError(ObservatorioError):
    """None of the categories has a harm weight; values: found (categories), needed (where weights are kept)."""

    code = "unweighed"


class NotFoundError(ObservatorioError):
    """A thing named by the user does not exist; values: noun, found, needed (what there is)."""

    code = "not_found"


class AlreadyExistsError(ObservatorioError):
    """A thing that is never changed once made has that name already; values: noun, found."""

    code = "already_exists"


class FileRefusedError(ObservatorioError):
    """A file cannot be taken as it is; values: file, needed, found."""

    code = "file_refused"


class UploadTooLargeError(ObservatorioError):
    """A file that was sent is larger than the settings allow; values: needed, found (megabytes)."""

    code = "upload_too_large"


class SpoolFullError(ObservatorioError):
    """There is no room on the disk for a file that is being sent; values: needed (megabytes)."""

    code = "spool_full"


class UploadGoneError(ObservatorioError):
    """A file that was sent is not there any more, or is past what was asked of it; values: found (its state)."""

    code = "upload_gone"


class WorkLostError(ObservatorioError):
    """The process that received a file ended in the middle, each time; values: found (how often)."""

    code = "work_lost"


class UnforeseenError(ObservatorioError):
    """Work in the background failed by a fault of ours; values: found (kind of the fault, nothing of the data)."""

    code = "unforeseen"


class LayerRefusedError(ObservatorioError):
    """A layer of boundaries or places cannot be taken; values: file, needed, found."""

    code = "layer_refused"


class SensitiveCategoryError(ObservatorioError):
    """A sensitive category was asked for at more detail than it may be shown; values: found."""

    code = "sensitive_category"


class DescriptionError(ObservatorioError):
    """What is said of a source cannot make a template; values: name, needed, found."""

    code = "description"


class SelectionError(ObservatorioError):
    """A question cannot be answered as it was put; values: name, needed, found."""

    code = "selection"


class UndeliveredError(SelectionError):
    """A period lies wholly outside the days that were delivered; values: since, until, found (what was)."""

    code = "undelivered"


class ReviewConflictError(ObservatorioError):
    """An address cannot be reviewed at this moment, or not any more; values: found."""

    code = "review_conflict"


class BackupRefusedError(ObservatorioError):
    """A file is no whole backup of the observatory; values: file, found."""

    code = "backup_refused"


class BackupFailedError(ObservatorioError):
    """A backup could not be written; values: file, found."""

    code = "backup_failed"


class DatabaseNotEmptyError(ObservatorioError):
    """A restore would mix with data that are there; values: found (number of tables)."""

    code = "database_not_empty"


class RealDataError(ObservatorioError):
    """Synthetic data would mix with what institutions delivered; values: municipality, found (their sources)."""

    code = "real_data"


class NotLoopbackError(ObservatorioError):
    """The pages may not listen on an address that others can reach; values: found."""

    code = "not_loopback"


class PortBusyError(ObservatorioError):
    """Somebody else listens on the port; values: found."""

    code = "port_busy"


class PagesError(ObservatorioError):
    """The pages did not start or did not answer well; values: address, found."""

    code = "pages"


def refuse_layer(file: str, needed: Phrase | str, found: Phrase | str) -> LayerRefusedError:
    """Make the refusal of a layer: which file, what was needed, what was found."""
    return LayerRefusedError(file=file, needed=needed, found=found)
