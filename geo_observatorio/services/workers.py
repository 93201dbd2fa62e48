"""The worker as a process beside the pages: started again when it ends, stopped with them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PAUSE: Final = 5.0  # seconds before an ended worker is started again
LONGEST_STOP: Final = 10.0  # seconds that it gets to put back what it works on


def work_command() -> list[str]:
    """Return the command that receives the files that the pages took."""
    return [sys.executable, "-P", "-c", "from geo_observatorio.cli import main; main()", "work"]


@contextmanager
def running_worker(command: list[str], *, pause: float = PAUSE) -> Iterator[None]:
    """Keep a worker running, and stop it at the end; what it could not finish waits for the next one."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(command, over, pause), name="keeper")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(command: list[str], over: threading.Event, pause: float) -> None:
    while not over.is_set():
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        while process.poll() is None and not over.wait(0.2):
            pass
        _stop(process)
        over.wait(pause)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
