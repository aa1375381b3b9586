"""Telling known robots by the user agent they send. Those who pretend are not caught here."""

import re
from typing import Final

# CUBOT is a maker of telephones.
_ROBOTS: Final = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|archiver|headless|lighthouse|preview|scan|monitor|"
    r"facebookexternalhit|embedly|^curl|^wget|python|^java/|go-http|okhttp|libwww|httpclient|"
    r"axios|node-fetch|phantomjs|puppeteer|playwright|selenium",
    re.IGNORECASE,
)


def is_robot(user_agent: str | None) -> bool:
    """Whether the user agent names a robot; a caller that names none is one."""
    return not user_agent or _ROBOTS.search(user_agent) is not None
