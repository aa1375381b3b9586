"""What a program is by the name it gives: a mail program, a proxy of one, a robot. The list of
robots is that of the library `crawlerdetect` (JayBizzle/Crawler-Detect), which knows some 1,500."""

import re
from functools import lru_cache
from typing import Final, Literal

Program = Literal["nameless", "mail_privacy", "image_proxy", "mail_program", "robot", "browser"]

_PRIVACY: Final = "Mozilla/5.0"
"""All that Apple's Mail Privacy Protection says of itself; it fetches the images of every mail,
read or not."""

_PROXIES: Final = re.compile(r"GoogleImageProxy|ggpht\.com|YahooMailProxy", re.IGNORECASE)
"""They fetch an image when the mail is looked at."""

_MAIL_PROGRAMS: Final = re.compile(r"Microsoft Outlook|ms-office|Thunderbird/", re.IGNORECASE)
"""The list of robots has some of them, since they are no browsers."""


@lru_cache(maxsize=1024)
def program_of(agent: str) -> Program:
    """What calls itself `agent`."""
    name = agent.strip()
    if not name:
        return "nameless"
    if name == _PRIVACY:
        return "mail_privacy"
    if _PROXIES.search(name):
        return "image_proxy"
    if _MAIL_PROGRAMS.search(name):
        return "mail_program"
    return "robot" if _is_robot(name) else "browser"


def _is_robot(name: str) -> bool:
    # Imported where it is needed: its patterns take 50 ms to compile.
    from crawlerdetect import CrawlerDetect  # type: ignore[import-untyped]

    return bool(CrawlerDetect().is_crawler(name))
