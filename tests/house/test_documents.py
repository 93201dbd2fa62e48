"""The documents say what is true: folders, modules, settings, commands, chapters."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from analysis import STATISTICS
from geo_observatorio import config
from geo_observatorio.cli import observatorio
from geo_observatorio.resources import data_dir

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HEADINGS = ("Pregunta", "Datos", "Fórmula", "Supuestos", "Lectura", "Límites", "Referencias")
SETTING = re.compile(r"\b(?:OBSERVATORIO_[A-Z_]+|DATABASE_URL|DISPLAY|WAYLAND_DISPLAY)\b")
COMMAND = re.compile(r"^\s*(?:\$ )?(?:\./)?observatorio\s+([^#\n`]*)", re.MULTILINE)
INLINE = re.compile(r"`(?:\./)?observatorio ([a-z][^`]*)`")
WRITTEN = sorted(
    [ROOT / "README.md", ROOT / "LEEME.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md"), *DOCS.rglob("manual/*.md")]
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
SCRIPT_COMMANDS = {"test", "bench"}  # of the bootstrap script alone


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def tracked(folder: str = ".") -> list[Path]:
    """Return the files that belong to the repository, or will at the next commit."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).exists()]


def named_paths() -> set[str]:
    """Return every path that the page of the architecture names in backquotes."""
    return set(re.findall(r"`([\w./-]+(?:/|\.py))`", read(DOCS / "architecture.md")))


def test_the_architecture_names_only_what_exists() -> None:
    assert [path for path in sorted(named_paths()) if not (ROOT / path).exists()] == []


def test_the_architecture_names_every_folder() -> None:
    folders = {path.relative_to(ROOT).parent for path in tracked()}
    wanted = {f"{folder}/" for folder in folders if 0 < len(folder.parts) <= 2 and folder.parts[0][0] != "."}
    unnamed = {folder for folder in wanted if folder not in named_paths() and not is_inside_named(folder)}
    assert unnamed == set()


def is_inside_named(folder: str) -> bool:
    """Tell whether a folder of tests or data is covered by the line of the folder that holds it."""
    top = folder.split("/", maxsplit=1)[0]
    return top in {"docs", "layers", "tests", "requirements"} and f"{top}/" in named_paths()


def test_the_architecture_names_every_module_of_analysis() -> None:
    text = read(DOCS / "architecture.md")
    modules = {path.stem for path in (ROOT / "analysis").glob("*.py")} - {"__init__"}
    assert {name for name in modules if not re.search(rf"\b{name}\b", text)} == set()


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_has_a_chapter(name: str) -> None:
    chapter = read(data_dir("handbook") / f"{name}.md")
    assert [heading for heading in HEADINGS if f"\n## {heading}\n" not in chapter] == []


def test_the_guide_from_question_to_study_names_every_statistic() -> None:
    guide = read(DOCS / "manual" / "elegir-un-estudio.md")
    assert [name for name in STATISTICS if f"(../handbook/{name}.md)" not in guide] == []


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    documented = set(SETTING.findall(read(DOCS / "manual" / "ajustes.md")))
    described = set(SETTING.findall(config.Settings.__doc__ or ""))
    used = set(SETTING.findall(read(Path(config.__file__))))
    assert documented == described == used


def test_every_field_of_the_settings_is_described() -> None:
    for name in config.Settings.__dataclass_fields__:
        assert re.search(rf"^    {name}$", config.Settings.__doc__ or "", re.MULTILINE), name


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_the_documents_exists_with_its_options(path: Path) -> None:
    text = read(path)
    blocks = "\n".join(line for line in text.splitlines() if line.startswith("    ")).replace("\\\n", " ")
    for words in [*COMMAND.findall(blocks), *INLINE.findall(text)]:
        check_command(words.split())


def check_command(words: list[str]) -> None:
    """Follow the words through the commands, and look up each option."""
    if words[0] in SCRIPT_COMMANDS or words[0].startswith("-") or not words[0][0].isalpha():
        return
    command: click.Command | None = observatorio
    context = click.Context(observatorio)
    while isinstance(command, click.Group) and words and re.fullmatch(r"[a-z-]+", words[0]):
        command = command.get_command(context, words.pop(0))
    assert command is not None, words
    options = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    asked = {word.split("=")[0].strip("[]") for word in words if word.strip("[").startswith("--")}
    assert asked <= options


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    assert [target for target in LINK.findall(read(path)) if not (path.parent / target).exists()] == []


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## Unreleased\n" in read(ROOT / "CHANGELOG.md")


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = read(ROOT / "LICENSE")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    pattern = re.compile(r"/(?:root|home/\w+|Users)/|/work/")
    texts = [path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".sql", ".html", ".js", ".yml", ""}]
    found = [str(path.relative_to(ROOT)) for path in texts if path.is_file() and pattern.search(read(path))]
    assert [name for name in found if not name.startswith("tests/")] == []
