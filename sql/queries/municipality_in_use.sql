-- Whether anything of a municipality was already measured: incidents or areas.
-- params: code
SELECT EXISTS (SELECT FROM incident WHERE municipality = :code)
    OR EXISTS (SELECT FROM boundary_set WHERE municipality = :code)
