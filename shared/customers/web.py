"""Addresses of web pages as fields."""

from urllib.parse import urlsplit

from .addresses import Unusable


def url_of(text: str) -> str:
    """The address of a web page. Raises `Unusable` (`url_invalid`) for anything else, such as a
    script."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
        _ = parts.port
    except ValueError:
        whole = False
    if not whole:
        raise Unusable("url_invalid", "This is not an address such as https://example.com")
    return text
