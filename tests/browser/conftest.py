"""The real application on a real PostGIS with a small demo, and Debian's Chromium to look at it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

from geo_observatorio.config import Settings
from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.services.demo_data import load_demo
from web import create_app
from web.assets import are_installed

CHROMIUM = "/usr/bin/chromium"
INCIDENTS = 6000
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def demo_url() -> Iterator[str]:
    """Return the address of a database with a small synthetic city."""
    home = Path(tempfile.mkdtemp(prefix="obs-browser-"))
    cluster = Cluster(home=home, durable=False)
    cluster.ensure_running()
    engine = make_engine(cluster.url())
    with begin(engine) as conn:
        migrate(conn)
    with begin(engine) as conn:
        load_demo(conn, incidents=INCIDENTS)
    engine.dispose()
    yield cluster.url()
    cluster.stop()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def app(demo_url: str) -> Iterator[Flask]:
    """Return the application as the pages' own role."""
    if not are_installed():
        pytest.fail("the front-end packages are not installed: python -m web.assets")
    engine = make_engine(demo_url, role=WEB_ROLE)
    yield create_app(Settings(home=Path(tempfile.gettempdir())), engine)
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that asks as a browser on this machine does."""
    return app.test_client()


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def serve() -> Callable[[Flask], AbstractContextManager[str]]:
    """Return what serves an application."""
    return listening


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """Return where the application listens."""
    with listening(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium, without pytest-playwright's own fixtures: they warn, and a warning is an error here."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """A page and what went wrong on it."""

    page: Page
    address: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path and wait until the map is drawn and nothing is on its way."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def require_calm(self) -> None:
        """Fail where something left the machine, the policy was broken or a script complained."""
        assert self.outside == []
        assert self.complaints == []

    def heed(self, page: Page) -> None:
        """Listen to everything that a page asks for and says."""
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self.outside.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def watch(chromium: Browser, address: str) -> Iterator[Watch]:
    """Return a desktop page that is watched."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    watch = Watch(page=context.new_page(), address=address)
    watch.heed(watch.page)
    yield watch
    context.close()
