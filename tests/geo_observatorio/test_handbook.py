from __future__ import annotations

from pathlib import Path

import pytest

from analysis import STATISTICS
from geo_observatorio.errors import NotFoundError
from geo_observatorio.services import handbook
from geo_observatorio.services.handbook import list_chapters, read_chapter


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(handbook, "data_dir", lambda _name: tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_has_a_chapter_to_show(name: str) -> None:
    chapter = read_chapter(name, "es")
    assert chapter.title
    assert chapter.question.endswith("?")
    assert "<h2>" in chapter.html


def test_chapters_are_listed_by_title() -> None:
    titles = [chapter.title for chapter in list_chapters("es")]
    assert titles == sorted(titles)


def test_raw_html_in_a_chapter_is_text(folder: Path) -> None:
    (folder / "one.md").write_text("# Uno\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    html = read_chapter("one", "es").html
    assert "<script>" not in html
    assert 'href="javascript' not in html


def test_a_translated_chapter_is_shown_in_its_language(folder: Path) -> None:
    (folder / "one.md").write_text("# Uno\n\nTexto.")
    (folder / "en").mkdir()
    (folder / "en" / "one.md").write_text("# One\n\nText.")
    assert (read_chapter("one", "en").title, read_chapter("one", "en").language) == ("One", "en")
    assert read_chapter("one", "es").language == "es"


@pytest.mark.parametrize("name", ["nothing", "../one", "ONE", "", "a" * 100, "one.md"])
def test_there_is_no_chapter_of_another_name(folder: Path, name: str) -> None:
    (folder / "one.md").write_text("# Uno\n\nTexto.")
    with pytest.raises(NotFoundError):
        read_chapter(name, "es")
