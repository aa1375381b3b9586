"""What CDK's bucket deployment does in AWS: unpack an asset into a bucket."""

import io
import mimetypes
import zipfile
from collections.abc import Mapping
from typing import Any

from .emulator import module


def deploy_bucket(
    logical_id: str, props: Mapping[str, Any], stack: str
) -> tuple[str, dict[str, Any]]:
    """Create handler of `Custom::CDKBucketDeployment`: copies its zips' files, unpruned.

    Raises `ValueError` when a source was not uploaded.
    """
    s3, bucket = module("services.s3"), props["DestinationBucketName"]
    prefix = props.get("DestinationBucketKeyPrefix", "").strip("/")
    metadata = props.get("SystemMetadata") or {}
    sources = zip(props["SourceBucketNames"], props["SourceObjectKeys"], strict=True)
    for source, key in sources:
        packed = s3._get_object_data(source, key)
        if packed is None:
            raise ValueError(f"asset s3://{source}/{key} was not uploaded")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for name in archive.namelist():
                if name.endswith("/"):
                    continue
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                headers = {"content-type": kind, **metadata}
                target = f"{prefix}/{name}" if prefix else name
                s3._put_object(bucket, target, archive.read(name), headers)
    return f"{stack}-{logical_id}", {"DeployedBucket": bucket}
