-- Codes of the areas of one edition, in the order of area_list.
-- params: boundary_set
SELECT code FROM area WHERE boundary_set = :boundary_set ORDER BY code COLLATE "C"
