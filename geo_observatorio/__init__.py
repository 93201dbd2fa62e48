"""Everything that touches files, the database or the network; no Flask here."""

__version__ = "0.1.0"
