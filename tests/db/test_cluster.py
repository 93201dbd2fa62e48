"""The private cluster among several who use it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_observatorio.db.cluster import Cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="obs-shared-"))
    cluster = Cluster(home=home, durable=False)
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


def test_who_leaves_stops_the_server_only_when_nobody_stays(cluster: Cluster) -> None:
    first, second = (Cluster(home=cluster.home, durable=False).keep_running(lambda: False) for _ in range(2))
    first.__enter__()
    second.__enter__()  # begins while the first, who started the server, has yet to leave
    first.__exit__(None, None, None)
    assert cluster.is_ready()
    second.__exit__(None, None, None)
    with cluster.keep_running(lambda: False):
        assert cluster.is_ready()


def test_a_server_that_somebody_is_connected_to_stays(cluster: Cluster) -> None:
    cluster.stop()
    with cluster.keep_running(lambda: True):
        pass
    assert cluster.is_ready()
    cluster.stop()
    with cluster.keep_running(lambda: False):
        pass
    assert not cluster.is_ready()
