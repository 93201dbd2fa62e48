from pathlib import Path

import pytest

from geo_observatorio.config import ROOT_HOME, default_home, load_settings
from geo_observatorio.errors import SettingError


def test_nothing_set_gives_defaults_for_an_ordinary_user() -> None:
    settings = load_settings({"HOME": "/home/ana"}, is_root=False)
    assert settings.home == Path("/home/ana/.local/share/observatorio")
    assert (settings.database_url, settings.language, settings.port, settings.workers) == (None, "es", 8000, 2)
    assert not settings.allow_non_loopback
    assert not settings.has_display


def test_root_keeps_data_outside_its_own_home_where_the_database_user_may_go() -> None:
    assert default_home({"HOME": "/root"}, is_root=True) == ROOT_HOME


def test_the_data_folder_of_the_desktop_is_respected() -> None:
    assert default_home({"XDG_DATA_HOME": "/data"}, is_root=False) == Path("/data/observatorio")


def test_every_setting_is_read() -> None:
    settings = load_settings(
        {
            "OBSERVATORIO_HOME": "/srv/obs",
            "DATABASE_URL": "postgresql://ana:secreto@db/obs",
            "OBSERVATORIO_LANGUAGE": "en",
            "OBSERVATORIO_MUNICIPALITY": "0808",
            "OBSERVATORIO_PORT": "9000",
            "OBSERVATORIO_WORKERS": "4",
            "OBSERVATORIO_MAX_UPLOAD_MB": "25",
            "OBSERVATORIO_ALLOW_NON_LOOPBACK": "1",
            "WAYLAND_DISPLAY": "wayland-0",
        },
        is_root=False,
    )
    assert settings.home == Path("/srv/obs")
    assert (settings.language, settings.municipality, settings.port, settings.workers) == ("en", "0808", 9000, 4)
    assert (settings.max_upload_mb, settings.spool) == (25, Path("/srv/obs/uploads"))
    assert settings.allow_non_loopback
    assert settings.has_display


def test_a_secret_is_not_in_the_text_of_the_settings() -> None:
    settings = load_settings({"DATABASE_URL": "postgresql://ana:secreto@db/obs"}, is_root=False)
    assert "secreto" not in repr(settings)


def test_root_opens_no_browser() -> None:
    assert not load_settings({"DISPLAY": ":0"}, is_root=True).has_display


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("OBSERVATORIO_LANGUAGE", "fr"),
        ("OBSERVATORIO_PORT", "0"),
        ("OBSERVATORIO_PORT", "65536"),
        ("OBSERVATORIO_PORT", "ocho"),
        ("OBSERVATORIO_WORKERS", "-1"),
        ("OBSERVATORIO_ALLOW_NON_LOOPBACK", "false"),
        ("OBSERVATORIO_MAX_UPLOAD_MB", "0"),
        ("OBSERVATORIO_HOME", "datos"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_setting(name: str, text: str) -> None:
    with pytest.raises(SettingError) as caught:
        load_settings({name: text}, is_root=False)
    assert caught.value.values["name"] == name
    assert caught.value.values["found"] == text
