"""The bootstrap script, with programs that only say how they were called in the place of the environment."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUB = '#!/bin/sh\nprintf "%s" "$(basename "$0")"; printf " [%s]" "$@"; echo\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose environment is prepared for `dev`, as far as its stamp says."""
    root = tmp_path / "a checkout"
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ("observatorio", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "observatorio", "ruff", "mypy", "lint-imports", "pytest"):
        write_program(programs / name, STUB)
    stamp(root, "dev")
    return root


def write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def stamp(root: Path, level: str) -> None:
    parts = (root / "requirements" / "tools.lock", root / "requirements" / f"{level}.lock", root / "pyproject.toml")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()
    (root / ".venv" / "prepared").write_text(f"{level} {digest} {root}\n", encoding="utf-8")


def run(root: Path, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with a database given, so that no PostGIS is looked for."""
    found = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://none", **environment}
    command = [str(root / "observatorio"), *arguments]
    return subprocess.run(command, cwd=cwd or root, env=found, capture_output=True, text=True, check=False)


def test_a_command_gets_its_arguments_as_they_were_written(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, "ingest", "policia", "robos de enero.xlsx", cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "observatorio [ingest] [policia] [robos de enero.xlsx]"
    assert done.returncode == 0


def test_an_environment_that_holds_more_serves_what_needs_less(checkout: Path) -> None:
    before = (checkout / ".venv" / "prepared").read_text(encoding="utf-8")
    assert "Preparando" not in run(checkout, "up").stderr
    assert (checkout / ".venv" / "prepared").read_text(encoding="utf-8") == before


def test_a_changed_lock_prepares_the_same_level_again(checkout: Path) -> None:
    with (checkout / "requirements" / "dev.lock").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    done = run(checkout, "up", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert "Preparando el entorno de Python (dev)" in done.stderr
    assert done.returncode != 0  # without an index nothing can be installed
    assert "observatorio [up]" not in done.stdout


def test_the_test_command_runs_every_step_and_stops_at_the_first_that_fails(checkout: Path) -> None:
    if not Path("/usr/bin/chromium").exists() or not list(
        Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    ):
        pytest.skip("this machine lacks Chromium or PostGIS, which the test command would install")
    done = run(checkout, "test", "-k", "a word")
    steps = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith("python")]
    assert steps == ["ruff", "ruff", "mypy", "lint-imports", "pytest"]
    assert "[loadfile] [-k] [a word]" in done.stdout
    write_program(checkout / ".venv" / "bin" / "mypy", "#!/bin/sh\nexit 1\n")
    done = run(checkout, "test")
    assert done.returncode == 1
    assert "Falló: mypy" in done.stderr
    assert "pytest" not in done.stdout


@pytest.fixture
def bare() -> Iterator[Path]:
    """Return a checkout of somebody who is not root, without an environment."""
    with tempfile.TemporaryDirectory(prefix="observatorio-") as folder:
        shutil.copy(ROOT / "observatorio", folder)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            Path(folder).chmod(0o755)
        yield Path(folder)


def test_who_may_not_install_is_told_the_one_command(bare: Path) -> None:
    programs = bare / "programs"  # a machine without Python
    programs.mkdir()
    for name in ("sh", "dirname", "cat", "ls", "id", "cut", "flock", "apt-get"):
        (programs / name).symlink_to(shutil.which(name) or "/bin/false")
    done = subprocess.run(
        [str(bare / "observatorio"), "up"],
        env={"PATH": str(programs), "DATABASE_URL": "postgresql://none"},
        user="nobody" if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Faltan paquetes del sistema. Instálelos y repita la orden: "
        "sudo apt-get install --yes --no-install-recommends python3 python3-venv"
    ]
