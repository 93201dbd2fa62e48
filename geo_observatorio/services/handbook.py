"""The handbook: its chapters as HTML, written by us in Markdown; raw HTML in them is shown as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from geo_observatorio.errors import NotFoundError
from geo_observatorio.resources import data_dir

NAME = re.compile(r"[a-z0-9_]{1,60}")


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter: its name in addresses, its title and the question it answers; ``html`` without the title."""

    name: str
    language: str
    title: str
    question: str
    html: Markup


def list_chapters(language: str) -> list[Chapter]:
    """Return all chapters, by title."""
    names = sorted(path.stem for path in data_dir("handbook").glob("*.md") if NAME.fullmatch(path.stem))
    return sorted((read_chapter(name, language) for name in names), key=lambda chapter: chapter.title)


def read_chapter(name: str, language: str) -> Chapter:
    """Return a chapter, in the reader's language where it was translated; raise NotFoundError with those there are."""
    folder = data_dir("handbook")
    translated, original = folder / language / f"{name}.md", folder / f"{name}.md"
    if not NAME.fullmatch(name) or not original.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.md")))
        raise NotFoundError(noun="capítulo", found=name, needed=known or "-")
    path = translated if translated.is_file() else original
    return _render(path, language if path is translated else "es", path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _render(path: Path, language: str, _changed: int) -> Chapter:
    lines = path.read_text(encoding="utf-8").splitlines()
    title = lines[0].removeprefix("# ").strip() if lines and lines[0].startswith("# ") else path.stem
    body = "\n".join(lines[1:] if lines and lines[0].startswith("# ") else lines).strip()
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    markup = Markup(html)  # noqa: S704  # raw HTML in a chapter was escaped
    return Chapter(name=path.stem, language=language, title=title, question=_read_question(body), html=markup)


def _read_question(body: str) -> str:
    """Return what the first paragraph asks, without its marks; all of it where it asks nothing."""
    paragraphs = [part.replace("\n", " ").strip() for part in body.split("\n\n")]
    first = next((part for part in paragraphs if part and not part.startswith(("#", "|", "```"))), "")
    plain = re.sub(r"[*_`]", "", first)
    return plain[: plain.rfind("?") + 1] or plain
