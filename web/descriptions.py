"""A description of a source as its form sends it: one choice a column, then what is said of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo_observatorio.services.descriptions import LONGEST_TEXT, Description
from web.params import Args


def read_description(args: Args, columns: int) -> Description | None:
    """Return what the form says; None where it was not sent yet."""
    if not args.get("said"):
        return None
    return Description(
        name=args.get("name", "").strip()[:LONGEST_TEXT],
        title=" ".join(args.get("title", "").split()),
        institution=" ".join(args.get("institution", "").split()),
        licence=" ".join(args.get("licence", "").split()),
        fields=tuple(args.get(f"c{place}", "") for place in range(columns)),
        days=tuple(args.getlist("day")),
        midnight_is_unknown=bool(args.get("midnight")),
        decimal_comma=bool(args.get("comma")),
        datum=args.get("datum", "wgs84"),
        by_number=args.get("known_by", "content") == "number",
        several_offences=bool(args.get("several")),
        categories=args.get("categories", ""),
        aliases=read_aliases(args.getlist("alias")),
    )


def read_aliases(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return the texts that are assigned a category, each as `CODE|text`."""
    split = [pair.partition("|") for pair in pairs]
    return {text: code for code, bar, text in split if code and bar and text}
