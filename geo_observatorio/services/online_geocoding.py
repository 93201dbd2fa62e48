"""A geocoder of the Internet, where a setting names one: candidates for a person, never a place for an incident."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon

from geo_observatorio.config import ONLINE_GEOCODERS, Settings
from geo_observatorio.geocoding.answers import Candidate
from geo_observatorio.sources.values import hide_personal

TIMEOUT: Final = 4.0  # seconds
MOST: Final = 5  # candidates
FAILURES: Final = 5  # in a row, after which nobody asks
REST: Final = 300.0  # seconds for which nobody asks then
RADIUS: Final = 500.0  # metres: what such a service is worth without house numbers, not measured
AGENT: Final = "observatorio"
KINDS: Final = {"nominatim": Nominatim, "photon": Photon}


@dataclass(frozen=True, kw_only=True)
class OnlineAnswer:
    """What a service found; `problem` is `resting` or the kind of failure, '' where there was none."""

    candidates: tuple[Candidate, ...] = ()
    problem: str = ""


@dataclass(kw_only=True)
class Breaker:
    """Stops asking after failures in a row; after a rest one question is tried."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    rests_until: float = field(default=float("-inf"))

    @property
    def is_open(self) -> bool:
        """Tell whether nobody asks now."""
        return self.clock() < self.rests_until

    def note(self, *, failed: bool) -> None:
        """Count a failure, or forget them all."""
        self.failures = self.failures + 1 if failed else 0
        if self.failures >= FAILURES:
            self.rests_until = self.clock() + REST


class OnlineGeocoder:
    """Asks one service of one host, with a time-out; a redirection elsewhere is a failure."""

    def __init__(self, settings: Settings, breaker: Breaker | None = None) -> None:
        host = settings.online_geocoder_host or ONLINE_GEOCODERS[settings.online_geocoder]
        own = host.startswith(("127.0.0.1", "localhost"))
        self._breaker = breaker or Breaker()
        self._ask: Any = KINDS[settings.online_geocoder](
            domain=host,
            scheme="http" if own else "https",
            timeout=TIMEOUT,
            user_agent=AGENT,
            adapter_factory=_OneHost,
        ).geocode

    def find(self, text: str) -> OnlineAnswer:
        """Return candidates for an address, whose numbers of persons stay here."""
        if self._breaker.is_open:
            return OnlineAnswer(problem="resting")
        try:
            found = self._ask(hide_personal(text), exactly_one=False, limit=MOST) or []
        except GeopyError as error:
            self._breaker.note(failed=True)
            return OnlineAnswer(problem=type(error).__name__)
        self._breaker.note(failed=False)
        return OnlineAnswer(candidates=tuple(map(_as_candidate, found[:MOST])))


class _OneHost(URLLibAdapter):  # type: ignore[misc]
    """Follows no redirection: addresses go to the host that was allowed, or nowhere."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        opener = build_opener(HTTPSHandler(context=ssl_context), ProxyHandler(proxies), _NoRedirection)
        self.urlopen = opener.open


class _NoRedirection(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """Return no request: the answer that redirects is then an error."""
        return


def _as_candidate(location: Any) -> Candidate:
    return Candidate(
        kind="landmark",
        name=str(location.address)[:200],
        area="",
        longitude=float(location.longitude),
        latitude=float(location.latitude),
        radius=RADIUS,
    )
