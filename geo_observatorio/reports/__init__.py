"""How findings become files: GeoPackage, GeoJSON, CSV, PNG."""
