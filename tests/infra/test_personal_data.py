"""Every table and bucket that is deployed is looked through for what is kept of people."""

from typing import Final

from infra.synthesized import FUNCTION, TABLE, Synthesized
from shared.customers.privacy.registry import Keys, Objects
from shared.platform.settings import PREFIX
from tests.contract.test_personal_data import COVERED, NOT_PERSONAL, STAFF_ONLY

BUCKET: Final = "AWS::S3::Bucket"

NOTHING_OF_PEOPLE: Final = {"Assets": "style sheets and scripts of the pages"}
"""Buckets by their construct, and why nobody looks through them."""


def test_every_table_is_looked_through(prod: Synthesized) -> None:
    tables = {one.properties["TableName"].rsplit("-", 1)[-1] for one in prod.of_type(TABLE)}
    covered = {one.table for one in COVERED if isinstance(one, Keys)}

    assert tables - covered == set(STAFF_ONLY)


def test_every_bucket_is_looked_through(prod: Synthesized) -> None:
    settings = {
        prod.follow(function.stack, given): name.removeprefix(PREFIX).lower()
        for function in prod.of_type(FUNCTION)
        for name, given in function.properties["Environment"]["Variables"].items()
    }
    covered = {one.bucket for one in COVERED if isinstance(one, Objects)}

    for bucket in prod.of_type(BUCKET):
        excused = any(name in bucket.address for name in NOTHING_OF_PEOPLE)
        assert excused or settings.get(bucket.address) in covered, bucket.address


def test_every_part_of_the_files_bucket_is_looked_through() -> None:
    from infra.stacks.foundation import FILE_DAYS

    covered = [
        one.prefix
        for one in (*COVERED, *NOT_PERSONAL)
        if isinstance(one, Objects) and one.bucket == "files_bucket"
    ]

    missing = [one for one in FILE_DAYS if not any(f"{one}/".startswith(part) for part in covered)]
    assert missing == []
