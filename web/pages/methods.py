"""The methods: the handbook, a chapter a statistic."""

from __future__ import annotations

from flask import Blueprint, render_template

from analysis import STATISTICS
from geo_observatorio.services.handbook import Chapter, list_chapters, read_chapter
from web import forms, study_labels
from web.language import say
from web.site import get_language

bp = Blueprint("methods", __name__, url_prefix="/metodos")


@bp.get("")
def index() -> str:
    """List the chapters by family of methods; those about no statistic come last."""
    return render_template("methods.html", families=_group(list_chapters(get_language())))


@bp.get("/<name>")
def show(name: str) -> str:
    """Show a chapter, and the options of its statistic with their defaults and limits."""
    chapter = read_chapter(name, get_language())
    fields = forms.describe_fields(name, STATISTICS[name].params()) if name in STATISTICS else []
    sides = STATISTICS[name].sides if name in STATISTICS else 0
    families = _group(list_chapters(get_language()))
    return render_template("chapter.html", chapter=chapter, families=families, fields=fields, sides=sides)


def _group(chapters: list[Chapter]) -> list[tuple[str, list[Chapter]]]:
    """Return the chapters by family, in the order of the map's form."""
    families = {name: STATISTICS[name].family for name in STATISTICS}
    groups = [
        (say(title), [chapter for chapter in chapters if families.get(chapter.name) == family])
        for family, title in study_labels.FAMILIES.items()
    ]
    rest = [chapter for chapter in chapters if chapter.name not in families]
    return [group for group in [*groups, (say("Los datos"), rest)] if group[1]]
