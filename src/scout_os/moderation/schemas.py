"""Requests and answers of moderation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from scout_os.core.http import Body, WholeNumber
from scout_os.core.text import Checked, line
from scout_os.moderation.models import MAX_CORRECTED_XP

Reason = Annotated[
    str,
    Checked(line, 1, 500),
    Field(description="Kept for ever or logged, also when the learner is deleted: name nobody in it."),
]


class CorrectionBody(Body):
    amount: WholeNumber = Field(
        ge=-MAX_CORRECTED_XP, le=MAX_CORRECTED_XP, description="XP to add; negative to take away, never 0."
    )
    reason: Reason
    # Not strict, because JSON has no UUID type.
    correction_id: UUID | None = Field(
        None, strict=False, description="Makes trying again safe: one id counts once. Without it, one is made."
    )

    @field_validator("amount")
    @classmethod
    def _not_zero(cls, value: int) -> int:
        if value == 0:
            raise PydanticCustomError("zero", "A correction of 0 XP is none.")
        return value


class ReasonBody(Body):
    reason: Reason


class Corrected(BaseModel):
    user_id: int
    amount: int
    total_xp: int = Field(description="The total that this correction left.")
    board_era: int
    correction_id: UUID


class SuspensionState(BaseModel):
    user_id: int
    is_suspended: bool
    total_xp: int
    board_era: int


class Deleted(BaseModel):
    user_id: int
    board_era: int


class NewPasswordData(BaseModel):
    user_id: int
    password: str = Field(description="Random; shown this once. Give it to the learner alone.")


class PasswordCode(BaseModel):
    user_id: int
    code: str = Field(description="Shown this once. Give it to the learner alone; it is good for one new password.")
    expires_at: datetime
