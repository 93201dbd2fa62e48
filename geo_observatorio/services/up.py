"""The pages as a process: where they may listen, how they are started, asked and stopped."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from geo_observatorio.config import Settings
from geo_observatorio.errors import NotLoopbackError, PagesError, PortBusyError
from geo_observatorio.resources import CHECKOUT

LOOPBACK = "127.0.0.1"
APPLICATION = "web.wsgi:application"
LONGEST_START = 120.0  # seconds
LONGEST_ANSWER = 120.0  # seconds; the first map after an update compiles its mathematics
LONGEST_STOP = 35.0  # seconds; a little more than the workers get to finish an answer
THREADS = 4  # of each worker: browsers open connections in advance and leave them idle


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a page answered, and how long it took in seconds."""

    status: int
    content_type: str
    size: int
    seconds: float


def require_loopback(host: str, *, allowed: bool) -> None:
    """Raise NotLoopbackError for an address that other machines can reach, unless the settings allow it."""
    if host == "localhost" or allowed:
        return
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    raise NotLoopbackError(found=host)


def take_port(settings: Settings, host: str, port: int) -> socket.socket:
    """Listen on a port, for the pages to come; who asks before they are ready waits.

    Taken before the work of a start, so that of two starts at once one is refused and none mistakes the other's pages
    for its own.

    Raises
    ------
    NotLoopbackError
        Other machines can reach the address, and the settings do not allow it.
    PortBusyError
        Somebody else listens there.
    """
    require_loopback(host, allowed=settings.allow_non_loopback)
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise PortBusyError(found=port) from error
    listener.set_inheritable(True)
    return listener


def serve_command(listener: socket.socket, *, workers: int) -> list[str]:
    """Return the command that serves the pages where a socket listens.

    Its folder is the one that holds the package `web`, so that nothing in the user's folder takes its place.
    """
    command = [sys.executable, "-P", "-m", "gunicorn", "--preload", "--no-control-socket", "--log-level", "warning"]
    command += ["--bind", f"fd://{listener.fileno()}", "--workers", str(workers)]
    command += ["--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--limit-request-line", "0"]  # the application refuses long addresses itself, and says so
    command += ["--timeout", "120", "--graceful-timeout", "30", "--chdir", str(CHECKOUT), APPLICATION]
    return command


@contextmanager
def run_pages(command: list[str], listener: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    """Start the pages on a socket, wait until they are ready, and stop them at the end; raise PagesError."""
    port = listener.getsockname()[1]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[listener.fileno()])
    listener.close()  # the pages have their own copy: when they end, nobody answers
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        stop_pages(process)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until /readyz answers 200; raise PagesError if the process ends or time is over."""
    deadline = time.monotonic() + LONGEST_START
    found: object = "-"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PagesError(address=page_address(port), found=f"gunicorn: {process.returncode}")
        try:
            found = ask_page(port, "/readyz").status
        except OSError as error:
            found = error
        if found == http.HTTPStatus.OK:
            return
        time.sleep(0.03)
    raise PagesError(address=page_address(port, "/readyz"), found=found)


def ask_page(port: int, path: str) -> Answer:
    """Ask one page of this machine, never through a proxy; raise OSError where nobody answers."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=LONGEST_ANSWER)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(type(error).__name__) from error
    finally:
        connection.close()
    content_type = response.headers.get_content_type()
    return Answer(
        status=response.status, content_type=content_type, size=len(body), seconds=time.perf_counter() - began
    )


def require_page(port: int, path: str) -> Answer:
    """Ask a page and raise PagesError unless it is a whole HTML page."""
    try:
        answer = ask_page(port, path)
    except OSError as error:
        raise PagesError(address=page_address(port, path), found=error) from error
    if answer.status != http.HTTPStatus.OK or answer.content_type != "text/html" or not answer.size:
        raise PagesError(address=page_address(port, path), found=f"{answer.status} {answer.content_type}")
    return answer


def page_address(port: int, path: str = "/") -> str:
    """Return the address of a page on this machine."""
    return f"http://{LOOPBACK}:{port}{path}"


def stop_pages(process: subprocess.Popen[bytes]) -> None:
    """Let the workers finish what they answer, and end; a process that does not is killed."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
