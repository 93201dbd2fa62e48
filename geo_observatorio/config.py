"""Settings: read once from the environment, frozen, passed as an argument; no other module reads the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo_observatorio.errors import SettingError, phrase

ROOT_HOME = Path("/var/lib/observatorio")  # outside root's own home, where the database user may not look
LANGUAGES = ("es", "en")
ONLINE_GEOCODERS = {"nominatim": "nominatim.openstreetmap.org", "photon": "photon.komoot.io"}  # name: its host
OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:\d{1,5})?")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings; docs/manual/ajustes.md describes each, and a test compares.

    Attributes
    ----------
    home
        OBSERVATORIO_HOME: folder of the private database cluster, and of files sent that wait to be received.
    database_url
        DATABASE_URL: a PostgreSQL with PostGIS that replaces the private cluster.
    language
        OBSERVATORIO_LANGUAGE: language of pages and messages, es or en.
    municipality
        OBSERVATORIO_MUNICIPALITY: code of the municipality that the pages open with; empty: the first one.
    port
        OBSERVATORIO_PORT: port of the pages.
    workers
        OBSERVATORIO_WORKERS: web processes.
    allow_non_loopback
        OBSERVATORIO_ALLOW_NON_LOOPBACK: listen on addresses other than 127.0.0.1 although there are no accounts yet.
    max_upload_mb
        OBSERVATORIO_MAX_UPLOAD_MB: the largest file that the upload page takes, in megabytes.
    online_geocoder
        OBSERVATORIO_ONLINE_GEOCODER: a service that `geocode` asks too, nominatim or photon; empty: none.
    online_geocoder_host
        OBSERVATORIO_ONLINE_GEOCODER_HOST: its host, where it is not the usual one: one of this machine, with its port.
    has_display
        DISPLAY, WAYLAND_DISPLAY: there is a screen where `up` may open a browser; never as root.
    """

    home: Path
    database_url: str | None = field(default=None, repr=False)
    language: str = "es"
    municipality: str = ""
    port: int = 8000
    workers: int = 2
    allow_non_loopback: bool = False
    max_upload_mb: int = 500
    online_geocoder: str = ""
    online_geocoder_host: str = ""
    has_display: bool = False

    @property
    def spool(self) -> Path:
        """Folder where files that were sent wait until they are received."""
        return self.home / "uploads"


def load_settings(environment: Mapping[str, str], *, is_root: bool) -> Settings:
    """Read the settings; raise SettingError for a value that cannot be used."""
    return Settings(
        home=_absolute("OBSERVATORIO_HOME", environment.get("OBSERVATORIO_HOME"))
        or default_home(environment, is_root=is_root),
        database_url=environment.get("DATABASE_URL") or None,
        language=_one_of("OBSERVATORIO_LANGUAGE", environment.get("OBSERVATORIO_LANGUAGE", "es"), LANGUAGES),
        municipality=environment.get("OBSERVATORIO_MUNICIPALITY", ""),
        port=_whole("OBSERVATORIO_PORT", environment.get("OBSERVATORIO_PORT", "8000"), low=1, high=65535),
        workers=_whole("OBSERVATORIO_WORKERS", environment.get("OBSERVATORIO_WORKERS", "2"), low=1, high=64),
        allow_non_loopback=_yes_no("OBSERVATORIO_ALLOW_NON_LOOPBACK", environment),
        max_upload_mb=_whole(
            "OBSERVATORIO_MAX_UPLOAD_MB", environment.get("OBSERVATORIO_MAX_UPLOAD_MB", "500"), low=1, high=20_000
        ),
        online_geocoder=_one_of(
            "OBSERVATORIO_ONLINE_GEOCODER",
            environment.get("OBSERVATORIO_ONLINE_GEOCODER", ""),
            ("", *ONLINE_GEOCODERS),
        ),
        online_geocoder_host=_allowed_host(environment.get("OBSERVATORIO_ONLINE_GEOCODER_HOST", "")),
        has_display=not is_root and bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")),
    )


def default_home(environment: Mapping[str, str], *, is_root: bool) -> Path:
    """Return where data live when nobody says otherwise."""
    if is_root:
        return ROOT_HOME
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "/")) / ".local" / "share")
    return Path(base) / "observatorio"


def _absolute(name: str, text: str | None) -> Path | None:
    """Read a folder; a relative one would be another folder for each working directory."""
    if text and not Path(text).is_absolute():
        raise SettingError(name=name, needed=phrase("una ruta que empiece por /"), found=text)
    return Path(text) if text else None


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingError(name=name, needed=" | ".join(choices), found=text)
    return text


def _whole(name: str, text: str, *, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingError(name=name, needed=f"{low} .. {high}", found=text)
    return int(text)


def _allowed_host(text: str) -> str:
    """Read a host that addresses may be sent to: the usual ones, or this machine."""
    if text and text not in ONLINE_GEOCODERS.values() and not OWN_HOST.fullmatch(text):
        raise SettingError(
            name="OBSERVATORIO_ONLINE_GEOCODER_HOST",
            needed=" | ".join((*ONLINE_GEOCODERS.values(), "127.0.0.1:8080")),
            found=text,
        )
    return text


def _yes_no(name: str, environment: Mapping[str, str]) -> bool:
    return _one_of(name, environment.get(name, "0"), ("0", "1")) == "1"
