"""Serves the learner's web app: files that `web/` was built into, each compressed once, at build time."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scout_os.core.blobs.s3 import Bucket
from scout_os.core.prepared import accepts, is_known
from scout_os.core.problems import NotFound
from scout_os.settings import Settings, reveal

INDEX = "index.html"
LAST_WRITTEN = "version.txt"
"""A build without this file is not complete."""
HASHED = "assets/"
"""Names below this folder contain a hash of the content."""
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""Of compressed files, by coding; the smaller first."""
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What `mimetypes` knows differently on each machine, or not at all."""
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
NOT_BUILT = "The learner's app is not built. Run `make run`, or serve the API alone: `scout-os serve --no-app`."


@dataclass(frozen=True)
class File:
    """A file in all codings that it has; "" is the file itself."""

    content_type: str
    lasts: bool
    """Its content never changes, because its name would."""
    bodies: dict[str, bytes]
    tag: str

    def answer(self, if_none_match: str, accept_encoding: str) -> Response:
        """The file in the best coding that the request's headers accept; 304 if its sender has it."""
        coding = next((coding for coding in self.bodies if coding and accepts(coding, accept_encoding)), "")
        headers = {
            "ETag": self.tag,
            "Cache-Control": "public, max-age=31536000, immutable" if self.lasts else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if is_known(self.tag, if_none_match):
            return Response(status_code=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
        return Response(self.bodies[coding], headers=headers | {"Content-Type": self.content_type})


def find_build() -> Path | None:
    """The directory of the built app: in the installed package, or in the checkout; None: it was not built."""
    here = Path(__file__).parent
    places = (here / "web", here.parents[1] / "web" / "dist")
    return next((place for place in places if (place / LAST_WRITTEN).exists()), None)


def app_routes(build: Path | None, settings: Settings) -> list[Route]:
    """A route for each file of `build`, and `/` for its page. Without a build, `/` says so."""
    if build is None:
        return [Route("/", _say_not_built, include_in_schema=False)]
    headers = _headers(settings)
    files = dict(_read_files(build))
    routes = [_route(f"/{name}", file, headers) for name, file in files.items()]
    return [_route("/", files[INDEX], headers, root=settings.root_path), *routes]


def _route(path: str, file: File, headers: dict[str, str], *, root: str = "") -> Route:
    async def send(request: Request) -> Response:
        if root and request.scope.get("raw_path") == root.encode():
            return RedirectResponse(f"{root}/", 308)  # the page's addresses are relative
        named = request.headers
        answer = file.answer(named.get("if-none-match", ""), named.get("accept-encoding", ""))
        answer.headers.update(headers)
        return answer

    return Route(path, send, include_in_schema=False)


async def _say_not_built(_: Request) -> Response:
    raise NotFound(NOT_BUILT)


def _read_files(build: Path) -> Iterator[tuple[str, File]]:
    for path in sorted(build.rglob("*")):
        if path.is_file() and path.suffix not in SUFFIXES.values():
            name = path.relative_to(build).as_posix()
            content = path.read_bytes()
            compressed = {coding: path.with_name(path.name + suffix) for coding, suffix in SUFFIXES.items()}
            bodies = {coding: file.read_bytes() for coding, file in compressed.items() if file.exists()}
            # Weak, because it is one for all codings.
            tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
            yield name, File(_type(path), name.startswith(HASHED), {**bodies, "": content}, tag)


def _type(path: Path) -> str:
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind in {"text/html", "text/css", "text/plain"} else kind


def _headers(settings: Settings) -> dict[str, str]:
    images = " ".join(("'self'", *_picture_origins(settings)))
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; font-src 'self'; "
            "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }


def _picture_origins(settings: Settings) -> list[str]:
    """Where learners' pictures are, if not here."""
    store = reveal(settings.avatar_store)
    url = urlsplit(settings.avatar_url or (Bucket.parse(store).endpoint if store else ""))
    return [f"{url.scheme}://{url.netloc}"] if url.netloc else []
