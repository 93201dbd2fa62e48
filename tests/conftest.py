"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("shared_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared_machine")  # how long an example takes says how busy the machine is, and nothing else
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared reference data, or skip where a checkout stands alone."""
    if not (SHARED / "reference").is_dir():
        pytest.skip("the folder ../shared with reference values and real data is absent")
    return SHARED
