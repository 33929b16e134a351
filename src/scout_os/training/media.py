"""What questions show beside their text, as the API sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scout_os.training.models import Payload, Question
from scout_os.training.signals import morse_signs, semaphore_poses

PATH = "media/content"
"""Where drawings are, below the service's root."""


def media_of(question: Question) -> Iterator[Payload]:
    """All media of a question: its own, and those of pictures that are put in order."""
    if question.media is not None:
        yield question.media
    if question.type == "order_pictures":
        yield from (item["media"] for item in question.payload["items"])


def media_out(media: Payload | None, *, with_key: bool) -> dict[str, Any] | None:
    """Media in their wire form. Signals say what they mean only `with_key`: reading them may be the question."""
    if media is None:
        return None
    out = {"alt_en": None, **media}
    match media["kind"]:
        case "morse":
            return out | {"text": media["text"] if with_key else None, "signs": morse_signs(media["text"])}
        case "semaphore":
            return out | {"text": media["text"] if with_key else None, "poses": semaphore_poses(media["text"])}
        case "map":
            out["places"] = [{"label_en": None, **place} for place in media["places"]]
    del out["file"], out["hash"]
    return out | {"url": f"{PATH}/{media['hash']}.svg"}


def payload_out(payload: Payload, *, with_key: bool) -> Payload:
    """A payload with the media of its pictures in their wire form."""
    items = payload.get("items", ())
    if not any(isinstance(item, dict) for item in items):
        return payload
    return {**payload, "items": [{**item, "media": media_out(item["media"], with_key=with_key)} for item in items]}
