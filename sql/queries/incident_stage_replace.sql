-- Give rows of the file their new places.
-- params: none
UPDATE incident_stage AS s SET
    stated_area = r.stated_area, longitude = r.longitude, latitude = r.latitude, x = r.x, y = r.y,
    method = r.method, score = r.score, radius = r.radius, repairs = r.repairs
FROM incident_replaced AS r WHERE r.row_number = s.row_number
