"""Names of statistics, of their options and of what they leave out; the keys are codes, the texts Spanish."""

from __future__ import annotations

STATISTICS = {
    "hotspots": "Puntos calientes",
    "density": "Densidad",
    "concentration": "Concentración",
    "compare_methods": "Comparar ajustes",
    "area_hotspots": "Tasas por corregimiento",
    "area_totals": "Totales por corregimiento",
    "change": "Cambio entre dos períodos",
    "zone_change": "Una zona frente al resto",
}
FAMILIES = {
    "hotspots": "Puntos calientes",
    "density": "Densidad",
    "rates": "Tasas y concentración",
    "association": "Autocorrelación espacial",
    "clusters": "Agrupaciones",
    "comparison": "Comparación",
}
TABLES = {
    "places": "lugares",
    "placing": "parte con un punto, por corregimiento",
    "areas": "corregimientos",
    "shares": "partes",
    "settings": "ajustes",
    "overlap": "acuerdo entre pares de ajustes",
    "lorenz": "curva de Lorenz",
}
OPTIONS = {
    "cell_shape": "Forma de la celda",
    "cell_size": "Tamaño de la celda",
    "values": "Valores",
    "draws": "Sorteos",
    "neighbourhood": "Vecindad",
    "order": "Órdenes de vecindad",
    "band": "Banda de distancia",
    "correction": "Corrección por pruebas múltiples",
    "coverage": "Área que pueden ocupar los lugares",
    "shuffles": "Mapas barajados",
    "seed": "Semilla del azar",
    "share": "Parte de los incidentes que se dibuja",
    "resamples": "Remuestreos de las celdas",
    "kernel": "Núcleo",
    "bandwidth": "Ancho de banda",
    "border_gap": "Separación entre bordes vecinos",
    "least": "Menor total que se muestra",
    "zone": "Zona",
    "areas": "Corregimientos",
    "closed": "Áreas sin celdas, por código",
    "least_placed": "Menor parte con un punto",
    "imputations": "Mapas con la ubicación sorteada",
}
CHOICES = {
    "square": "cuadrada",
    "hexagon": "hexagonal",
    "stabilised": "conteos estabilizados",
    "counts": "conteos",
    "with_self": "con la propia celda",
    "conditional": "condicionales",
    "contiguity": "contigüidad",
    "distance": "distancia",
    "bh": "Benjamini-Hochberg",
    "by": "Benjamini-Yekutieli",
    "gaussian": "gaussiano",
    "quartic": "cuártico",
}
LEFT_OUT = {
    "outside_mask": "fuera del área de estudio",
    "outside_window": "fuera de la ventana de observación",
    "without_area": "sin corregimiento",
    "without_point": "sin punto",
    "below_gate": "en corregimientos con pocos puntos",
    "without_support": "sin ningún lugar conocido",
    "before_outside_mask": "antes, fuera del área de estudio",
    "after_outside_mask": "después, fuera del área de estudio",
}
LAYERS = {"hotspots": "Puntos calientes", "density": "Densidad", "area_hotspots": "Por corregimiento"}
