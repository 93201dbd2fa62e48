"""Columns of the tables that are not by area: places, cells, settings, distances."""

from __future__ import annotations

from geo_observatorio.maps.columns import Column

PLACES = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="part"),
    Column(name="kind", title="Tipo", form="kind"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="area_km2", title="km²", form="decimal"),
    Column(name="rate", title="Por km² y mes", form="number"),
    Column(name="share", title="Parte", form="share"),
    Column(name="q", title="q", form="q"),
    Column(name="weight", title="Peso", form="number", optional=True),
    Column(name="weight_share", title="Parte del peso", form="share", optional=True),
    Column(name="expected", title="Por su población", form="number", optional=True),
    Column(name="ratio", title="Razón", form="decimal", optional=True),
    Column(name="hot_share", title="Mapas en que es caliente", form="share", optional=True),
    Column(name="stability", title="Muestras en que es caliente", form="share", optional=True),
    Column(name="grids", title="Cuadrículas en que es caliente, de 12", form="count", optional=True),
)
CONCENTRATION = (
    Column(name="share", title="De los incidentes", form="share"),
    Column(name="cells", title="Celdas", form="count"),
    Column(name="km2", title="km²", form="decimal"),
    Column(name="area_share", title="Del área", form="share"),
    Column(name="low", title="desde", form="share"),
    Column(name="high", title="hasta", form="share"),
    Column(name="chance_area_share", title="Al azar", form="share"),
)
BANDWIDTHS = (
    Column(name="method", title="Quién aconseja", form="word"),
    Column(name="bandwidth", title="Ancho (m)", form="count"),
    Column(name="taken", title="En uso", form="word"),
    Column(name="at_boundary", title="Al límite", form="word"),
    Column(name="sigma", title="σ (m)", form="count"),
)
TRANSITIONS = (
    Column(name="before", title="Antes", form="word"),
    Column(name="after_hot", title="Después calientes", form="count"),
    Column(name="after_none", title="ni calientes ni frías", form="count"),
    Column(name="after_cold", title="frías", form="count"),
    Column(name="cells", title="Celdas", form="count"),
)
SETTINGS = (
    Column(name="setting", title="Ajuste", form="word"),
    Column(name="hot_km2", title="km² calientes", form="decimal"),
    Column(name="incidents", title="Incidentes", form="count"),
    Column(name="incident_share", title="Parte", form="share"),
    Column(name="like_usual", title="Igual al de costumbre", form="share"),
    Column(name="refused", title="Sin respuesta", form="word"),
)
CROSS_RIPLEY = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="l", title="L(r) − r (m)", form="number"),
    Column(name="l_mean", title="al azar, media", form="number"),
    Column(name="l_low", title="al azar, desde", form="number"),
    Column(name="l_high", title="hasta", form="number"),
)
STREETS = (
    Column(name="street", title="Calle", form="text"),
    Column(name="peak", title="Máximo", form="number"),
    Column(name="line_density", title="Media", form="number"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="km", title="km", form="decimal"),
)
RIPLEY = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="l", title="L(r) − r (m)", form="number"),
    Column(name="l_low", title="al azar, desde", form="number"),
    Column(name="l_high", title="hasta", form="number"),
    Column(name="g", title="G(r)", form="share"),
    Column(name="g_mean", title="G al azar", form="share"),
    Column(name="f", title="F(r)", form="share"),
    Column(name="f_mean", title="F al azar", form="share"),
)
CELL_CLASSES = (
    Column(name="class", title="Clase", form="class"),
    Column(name="cells", title="Celdas", form="count"),
    Column(name="km2", title="km²", form="decimal"),
    Column(name="incidents", title="Incidentes", form="count"),
    Column(name="share", title="Parte", form="share"),
)
CLUSTERS = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="locations", title="Coordenadas", form="count"),
    Column(name="pile", title="En una coordenada", form="count"),
    Column(name="hull_km2", title="km² de la envolvente", form="decimal"),
    Column(name="major_m", title="Semieje mayor (m)", form="number"),
    Column(name="minor_m", title="Semieje menor (m)", form="number"),
    Column(name="members", title="Agrupaciones dentro", form="count", optional=True),
)
SCAN = (
    Column(name="rank", title="N.º", form="count"),
    Column(name="name", title="Lugar", form="place"),
    Column(name="area_name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="observed", title="Incidentes", form="count"),
    Column(name="expected", title="Tocaban", form="number"),
    Column(name="ratio", title="Veces", form="decimal"),
    Column(name="log_ratio", title="Log-razón", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="gumbel_p", title="p Gumbel", form="q"),
    Column(name="dispersed_p", title="p con dispersión", form="q"),
    Column(name="units", title="Unidades", form="count"),
    Column(name="land_km2", title="km²", form="decimal"),
    Column(name="land_share", title="Del círculo, suelo", form="share"),
    Column(name="pile", title="En una coordenada", form="count"),
)
MAP_TESTS = (
    Column(name="measure", title="Medida", form="word"),
    Column(name="value", title="Valor", form="figure"),
    Column(name="expected", title="Al azar", form="figure"),
    Column(name="z", title="z", form="decimal"),
    Column(name="p_analytic", title="p analítica", form="q"),
    Column(name="p", title="p de permutación", form="q"),
    Column(name="q", title="q", form="q"),
    Column(name="tells", title="Dice", form="word"),
)
DISTANCES = (
    Column(name="distance", title="Distancia (m)", form="count"),
    Column(name="z", title="z", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="peak", title="Pico", form="word"),
)
