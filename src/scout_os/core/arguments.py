"""A route's arguments, without the cost of the framework's dependency solver. Measured: docs/decisions/0029-one-route.md."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from inspect import Parameter, signature
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends, Header, Query
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException

Ask: TypeAlias = Callable[[Request], Awaitable[object]]


class Arguments:
    """Reads what an endpoint's signature asks for, as the framework would, with the same errors.

    It knows dependencies that take the request and nothing else, the texts named in `path`, query parameters, headers, and
    one body in JSON.
    """

    def __init__(self, endpoint: Callable[..., object], path: Collection[str] = ()) -> None:
        self._path = path
        self.dependencies: dict[str, Ask] = {}
        self._query: dict[str, _Text] = {}
        self._headers: dict[bytes, _Text] = {}
        self._body: tuple[str, type[BaseModel]] | None = None
        hints = get_type_hints(endpoint, include_extras=True)
        for parameter in signature(endpoint).parameters.values():
            self._add(parameter, hints[parameter.name])

    def _add(self, parameter: Parameter, hint: Any) -> None:
        name = parameter.name
        if name in self._path and hint is str:
            return
        kind, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        note = next((note for note in notes if isinstance(note, Depends | Query | Header)), None)
        if isinstance(note, Depends):
            if note.dependency is None or list(signature(note.dependency).parameters) != ["request"]:
                raise TypeError(f"{name}: a dependency of this route takes the request and nothing else")
            self.dependencies[name] = note.dependency
        elif isinstance(note, Query):
            self._query[name] = _Text(name, ("query", name), TypeAdapter(hint), parameter.default)
        elif isinstance(note, Header):
            header = name.replace("_", "-")
            self._headers[header.encode()] = _Text(name, ("header", header), TypeAdapter(hint), parameter.default)
        elif isinstance(kind, type) and issubclass(kind, BaseModel) and self._body is None:
            self._body = name, kind
        else:
            raise TypeError(f"{name}: not known what this is")

    async def read(self, request: Request) -> dict[str, object]:
        """The arguments by name. Raises `RequestValidationError`, and what the dependencies raise."""
        values = {name: await ask(request) for name, ask in self.dependencies.items()}
        errors: list[Any] = []
        scope = request.scope
        for name in self._path:
            values[name] = scope["path_params"][name]
        if self._query:
            given = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
            for name, text in self._query.items():
                text.read(given.get(name), values, errors)
        if self._headers:
            sent = _first(scope["headers"], self._headers)
            for header, text in self._headers.items():
                text.read(sent.get(header), values, errors)
        if self._body is not None:
            name, model = self._body
            try:
                values[name] = _parse(model, await _receive(request), request)
            except ValidationError as error:
                errors += _located(error, ("body",))
        if errors:
            raise RequestValidationError(errors)
        return values


class _Text:
    """An argument that comes as text: a query parameter or a header."""

    def __init__(self, name: str, loc: tuple[str, str], adapter: TypeAdapter[Any], default: object) -> None:
        self._name = name
        self._loc = loc
        self._adapter = adapter
        self._default = default

    def read(self, given: str | None, values: dict[str, object], errors: list[Any]) -> None:
        if given is None and self._default is not Parameter.empty:
            values[self._name] = self._default
            return
        try:
            values[self._name] = self._adapter.validate_python(given)
        except ValidationError as error:
            errors += _located(error, self._loc)


def _first(headers: list[tuple[bytes, bytes]], wanted: Mapping[bytes, object]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in wanted:
            found.setdefault(name, value.decode("latin-1"))
    return found


def _located(error: ValidationError, loc: tuple[str, ...]) -> list[Any]:
    return [{**item, "loc": (*loc, *item["loc"])} for item in error.errors(include_url=False)]


async def _receive(request: Request) -> bytes:
    """All of the body."""
    chunks: list[bytes] = []
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise HTTPException(400)  # the client is gone
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _parse(model: type[BaseModel], body: bytes, request: Request) -> BaseModel:
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
    if _is_json(request):
        try:
            return model.model_validate_json(body)
        except ValidationError:
            pass  # said again below, in the framework's words
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            raise RequestValidationError(
                [{"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error"}]
            ) from None
        return model.model_validate(value, from_attributes=True)
    return model.model_validate(body, from_attributes=True)


def _is_json(request: Request) -> bool:
    for name, value in request.scope["headers"]:
        if name == b"content-type":
            kind: bytes = value.partition(b";")[0].strip().lower()
            return kind == b"application/json" or (kind.startswith(b"application/") and kind.endswith(b"+json"))
    return False
