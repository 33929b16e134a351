"""What goes over the wire about one's own data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from scout_os.core.http import Body
from scout_os.core.text import Checked, storable


class VisibilityBody(Body):
    """Whether others shall see the learner on the board."""

    visible: bool


class Visibility(BaseModel):
    """Whether others see the learner on the board; suspended learners are never seen."""

    visible: bool


class EraseBody(Body):
    """The proof that it is the learner who asks, and not somebody who found the telephone."""

    password: Annotated[str, Checked(storable, 0, 1024)] | None = Field(
        None, description="Needed if the account has one. Without one, log in again and ask within ten minutes."
    )


class Export(BaseModel):
    """All that is held about the learner."""

    exported_at: datetime
    profile: dict[str, Any]
    records: dict[str, list[dict[str, Any]]] = Field(description="By table, oldest first.")


class ReceiptOut(BaseModel):
    """Proof of the erasure; it names nobody."""

    receipt_id: UUID
    user_id: int = Field(description="The number that is left, without a name.")
    erased_at: datetime
    erased: list[str]
    kept: list[str]
