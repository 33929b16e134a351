"""A minimal S3 client: PUT and DELETE of single objects, signed with AWS Signature Version 4."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx

from scout_os.core.problems import Unavailable

SECONDS = 10.0
ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Bucket:
    endpoint: str
    """URL with the bucket as its path."""
    region: str
    access_key: str
    secret_key: str = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Bucket:
        """Parse `https://access:secret@host/bucket?region=…`, with percent-encoded keys; raises `ValueError`."""
        parts = urlsplit(url)
        bucket = parts.path.strip("/")
        if parts.scheme not in {"http", "https"} or not (
            parts.hostname and parts.username and parts.password and bucket
        ):
            raise ValueError("must be a URL like https://access:secret@host/bucket?region=name")
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
        return cls(f"{parts.scheme}://{host}/{bucket}", region, unquote(parts.username), unquote(parts.password))


def signature(
    bucket: Bucket, method: str, url: str, headers: Mapping[str, str], content: bytes, now: datetime
) -> dict[str, str]:
    """The headers of a signed request."""
    parts = urlsplit(url)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(content).hexdigest()
    signed = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    signed |= {name.lower(): value.strip() for name, value in headers.items()}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = "\n".join([method, quote(unquote(parts.path)), parts.query, lines, names, digest])
    scope = f"{stamp[:8]}/{bucket.region}/s3/aws4_request"
    to_sign = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{bucket.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    proof = hmac.digest(key, to_sign.encode(), "sha256").hex()
    authorization = f"{ALGORITHM} Credential={bucket.access_key}/{scope},SignedHeaders={names},Signature={proof}"
    return {**signed, "Authorization": authorization}


class S3Store:
    def __init__(self, bucket: Bucket, base_url: str) -> None:
        self._bucket = bucket
        self._base_url = (base_url or bucket.endpoint).rstrip("/")

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        await self._send("PUT", name, content, {"content-type": content_type, "cache-control": "public, max-age=86400"})

    async def delete(self, name: str) -> None:
        await self._send("DELETE", name, b"", {})

    def url(self, name: str) -> str:
        return f"{self._base_url}/{name}"

    async def _send(self, method: str, name: str, content: bytes, headers: dict[str, str]) -> None:
        url = f"{self._bucket.endpoint}/{name}"
        signed = signature(self._bucket, method, url, headers, content, datetime.now(UTC))
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx.AsyncClient(timeout=SECONDS) as client,
                client.stream(method, url, content=content, headers=signed) as answer,
            ):
                status = answer.status_code  # the body is not read: it may have no end
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable from error
        if not (httpx.codes.is_success(status) or (method == "DELETE" and status == httpx.codes.NOT_FOUND)):
            raise Unavailable(f"The file storage answered {status}.")
