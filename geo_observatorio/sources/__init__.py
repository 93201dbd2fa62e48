"""One file a publisher of incident files."""
