from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from web import assets

ROOT = Path(__file__).resolve().parents[2]


def test_the_lock_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "registry" not in text


def test_every_package_is_locked_with_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_every_copied_package_is_asked_for() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for source in assets.COPIES:
        assert any(source.startswith(f"{name}/") for name in asked)


def test_what_is_installed_is_not_installed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    if not assets.are_installed():
        pytest.skip("the front-end packages are not installed")
    monkeypatch.setattr(assets, "_run_npm", lambda: pytest.fail("npm was started"))
    assert assets.install_assets() is False


def test_a_failed_copy_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    (packages / "one" / "dist").mkdir(parents=True)
    (packages / "one" / "dist" / "a.js").write_text("let a;\n//# sourceMappingURL=a.js.map")
    monkeypatch.setattr(assets, "PACKAGES", packages)
    monkeypatch.setattr(assets, "VENDOR", vendor)
    monkeypatch.setattr(assets, "STAMP", vendor / "lock.sha256")
    monkeypatch.setattr(assets, "COPIES", {"one/dist/a.js": "one/a.js", "two/b.js": "two/b.js"})
    monkeypatch.setattr(assets, "_run_npm", lambda: None)
    with pytest.raises(FileNotFoundError):
        assets.install_assets()
    assert not assets.are_installed()
    monkeypatch.setattr(assets, "COPIES", {"one/dist/a.js": "one/a.js"})
    assert assets.install_assets() is True
    assert (vendor / "one" / "a.js").read_text() == "let a;"
    assert assets.are_installed()


def test_no_stylesheet_fetches_anything_from_elsewhere() -> None:
    if not assets.VENDOR.is_dir():
        pytest.skip("the front-end packages are not installed")
    for path in [*assets.VENDOR.rglob("*.css"), assets.VENDOR.parent / "app.css"]:
        text = path.read_text(encoding="utf-8")
        outside = [url for url in re.findall(r"url\(['\"]?([^'\")]{1,40})", text) if url.startswith(("http", "//"))]
        assert outside == [], path.name
        assert "@import" not in text, path.name
