"""The geocoder: addresses as people write them in, places with a stated certainty out; no database, no network."""
