"""Answers: a finding as a page shows it, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import url_for

from geo_observatorio.maps.chart_plans import draw_chart
from geo_observatorio.maps.charts import Chart
from geo_observatorio.maps.strips import Panel, draw_strip
from geo_observatorio.maps.tables import Table, tabulate
from geo_observatorio.provenance import Facts, Finding
from geo_observatorio.readings import read_aloud
from geo_observatorio.services.studies import TOTALS
from web import study_labels
from web.errors import Refusal
from web.language import say, write_number
from web.params import Pairs
from web.site import get_language

MOST_SECONDS = 15.0  # that a page may compute: others wait for the same process
FORMATS = (("png", "PNG"), ("gpkg", "GeoPackage"), ("csv", "CSV"), ("geojson", "GeoJSON"), ("json", "JSON"))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What stands beside the map.

    Attributes
    ----------
    pairs
        The question as the query of an address.
    companions
        Addresses of layers that can be laid over the map, by statistic.
    instead
        A question that can be answered where this one cannot, as a query.
    """

    finding: Finding | None
    refusal: Refusal | None
    reading: list[str] = field(default_factory=list)
    table: Table | None = None
    chosen: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, int]] = field(default_factory=list)
    downloads: list[tuple[str, str]] = field(default_factory=list)
    pairs: Pairs = field(default_factory=list)
    companions: Mapping[str, str] = field(default_factory=dict)
    instead: Pairs = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return the permanent key of the finding, empty where there is none."""
        return self.finding.provenance.key if self.finding else ""

    @property
    def chart(self) -> Chart | None:
        """Return the chart that belongs beside the map, None where there is none."""
        return draw_chart(self.statistic, self.finding.result, get_language()) if self.finding else None

    @property
    def strip(self) -> Sequence[Panel]:
        """Return small pictures of the same map with other values of its main option; none for most statistics."""
        return draw_strip(self.finding.result, get_language()) if self.finding else []

    @property
    def tables(self) -> list[tuple[str, str]]:
        """Return the further tables of the finding, by name, with their addresses."""
        names = self.finding.result.tables if self.finding else {}
        return [
            (say(study_labels.TABLES.get(name, name)), url_for("downloads.send", key=self.key, form="csv", table=name))
            for name in names
        ]

    @property
    def statistic(self) -> str:
        """Return the name of the statistic, empty where there is no finding."""
        return self.finding.provenance.statistic if self.finding else ""

    @property
    def facts(self) -> Facts | None:
        """Return the facts of the data, None where there is no finding."""
        return self.finding.context if self.finding else None

    @property
    def totals_only(self) -> bool:
        """Tell whether the answer may speak of reserved categories: then nothing finer than its total is told."""
        return self.statistic == TOTALS

    @property
    def total(self) -> int | None:
        """Return the total of an answer in totals, None where it is too small to be told."""
        total: int | None = self.finding.result.reading["total"] if self.finding else None
        return total

    def on_map(self) -> dict[str, object]:
        """Return what the page's script needs to draw it."""
        drawing = url_for("findings.layers", key=self.key) if self.finding else None
        return {"statistic": self.statistic, "drawing": drawing, "companions": dict(self.companions)}


def answer_of(
    finding: Finding | None,
    refusal: Refusal | None,
    *,
    pairs: Pairs | None = None,
    companions: Mapping[str, str] | None = None,
    instead: Pairs | None = None,
) -> Answer:
    """Make a finding, or a refusal, ready for a page."""
    if finding is None:
        return Answer(finding=None, refusal=refusal, pairs=pairs or [], instead=instead or [])
    language = get_language()
    return Answer(
        finding=finding,
        refusal=None,
        reading=read_aloud(finding, language),
        table=tabulate(finding, language),
        chosen=_tell_chosen(finding),
        left_out=[(say(study_labels.LEFT_OUT.get(reason, reason)), n) for reason, n in finding.result.left_out.items()],
        downloads=list_downloads(finding.provenance.key),
        pairs=pairs or [],
        companions=companions or {},
    )


def list_downloads(key: str) -> list[tuple[str, str]]:
    """Return the files that a finding can be had as, with their addresses."""
    return [(title, url_for("downloads.send", key=key, form=form)) for form, title in FORMATS]


def _tell_chosen(finding: Finding) -> list[tuple[str, str]]:
    """Return the values that the method picked for the user, in words."""
    return [(say(study_labels.OPTIONS.get(name, name)), _write(value)) for name, value in finding.result.chosen.items()]


def _write(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return write_number(value, 0 if float(value).is_integer() else 2)
    return say(study_labels.CHOICES.get(str(value), str(value)))
