"""Columns of the tables by area."""

from __future__ import annotations

from geo_observatorio.maps.columns import Column

AREA_HOTSPOTS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="unplaced", title="Sin ubicar", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="rate_low", title="desde", form="number"),
    Column(name="rate_high", title="hasta", form="number"),
    Column(name="eb_rate", title="Tasa suavizada", form="number"),
    Column(name="hot_area_share", title="Área caliente", form="share"),
    Column(name="hot_incident_share", title="Incidentes en celdas calientes", form="share"),
    Column(name="peak_density", title="Densidad máxima", form="number"),
)
AREA_TOTALS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
)
CHANGES = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Cambio", form="class"),
    Column(name="before", title="Antes", form="count"),
    Column(name="after", title="Después", form="count"),
    Column(name="ratio", title="Razón", form="decimal"),
    Column(name="ratio_low", title="desde", form="decimal"),
    Column(name="ratio_high", title="hasta", form="decimal"),
    Column(name="q", title="q", form="q"),
)
SHARES = (
    *CHANGES[:4],
    Column(name="share_before", title="Parte, antes", form="share"),
    Column(name="share_after", title="Parte, después", form="share"),
    Column(name="q", title="q", form="q"),
)
AREA_RATES = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="persons", title="Habitantes", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="rate_low", title="desde", form="number"),
    Column(name="rate_high", title="hasta", form="number"),
    Column(name="eb_rate", title="Suavizada, común", form="number"),
    Column(name="weight", title="Conserva de la suya", form="share"),
    Column(name="local_rate", title="Suavizada, vecinas", form="number"),
    Column(name="local_weight", title="Conserva de la suya", form="share"),
)
QUOTIENTS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="base", title="De todas las clases", form="count"),
    Column(name="expected", title="Esperados", form="number"),
    Column(name="lq", title="Cociente", form="decimal"),
    Column(name="lq_low", title="desde", form="decimal"),
    Column(name="lq_high", title="hasta", form="decimal"),
    Column(name="q", title="q", form="q"),
)
AREA_CHANGE = (
    *CHANGES[:4],
    Column(name="rate_before", title="Por mes, antes", form="number"),
    Column(name="rate_after", title="Por mes, después", form="number"),
    *CHANGES[4:],
)
AREA_MORAN = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="class", title="Clase", form="class"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="rate", title="Tasa", form="number"),
    Column(name="standard_rate", title="Tasa en desviaciones", form="decimal"),
    Column(name="lag", title="Sus vecinos", form="decimal"),
    Column(name="moran", title="I", form="decimal"),
    Column(name="p", title="p", form="q"),
    Column(name="q", title="q", form="q"),
)
AREA_GEARY = (
    *AREA_MORAN[:6],
    Column(name="geary", title="c", form="decimal"),
    Column(name="expected", title="c al azar", form="decimal"),
    *AREA_MORAN[7:],
)
HARM = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="count", title="Incidentes", form="count"),
    Column(name="harm", title="Peso", form="count"),
    Column(name="low", title="desde", form="count"),
    Column(name="high", title="hasta", form="count"),
)
SURFACE = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="mean", title="Promedio", form="number"),
    Column(name="highest", title="Máximo", form="number"),
)
RATIOS = (
    Column(name="name", title="Corregimiento", form="text"),
    Column(name="highest", title="Máximo", form="decimal"),
    Column(name="lowest", title="Mínimo", form="decimal"),
    Column(name="mean", title="Promedio", form="decimal"),
)
