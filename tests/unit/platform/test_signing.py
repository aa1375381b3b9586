"""Requests are signed as botocore signs them."""

from datetime import UTC, datetime
from unittest.mock import patch

from botocore import auth, credentials
from botocore.awsrequest import AWSRequest
from hypothesis import given
from hypothesis import strategies as st

from shared.platform.aws import Credentials
from shared.platform.signing import signed

words = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/+=", min_size=1)
instants = st.integers(0, 4_000_000_000)


@given(body=st.binary(), access=words, secret=words, token=st.none() | words, at=instants)
def test_a_signature_is_botocore_s(
    body: bytes, access: str, secret: str, token: str | None, at: int
) -> None:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": "127.0.0.1:4566",
        "x-amz-target": "DynamoDB_20120810.GetItem",
    }
    request = AWSRequest("POST", "http://127.0.0.1:4566/", headers=dict(headers), data=body)
    known = credentials.Credentials(access, secret, token)
    with patch.object(auth, "get_current_datetime", lambda: datetime.fromtimestamp(at, UTC)):
        auth.SigV4Auth(known, "dynamodb", "eu-central-1").add_auth(request)

    found = signed(
        headers,
        body,
        by=Credentials(access, secret, token),
        region="eu-central-1",
        service="dynamodb",
        at=at,
    )

    assert found == {name.lower(): str(value) for name, value in request.headers.items()}
