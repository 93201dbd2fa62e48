"""Security headers on every answer, and a guard against other hosts' names."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from geo_observatorio.config import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self' 'nonce-{nonce}'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def get_nonce() -> str:
    """Return the nonce of this answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    nonce: str = g.nonce
    return nonce


def protect(app: Flask, settings: Settings) -> None:
    """Set the headers of every answer; without the setting that allows others, answer to loopback names only."""
    app.after_request(_set_headers)
    if not settings.allow_non_loopback:
        app.before_request(_refuse_other_hosts)


def _set_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "; ".join(POLICY).format(nonce=get_nonce())
    for name, value in HEADERS.items():
        response.headers[name] = value
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers["Vary"] = "HX-Request"
    return response


def _refuse_other_hosts() -> None:
    """Refuse a name that merely resolves to this machine: DNS rebinding."""
    try:
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        host = None
    if host not in LOOPBACK:
        abort(421)
