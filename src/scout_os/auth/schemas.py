"""Requests and answers of registration and login."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from scout_os.auth.readable import typed_code
from scout_os.auth.rules import GUESSABLE, PASSWORD_MAX, PASSWORD_MIN, is_guessable
from scout_os.auth.service import Newcomer, Session
from scout_os.core.http import Body
from scout_os.core.text import Checked, line, storable
from scout_os.users.models import Account
from scout_os.users.names import NAME_MAX, display_name, scout_name
from scout_os.users.rules import USERNAME_MAX, USERNAME_MIN, ZONE_MAX, new_username, normal_username


def _login_username(text: str) -> str:
    """Login accepts any spelling; one that cannot exist is an unknown user."""
    return normal_username(storable(text))


def _hard_to_guess(password: str, info: ValidationInfo) -> str:
    if is_guessable(password, info.data.get("username", "")):
        raise PydanticCustomError("password", GUESSABLE)
    return password


NewUsername = Annotated[str, Checked(new_username, USERNAME_MIN, USERNAME_MAX)]
NewPassword = Annotated[str, Checked(storable, PASSWORD_MIN, PASSWORD_MAX)]
HardPassword = Annotated[NewPassword, AfterValidator(_hard_to_guess)]
"""For bodies with the `username` before it."""
TriedPassword = Annotated[str, Checked(storable, 0, 1024)]


def _zone(value: object) -> str | None:
    """What is no name of a time zone must not cost an account."""
    with suppress(ValueError):
        return storable(value) if isinstance(value, str) and len(value) <= ZONE_MAX else None
    return None


DeviceZone = Annotated[
    str | None,
    PlainValidator(_zone, json_schema_input_type=Any),
    Field(description="The device's time zone, as in `Asia/Jayapura`; one that is unknown is as good as none."),
]


class RegisterBody(Body):
    name: Annotated[str, Checked(display_name, 1, NAME_MAX)] = Field(
        default_factory=scout_name,
        description="What others see. Left out: a name is made that says nothing about anybody.",
    )
    username: NewUsername
    password: HardPassword
    gugus_depan: Annotated[str, Checked(line, 0, 100)] | None = None
    timezone: DeviceZone = None

    @field_validator("gugus_depan")
    @classmethod
    def _blank_is_none(cls, value: str | None) -> str | None:
        return value or None

    def newcomer(self) -> Newcomer:
        return Newcomer(
            username=self.username,
            name=self.name,
            password=self.password,
            gugus_depan=self.gugus_depan,
            timezone=self.timezone,
            request=self.model_dump_json(exclude={"password"}, exclude_unset=True),
        )


class LoginBody(Body):
    username: Annotated[str, Checked(_login_username, 0, 1024)]
    password: TriedPassword


class PasswordBody(Body):
    old_password: TriedPassword
    new_password: NewPassword


class CodeBody(Body):
    """A one-time code and the password that replaces the forgotten one."""

    username: Annotated[str, Checked(_login_username, 0, 1024)]
    code: Annotated[str, Checked(typed_code, 0, 64)] = Field(
        description="Upper case, spaces and hyphens do not matter."
    )
    new_password: HardPassword


class UsernameBody(Body):
    username: NewUsername
    password: TriedPassword | None = Field(
        None, description="Needed if the account has one. Without one, log in again and ask within ten minutes."
    )


class SignInBody(Body):
    id_token: Annotated[str, Checked(storable, 1, 8192)]
    timezone: DeviceZone = None
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

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(id=account.id, name=account.name, username=account.username)


class SessionData(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = Field("bearer")
    user: SessionUser

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(access_token=session.access_token, user=SessionUser.of(session.account))
