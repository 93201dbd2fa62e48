"""What is built, locked and shipped: the wheel, the lock files, the Docker files."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("runtime", "dev", "bench")
# Keys of the compose specification that a service of ours may use; a misspelt one is silently a fault.
SERVICE_KEYS = {
    *(
        "image",
        "build",
        "command",
        "environment",
        "volumes",
        "healthcheck",
        "shm_size",
        "restart",
        "ports",
        "depends_on",
    ),
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries"}


def read_lock(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8").splitlines()
    return {line.removesuffix(" \\") for line in lines if line and not line.startswith(" ")}


def dockerfile() -> list[list[str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return content


def test_each_lock_holds_the_smaller_one_so_that_one_environment_serves_both() -> None:
    runtime, dev, bench = (read_lock(name) for name in LOCKS)
    assert runtime < dev < bench


@pytest.mark.parametrize("name", [*LOCKS, "tools"])
def test_a_lock_pins_every_package_by_hash_and_names_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in package and "==" in package for package in packages)
    assert not re.search(r"https?://|file:", text)


def test_the_lock_of_the_pages_names_no_host() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = {"runtime": project["project"]["dependencies"], "dev": groups["dev"], "bench": groups["bench"]}
    for name, wanted in asked.items():
        locked = {line.split("==")[0].lower() for line in read_lock(name)}
        assert {re.split(r"[<>=\[]", line)[0].lower() for line in wanted} <= locked


def test_the_wheel_carries_code_sql_layers_handbook_and_pages(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("geo_observatorio", "analysis", "web", "sql", "layers", "docs/handbook"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    held = set(zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))).namelist())
    for folder, target in (
        ("geo_observatorio", "geo_observatorio"),
        ("analysis", "analysis"),
        ("web", "web"),
        ("sql", "geo_observatorio/_data/sql"),
        ("layers", "geo_observatorio/_data/layers"),
        ("docs/handbook", "geo_observatorio/_data/handbook"),
    ):
        files = [path for path in (tmp_path / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"{target}/{path.relative_to(tmp_path / folder)}" for path in files} <= held
    assert not any(name.startswith(("sql/", "layers/", "docs/", "tests/")) for name in held)


def test_every_file_that_the_dockerfile_copies_exists_and_reaches_the_engine() -> None:
    sources = [
        source
        for command, *words in dockerfile()
        if command == "COPY"
        for source in [word for word in words if not word.startswith("--")][:-1]
    ]
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert len(sources) > 10
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in allowed


def test_the_image_runs_as_an_ordinary_user() -> None:
    users = [words[0] for command, *words in dockerfile() if command == "USER"]
    assert users == ["observatorio"]


def test_the_compose_file_has_the_keys_of_its_specification_only(compose: dict[str, Any]) -> None:
    assert set(compose) == {"name", "services", "volumes"}
    for service in compose["services"].values():
        assert set(service) <= SERVICE_KEYS
        assert ("image" in service) != ("build" in service)
        assert set(service.get("healthcheck", {})) <= HEALTH_KEYS
        assert service["restart"] in {"no", "always", "on-failure", "unless-stopped"}
        assert all(isinstance(value, str) for value in service["environment"].values())
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
        for name, dependency in service.get("depends_on", {}).items():
            assert dependency == {"condition": "service_healthy"}
            assert "healthcheck" in compose["services"][name]


def test_the_containers_are_reached_from_this_machine_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_worker_reads_the_folder_that_the_pages_write(compose: dict[str, Any]) -> None:
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    assert web["environment"]["OBSERVATORIO_HOME"] == worker["environment"]["OBSERVATORIO_HOME"]
    assert web["volumes"] == worker["volumes"] == [f"home:{web['environment']['OBSERVATORIO_HOME']}"]
    assert worker["command"][-1].endswith("observatorio work")


def test_the_compose_file_holds_no_password(compose: dict[str, Any]) -> None:
    texts = [value for service in compose["services"].values() for value in service["environment"].values()]
    assert sum("${OBSERVATORIO_DB_PASSWORD:?" in text for text in texts) == 3


def test_the_bootstrap_script_is_a_plain_shell_script() -> None:
    for script in (ROOT / "observatorio", ROOT / ".ci" / "run"):
        assert script.stat().st_mode & 0o111
        assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


def test_continuous_integration_calls_the_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec "$(dirname -- "$0")/../observatorio" test "$@"']
