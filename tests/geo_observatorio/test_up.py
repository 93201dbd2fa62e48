import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from geo_observatorio.config import Settings
from geo_observatorio.errors import NotLoopbackError, PagesError, PortBusyError
from geo_observatorio.services.up import (
    LOOPBACK,
    ask_page,
    page_address,
    require_loopback,
    require_page,
    run_pages,
    serve_command,
    take_port,
)

EVERYWHERE = "0.0.0.0"  # noqa: S104  # only to be refused
SETTINGS = Settings(home=Path("/nowhere"))
SERVE_READY = """
import socket, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *parts):
        pass

server = HTTPServer(("127.0.0.1", 0), Ready, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[1]))
server.serve_forever()
"""


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind = {"/": (200, "text/html"), "/json": (200, "application/json")}.get(self.path, (500, "text/html"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(b"<p>hola</p>")

    def log_message(self, format: str, *parts: object) -> None:  # noqa: A002  # the name of the class above
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with take_port(SETTINGS, LOOPBACK, 0) as listener:
        yield listener


@pytest.fixture
def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        number: int = trial.getsockname()[1]
    return number


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_may_be_listened_on(host: str) -> None:
    require_loopback(host, allowed=False)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.10", "observatorio.example", ""])
def test_an_address_that_others_reach_needs_the_setting_named_for_it(host: str) -> None:
    with pytest.raises(NotLoopbackError):
        require_loopback(host, allowed=False)
    require_loopback(host, allowed=True)


def test_a_busy_port_is_told_before_anything_starts(port: int) -> None:
    with pytest.raises(PortBusyError) as caught:
        take_port(SETTINGS, LOOPBACK, port)
    assert caught.value.values["found"] == port


def test_a_port_is_held_from_the_start_so_that_two_starts_at_once_are_told_apart() -> None:
    with take_port(SETTINGS, LOOPBACK, 0) as listener:
        with pytest.raises(PortBusyError):
            take_port(SETTINGS, LOOPBACK, listener.getsockname()[1])
        with pytest.raises(NotLoopbackError):
            take_port(SETTINGS, EVERYWHERE, 0)


def test_the_server_is_loaded_once_on_the_socket_it_is_given_and_leaves_no_other(listener: socket.socket) -> None:
    command = serve_command(listener, workers=3)
    assert command[0] == sys.executable
    assert {"--preload", "--no-control-socket"} <= set(command)
    assert command[command.index("--bind") + 1] == f"fd://{listener.fileno()}"
    assert command[command.index("--workers") + 1] == "3"


def test_a_page_is_asked_without_the_proxy_of_the_environment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    answer = ask_page(port, "/")
    assert (answer.status, answer.content_type, answer.size) == (200, "text/html", 11)
    assert require_page(port, "/").size == 11


@pytest.mark.parametrize("path", ["/json", "/mapa"])
def test_what_is_no_whole_page_is_refused(port: int, path: str) -> None:
    with pytest.raises(PagesError) as caught:
        require_page(port, path)
    assert caught.value.values["address"] == page_address(port, path)


def test_nobody_there_is_told(free_port: int) -> None:
    with pytest.raises(PagesError):
        require_page(free_port, "/")


def test_pages_that_die_at_the_start_are_told(listener: socket.socket) -> None:
    with pytest.raises(PagesError), run_pages([sys.executable, "-c", "raise SystemExit(3)"], listener):
        pass


def test_pages_are_stopped_whatever_happens(listener: socket.socket) -> None:
    seen: list[subprocess.Popen[bytes]] = []

    def interrupt(process: subprocess.Popen[bytes]) -> None:
        seen.append(process)
        raise KeyboardInterrupt

    command = [sys.executable, "-c", SERVE_READY, str(listener.fileno())]
    with pytest.raises(KeyboardInterrupt), run_pages(command, listener) as process:
        interrupt(process)
    assert seen[0].poll() is not None
