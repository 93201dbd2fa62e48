"""What the classes of a scale mean together: a title, a unit, and what a cell, an area or a shape tells."""

from __future__ import annotations

from dataclasses import dataclass, field

from geo_observatorio.maps.colours import CLASS_WORDS, NOT_SIGNIFICANT


@dataclass(frozen=True, kw_only=True)
class Told:
    """How results of one scale are told.

    Attributes
    ----------
    title, unit
        Of the legend.
    columns
        Of the table, that the tip needs.
    tip
        Lines, with columns in braces; ``{class}`` is the class in words. A line none of whose columns is known is left
        out where areas and shapes are told.
    none
        What the class ``none`` means.
    hatched
        Why a surface is hatched, where it is not for the edge alone.
    tested
        Whether each class is a test, whose correction for the others the legend must declare where there is none.
    """

    title: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    tip: tuple[str, ...] = field(default=("{class}",))
    none: str = CLASS_WORDS[NOT_SIGNIFICANT]
    hatched: str = ""
    tested: bool = False


SCALES: dict[str, Told] = {
    "rate_per_1000": Told(title="Densidad por habitante", hatched="Vive muy poca gente, o demasiado cerca del borde"),
    "count": Told(title="Incidentes por celda"),
    "harm": Told(
        title="Concentración del peso",
        unit="las menos celdas que reúnen la parte pedida",
        columns=("count", "harm", "rank", "count_rank"),
        tip=(
            "{count} incidentes; peso {harm}",
            "N.º {rank} por peso, N.º {count_rank} por incidentes",
            "{class}",
        ),
        none="fuera de ellas",
    ),
    "risk_ratio": Told(title="Razón de densidades"),
    "weighted_hotspots": Told(
        title="Puntos calientes y fríos del peso (Gi*)",
        unit="q: tasa de descubrimientos falsos",
        columns=("count", "weight", "around", "expected", "q"),
        tip=(
            "{count} incidentes en la celda; pesan {weight}",
            "{around} con sus vecinas; se esperaban {expected}",
            "{class}; q = {q}",
        ),
    ),
    "ambient": Told(
        title="Calientes para su gente",
        unit="q: tasa de descubrimientos falsos, frente a lo que daría la población",
        columns=("count", "around", "expected", "q"),
        tip=(
            "{count} incidentes en la celda",
            "{around} con sus vecinas; por su población se esperaban {expected}",
            "{class}; q = {q}",
        ),
        none="no distinguible de lo que explica su población",
    ),
    "stability": Told(
        title="Estabilidad de los puntos calientes",
        unit="parte de las muestras, cada una en una de 12 cuadrículas, en que el lugar es caliente",
        columns=("percent", "grids"),
        tip=("Caliente en el {percent} % de las muestras", "y en {grids} de 12 cuadrículas con los datos tal cual"),
        none="caliente en menos de la mitad de las muestras",
    ),
    "agreement": Told(
        title="Acuerdo entre ajustes",
        unit="en cuántos el lugar es caliente",
        columns=("settings",),
        tip=("Caliente en {settings} ajustes", "{class}"),
        none="caliente en ninguno",
    ),
    "concentration": Told(
        title="Concentración",
        unit="las menos celdas que reúnen la parte pedida de los incidentes",
        columns=("count", "rank"),
        tip=("{count} incidentes en la celda", "N.º {rank} de las más llenas", "{class}"),
        none="fuera de ellas",
    ),
    "line_density": Told(title="Densidad a lo largo de las calles"),
    "kind_ratio": Told(title="Parte de los segundos"),
    "around_ratio": Told(title="Incidentes alrededor"),
    "moran": Told(
        title="Moran local",
        unit="verde: parecido a sus vecinos; rosado: distinto",
        columns=("count", "moran", "p", "q"),
        tip=("{count} incidentes", "I = {moran}; p = {p}", "{class}; q = {q}"),
        tested=True,
    ),
    "around": Told(
        title="Los vecinos, frente a la media",
        tip=("{count} incidentes", "sus vecinos: {around} desviaciones"),
    ),
    "joins": Told(
        title="Unidades marcadas",
        unit="las que se cuentan en pares; describe, no prueba",
        columns=("count",),
        tip=("{count} incidentes", "{class}"),
        none="sin marcar",
    ),
    "geary": Told(
        title="Geary local",
        unit="verde: difiere poco de sus vecinos; rosado: mucho",
        columns=("count", "geary", "expected", "q"),
        tip=("{count} incidentes", "c = {geary}; al azar {expected}", "{class}; q = {q}"),
        tested=True,
    ),
    "point_clusters": Told(
        title="Agrupaciones de incidentes",
        unit="juntos, sin prueba de cada una",
        tip=("N.º {rank}: {class}", "{count} incidentes en {locations} coordenadas; {pile} en una sola"),
    ),
    "nearest_neighbour_clusters": Told(
        title="Agrupaciones por vecino más cercano",
        unit="juntos, sin prueba de cada una",
        tip=("N.º {rank}: {class}", "{count} incidentes en {locations} coordenadas; {pile} en una sola"),
    ),
    "scan": Told(
        title="Conglomerados",
        unit="círculos con más o menos incidentes de los que les tocan",
        tip=(
            "N.º {rank}: {class}",
            "{observed} incidentes donde tocaban {expected} ({ratio} veces)",
            "p = {p}, {units} unidades, {land_km2} km²",
        ),
        none="el más llamativo, no distinguible del azar",
    ),
    "rate_shown": Told(
        title="Tasas por corregimiento",
        tip=(
            "{count} incidentes, {persons} habitantes",
            "Tasa {rate} ({rate_low} a {rate_high})",
            "Suavizada hacia la común {eb_rate}; hacia las vecinas {local_rate}",
        ),
    ),
    "lq_shown": Told(
        title="Cociente de localización",
        unit="parte de lo elegido en el corregimiento, entre su parte en la ciudad",
        tip=(
            "{count} de {base} incidentes; se esperaban {expected}",
            "Cociente {lq} ({lq_low} a {lq_high})",
            "{class}; q = {q}",
        ),
    ),
    "similarity": Told(
        title="Parte que le toca a cada unidad",
        unit="después frente a antes; q: tasa de descubrimientos falsos",
        columns=("before", "after", "difference", "q"),
        tip=("Antes {before}, después {after}", "Diferencia de partes {difference}", "{class}; q = {q}"),
        none="sin diferencia distinguible",
    ),
    "transitions": Told(
        title="Puntos calientes antes y después",
        unit="q ≤ 0.05 en cada lado",
        columns=("before", "after", "agreement"),
        tip=("Antes {before}, después {after}", "{class}", "Acuerdo {agreement}"),
        none="ni caliente ni fría",
    ),
    "area_change": Told(
        title="Cambio de cada corregimiento frente a sí mismo",
        unit="q: tasa de descubrimientos falsos",
        tip=(
            "Antes {before}, después {after}",
            "Por mes: {rate_before} y {rate_after}",
            "Razón {ratio} ({ratio_low} a {ratio_high})",
            "{class}; q = {q}",
        ),
        none="sin cambio distinguible",
    ),
}
