"""Decides what every answer of the site tells the browser: no script but our files, nothing kept, nothing sent out."""

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
# Five long answers of 10,000 characters each, at twelve bytes for one that a form encodes at its longest, and the rest.
LARGEST_FORM = 650_000
ONE_YEAR = 31_536_000


def protect(app: Flask) -> None:
    """Check a token on every form, and put the headers on every answer."""
    # A form may stay open through an incident: its token lives as long as the sign-in does.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    # Our referrer policy sends no referrer, so the library's second check could never pass. The token stands alone.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    # Flask stops at 500,000 bytes of its own accord, which is short of what the rules allow to be written.
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    CSRFProtect(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        if name == "Cache-Control" and request.endpoint == "static":
            continue
        # A page with a reason for another policy, such as the API explorer, has set its own by now.
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
    return response
