"""What somebody scans to set up an authenticator app."""

from typing import Final
from urllib.parse import quote, urlencode

from shared.kernel.errors import Rejected
from shared.kernel.paging import seal, unseal
from shared.platform.keys import key

ISSUER: Final = "CRM"
_SCOPE: Final = "authenticator"


def setup_address(email: str, secret: str) -> str:
    """The `otpauth:` address of a secret (base 32), by the "Key Uri Format" that apps read."""
    query = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    return f"otpauth://totp/{ISSUER}:{quote(email)}?{query}"


def qr_path(text: str) -> tuple[str, int]:
    """A QR code: the path data of its dark modules, and its side with the quiet zone, in
    modules."""
    import segno  # needed once in somebody's life

    border = 4
    code = segno.make(text, error="m", micro=False)
    runs = []
    for y, row in enumerate(code.matrix, border):
        start = None
        for x, dark in enumerate([*row, 0], border):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start} {y}h{x - start}v1h{start - x}z")
                start = None
    return "".join(runs), len(code.matrix) + 2 * border


def kept_secret(secret: str) -> str:
    """A secret as a signed field of a form, to be shown again after a wrong code."""
    return seal({"s": secret}, key("session"), _SCOPE)


def secret_kept(text: str) -> str:
    """What `kept_secret` made; "" for anything else."""
    try:
        return unseal(text, key("session"), _SCOPE)["s"]
    except Rejected:
        return ""
