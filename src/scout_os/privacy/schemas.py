"""Requests and answers about a learner's own data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from scout_os.auth.schemas import TriedPassword
from scout_os.core.http import Body


class VisibilityBody(Body):
    visible: bool


class Visibility(BaseModel):
    """Whether others see the learner on the board; suspended learners are never seen."""

    visible: bool


class EraseBody(Body):
    """The password proves that the learner asks, not somebody who found the phone."""

    password: TriedPassword | None = Field(
        None, description="Needed if the account has one. Without one, log in again and ask within ten minutes."
    )


class Export(BaseModel):
    exported_at: datetime
    profile: dict[str, Any]
    records: dict[str, list[dict[str, Any]]] = Field(description="By table, oldest first.")


def export_json(profile: str, by_table: Mapping[str, Sequence[str]], message: str) -> bytes:
    """The body of an `Envelope[Export]`, from PostgreSQL's own JSON: parsing it again would take too long."""
    now = datetime.now(UTC).isoformat()
    records = ",".join(f'"{table}":[{",".join(texts)}]' for table, texts in by_table.items())
    data = f'{{"exported_at":"{now}","profile":{profile},"records":{{{records}}}}}'
    return f'{{"success":true,"data":{data},"message":"{message}","timestamp":"{now}"}}'.encode()


class ReceiptOut(BaseModel):
    """Proof of the erasure; it does not identify the learner."""

    receipt_id: UUID
    user_id: int = Field(description="The number that is left, without a name.")
    erased_at: datetime
    erased: list[str]
    kept: list[str]
