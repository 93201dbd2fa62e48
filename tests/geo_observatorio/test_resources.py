from pathlib import Path

import pytest

from geo_observatorio import resources


@pytest.mark.parametrize("name", resources.FOLDERS)
def test_data_are_found_in_a_checkout(name: str) -> None:
    assert any(resources.data_dir(name).rglob("*.*"))


def test_installed_data_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_data" / "sql").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    assert resources.data_dir("sql") == tmp_path / "_data" / "sql"
