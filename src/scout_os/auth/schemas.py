"""Requests and answers of registration and login."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from scout_os.auth.rules import GUESSABLE, PASSWORD_MAX, PASSWORD_MIN, is_guessable
from scout_os.auth.service import Session
from scout_os.core.http import Body
from scout_os.core.text import Checked, line, storable
from scout_os.users.names import NAME_MAX, display_name, scout_name
from scout_os.users.rules import USERNAME_MAX, USERNAME_MIN, new_username, normal_username


def _login_username(text: str) -> str:
    """Login accepts any spelling; one that cannot exist is an unknown user."""
    return normal_username(storable(text))


NewPassword = Annotated[str, Checked(storable, PASSWORD_MIN, PASSWORD_MAX)]
TriedPassword = Annotated[str, Checked(storable, 0, 1024)]


class RegisterBody(Body):
    name: Annotated[str, Checked(display_name, 1, NAME_MAX)] = Field(
        default_factory=scout_name,
        description="What others see. Left out: a name is made that says nothing about anybody.",
    )
    username: Annotated[str, Checked(new_username, USERNAME_MIN, USERNAME_MAX)]
    password: NewPassword
    gugus_depan: Annotated[str, Checked(line, 0, 100)] | None = None

    @field_validator("gugus_depan")
    @classmethod
    def _blank_is_none(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("password")
    @classmethod
    def _not_guessable(cls, value: str, info: ValidationInfo) -> str:
        if is_guessable(value, info.data.get("username", "")):
            raise PydanticCustomError("password", GUESSABLE)
        return value


class LoginBody(Body):
    username: Annotated[str, Checked(_login_username, 0, 1024)]
    password: TriedPassword


class PasswordBody(Body):
    old_password: TriedPassword
    new_password: NewPassword


class SignInBody(Body):
    id_token: Annotated[str, Checked(storable, 1, 8192)]
    password: TriedPassword | None = Field(
        None, description="Of the account that already has this e-mail address, to join the two."
    )


class NoData(BaseModel):
    """No data: the request succeeded."""


class NewTokenData(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = Field("bearer")


class SessionUser(BaseModel):
    id: int
    name: str
    username: str


class SessionData(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = Field("bearer")
    user: SessionUser

    @classmethod
    def of(cls, session: Session) -> Self:
        account = session.account
        user = SessionUser(id=account.id, name=account.name, username=account.username)
        return cls(access_token=session.access_token, user=user)
