from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geo_observatorio.services.workers import running_worker

NOTE = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], str(os.getpid())).touch(); time.sleep(60)"
PATIENT = "import signal; signal.signal(signal.SIGTERM, lambda *_: None); " + NOTE


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def pids(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir()]


def test_a_worker_that_ends_is_started_again_and_stopped_with_the_pages(tmp_path: Path) -> None:
    with running_worker([sys.executable, "-c", NOTE, str(tmp_path)], pause=0.05):
        wait_for(lambda: len(pids(tmp_path)) == 1)
        first = pids(tmp_path)[0]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: len(pids(tmp_path)) == 2)
        assert not lives(first)
    assert not any(map(lives, pids(tmp_path)))


def test_a_worker_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_observatorio.services.workers.LONGEST_STOP", 0.1)
    with running_worker([sys.executable, "-c", PATIENT, str(tmp_path)]):
        wait_for(lambda: len(pids(tmp_path)) == 1)
    assert not any(map(lives, pids(tmp_path)))
