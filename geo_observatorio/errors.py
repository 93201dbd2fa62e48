"""What can be refused: a code and its values; the sentence is made where it is shown (see `sentences`)."""

from __future__ import annotations


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


class PendingMigrationError(ObservatorioError):
    """The schema is not the one this version needs; values: needed, found."""

    code = "pending_migration"


class NotFoundError(ObservatorioError):
    """A thing named by the user does not exist; values: noun, found, needed (what there is)."""

    code = "not_found"


class FileRefusedError(ObservatorioError):
    """A file cannot be taken as it is; values: file, needed, found."""

    code = "file_refused"


class LayerRefusedError(ObservatorioError):
    """A layer of boundaries or places cannot be taken; values: file, needed, found."""

    code = "layer_refused"


class SensitiveCategoryError(ObservatorioError):
    """A sensitive category was asked for at more detail than it may be shown; values: found."""

    code = "sensitive_category"


class SelectionError(ObservatorioError):
    """A question cannot be answered as it was put; values: name, needed, found."""

    code = "selection"
