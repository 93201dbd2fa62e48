"""Names of things as readers see them; the keys are codes, the texts Spanish."""

from __future__ import annotations

LINES = {
    "delitos de alto impacto": "Delitos de alto impacto",
    "convivencia": "Convivencia",
    "otros delitos": "Otros delitos",
    "hechos no delictivos": "Hechos no delictivos",
}
WEEKDAYS = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo")
METHODS = {
    "coordinate": "Coordenada",
    "crossing": "Cruce de calles",
    "landmark": "Lugar conocido",
    "street": "Calle",
    "barrio": "Solo el barrio",
    "corregimiento": "Solo el corregimiento",
    "none": "Sin lugar",
}
MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
FIELDS = {
    "case_id": "identificador",
    "day": "fecha",
    "hour": "hora",
    "reported": "fecha de denuncia",
    "category": "categoría",
    "victims": "víctimas",
    "label": "concepto",
    "total": "total",
    "area": "área",
    "year": "año",
    "address": "dirección",
    "x": "longitud",
    "y": "latitud",
}
QUALITY_MEASURES = {
    "point": "con punto",
    "barrio": "solo barrio",
    "corregimiento": "solo corregimiento",
    "nowhere": "sin lugar",
    "radius": "radio mediano (m)",
    "elsewhere": "fuera del corregimiento que nombra",
    "round_coordinate": "coordenada redonda",
    "no_hour": "sin hora",
    "midnight": "a las 00:00",
    "half_hours": "minuto 00 o 30",
    "first_day": "día 1 del mes",
    "no_address": "sin dirección",
    "no_area": "sin corregimiento",
    "report_median": "días hasta la denuncia",
    "receipt_median": "días hasta recibirlo",
}
MEASURE_GROUPS = {"place": "Lugar", "time": "Hora y día", "fields": "Campos", "delay": "Demora"}
REFUSED_POINTS = {
    "pile": "amontonadas en una coordenada por defecto: no se usan",
    "area_middle": "en el centro de un área: no se usan",
    "zero_coordinate": "en 0, 0: no se usan",
    "coarse_coordinate": "con pocos decimales: no se usan",
    "outside_district": "fuera del distrito: no se usan",
    "unreadable_coordinate": "ilegibles: no se usan",
    "exchanged_coordinates": "latitud y longitud cambiadas: se corrigen",
    "lost_minus": "sin el signo menos: se corrigen",
    "exchanged_and_lost_minus": "cambiadas y sin signo: se corrigen",
}
FATES = {
    "added": "agregados",
    "added_later": "de filas resueltas",
    "amended": "corregidos",
    "reviewed": "revisados",
    "placed_again": "reubicados",
    "withdrawn": "retirados",
}
FATES_LONG = {
    "added": "Agregados por entregas nuevas",
    "added_later": "Agregados de entregas anteriores: filas que se resolvieron",
    "amended": "Corregidos por la institución",
    "reviewed": "Ubicados de otro modo por una persona",
    "placed_again": "Ubicados de otro modo con el mismo contenido: mejor nomenclátor",
    "withdrawn": "Retirados",
}
CHANGED_FIELDS = {
    "category": "categoría",
    "day": "fecha",
    "hour": "hora",
    "reported": "fecha de denuncia",
    "victims": "víctimas",
    "address": "dirección",
    "area": "corregimiento que nombra",
    "tags": "datos codificados",
    "case_id": "identificador",
    "place": "ubicación",
}
UPLOAD_STATES = {
    "received": "Espera su decisión",
    "queued": "En espera",
    "running": "Recibiendo",
    "done": "Recibido",
    "failed": "No se pudo recibir",
    "cancelled": "Cancelado",
    "discarded": "Descartado",
}
MAP_TEXTS = {
    "no_data": "Sin datos",
    "limits": "Límites",
    "slow": "Sigue calculando: la primera vez que se hace una pregunta tarda más.",
    "failed": "Esta capa no se pudo traer. Vuelva a intentarlo.",
    "zoom_in": "Acercar",
    "zoom_out": "Alejar",
    "q_small": "< 0.001",
    "too_large": "La zona tiene demasiados vértices: como mucho 200.",
    "zone_bytes": "El archivo pasa de 1 MB: una zona de 200 vértices cabe en mucho menos.",
    "zone_not_one": "Hace falta un solo polígono sin huecos, y el archivo trae otra cosa.",
    "zone_not_degrees": "Hacen falta longitud y latitud en grados, y el archivo trae otras coordenadas.",
    "zone_not_json": "El archivo no es GeoJSON.",
}
DECISIONS = {
    "place": "Es un lugar conocido",
    "point": "Un punto del mapa",
    "area": "Solo el corregimiento",
    "nowhere": "No se puede ubicar",
}
PARTS = {
    "street": "calle",
    "crossing": "cruce",
    "landmark": "lugar",
    "barrio": "barrio",
    "area": "corregimiento",
    "house": "casa",
    "floor": "piso",
    "kilometre": "kilómetro",
    "coordinate": "coordenada",
    "plus_code": "código plus",
    "words": "otras palabras",
}
RELATIONS = {
    "frente": "frente a",
    "detras": "detrás de",
    "lado": "al lado de",
    "cerca": "cerca de",
    "entrada": "entrada de",
    "despues": "después de",
    "antes": "antes de",
    "esquina": "esquina de",
    "entre": "entre",
}
SOURCE_FIELDS = {
    "case_id": "número del caso",
    "day": "fecha del hecho",
    "hour": "hora del hecho",
    "reported": "fecha de la denuncia",
    "category": "delito o falta",
    "address": "dirección",
    "reference": "punto de referencia",
    "district": "distrito o alcaldía",
    "area": "corregimiento o colonia",
    "barrio": "barrio o sector",
    "latitude": "latitud (grados)",
    "longitude": "longitud (grados)",
    "east": "este, x (metros)",
    "north": "norte, y (metros)",
    "label": "concepto",
    "province": "provincia",
    "year": "año",
    "quarter": "trimestre",
    "month": "mes",
    "total": "total, para comprobarlo",
    "weapon": "arma o medio",
    "place": "clase de lugar",
    "relation": "relación con la víctima",
    "sex": "sexo",
    "age_band": "grupo de edad",
    "state": "estado del caso",
    "measure": "medida",
    "agreement": "acuerdo",
    "channel": "canal",
}
MEASURES = {
    "reported": "denuncias recibidas",
    "recorded": "incidentes registrados",
    "entered": "ingresados",
    "resolved": "resueltos",
    "pending": "pendientes",
    "mediation_agreements": "acuerdos de mediación",
    "conciliation_agreements": "acuerdos de conciliación",
    "agreements": "acuerdos",
    "appeals": "apelaciones",
}
UNITS_COUNTED = {"denuncias": "denuncias", "casos": "casos", "incidentes": "incidentes"}
PLACE_LEVELS = {"country": "país", "province": "provincia", "district": "distrito", "area": "corregimiento"}
REFUSED_COLUMNS = {
    "person": "No se toma: parece el nombre de una persona o dice quién es.",
    "number": "No se toma: parece una cédula, un teléfono, un correo u otro número personal.",
    "narrative": "No se toma: parece un relato en texto libre.",
    "repeated": "No se toma: el encabezado está vacío o se repite.",
}
OUTCOMES = {"inserted": "nueva", "updated": "corrige a otra", "duplicate": "repetida", "quarantined": "en cuarentena"}
