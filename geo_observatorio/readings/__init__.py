"""Readings: the facts of a finding as sentences: what, how sure, what not to conclude."""

from __future__ import annotations

from collections.abc import Callable

from geo_observatorio.provenance import Finding
from geo_observatorio.readings import (
    ambient_hotspots,
    area_change,
    area_hotspots,
    area_local_geary,
    area_local_moran,
    area_rates,
    area_totals,
    change,
    clusters,
    compare_methods,
    concentration,
    cross_ripley,
    density,
    density_rate,
    global_autocorrelation,
    hotspot_transitions,
    hotspots,
    incremental_distance,
    join_counts,
    local_geary,
    local_moran,
    location_quotient,
    network_density,
    relative_risk,
    ripley,
    scan,
    similarity,
    space_time_density,
    stability,
    weighted_hotspots,
    weights,
    zone_change,
)
from geo_observatorio.readings.periods import say_undelivered
from geo_observatorio.readings.quality import say_quality
from geo_observatorio.readings.voice import Voice, say_placed

READERS: dict[str, Callable[[Finding, Voice], list[str]]] = {
    "area_hotspots": area_hotspots.read,
    "concentration": concentration.read,
    "density": density.read,
    "hotspots": hotspots.read,
    "stability": stability.read,
    "ambient_hotspots": ambient_hotspots.read,
    "incremental_distance": incremental_distance.read,
    "compare_methods": compare_methods.read,
    "area_local_geary": area_local_geary.read,
    "area_local_moran": area_local_moran.read,
    "global_autocorrelation": global_autocorrelation.read,
    "join_counts": join_counts.read,
    "local_moran": local_moran.read,
    "local_geary": local_geary.read,
    "scan": scan.read,
    "area_rates": area_rates.read,
    "location_quotient": location_quotient.read,
    "point_clusters": clusters.read_point,
    "nearest_neighbour_clusters": clusters.read_nearest,
    "similarity": similarity.read,
    "hotspot_transitions": hotspot_transitions.read,
    "area_change": area_change.read,
    "scan_against": scan.read,
    "change": change.read,
    "zone_change": zone_change.read,
    "relative_risk": relative_risk.read,
    "weighted_hotspots": weighted_hotspots.read,
    "density_rate": density_rate.read,
    "weighted_density": weights.read_density,
    "weighted_concentration": weights.read_concentration,
    "space_time_density": space_time_density.read,
    "area_totals": area_totals.read,
    "ripley": ripley.read,
    "cross_ripley": cross_ripley.read,
    "network_density": network_density.read,
}


def read_aloud(finding: Finding, language: str = "es") -> list[str]:
    """Return the sentences of a finding; a statistic without a reader of its own says what was counted."""
    voice = Voice(language=language)
    reader = READERS.get(finding.provenance.statistic)
    sentences = reader(finding, voice) if reader else say_placed(finding, voice)
    told = [sentences[0], *say_undelivered(finding, voice), *sentences[1:-1], *say_quality(finding, voice)]
    return [*told, sentences[-1]]  # the last one says what not to conclude
