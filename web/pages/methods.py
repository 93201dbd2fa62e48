"""The methods: the handbook, a chapter a statistic."""

from __future__ import annotations

from flask import Blueprint, render_template

from geo_observatorio.services.handbook import list_chapters, read_chapter
from web.site import get_language

bp = Blueprint("methods", __name__, url_prefix="/metodos")


@bp.get("")
def index() -> str:
    """List the chapters."""
    return render_template("methods.html", chapters=list_chapters(get_language()))


@bp.get("/<name>")
def show(name: str) -> str:
    """Show a chapter."""
    chapter = read_chapter(name, get_language())
    return render_template("chapter.html", chapter=chapter, chapters=list_chapters(get_language()))
