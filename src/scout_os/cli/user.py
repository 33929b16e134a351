"""`scout-os user`: accounts."""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID, uuid4

import typer

from scout_os.auth.readable import PASSWORD_GROUPS, readable
from scout_os.auth.schemas import NewUsername, RegisterBody
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import checked, run
from scout_os.core.http import Body
from scout_os.core.text import Checked, line
from scout_os.moderation.accounts import AccountsService
from scout_os.moderation.models import Actor, Order, Place
from scout_os.moderation.schemas import CorrectionBody, ReasonBody
from scout_os.moderation.service import ModerationService
from scout_os.users.names import NAME_MAX
from scout_os.wiring import Services

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)

app = typer.Typer(
    add_completion=False,
    help="Create and change accounts, and issue tokens.",
    no_args_is_help=True,
)

Username = Annotated[str, typer.Argument(help="Upper case and surrounding spaces are ignored.")]
Reason = Annotated[str, typer.Option(help="1 to 500 characters, without names: it is kept for good.")]


class RenameBody(Body):
    username: NewUsername


class AccountBody(RegisterBody):
    """An account created by an operator. Reserved names such as "admin" are allowed."""

    name: Annotated[str, Checked(line, 1, NAME_MAX)]


@app.command()
def create(
    username: Username,
    *,
    name: Annotated[str | None, typer.Option(help="Name on the leaderboard; by default the username.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    password_env: Annotated[str | None, typer.Option(help="Environment variable that holds the password.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Grant the admin role.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Create an account. Without a password option or a terminal, a random password is generated and printed."""
    password, is_random = _password(from_stdin=password_stdin, variable=password_env)
    body = checked(AccountBody, name=name or username, username=username, password=password)
    account = run(
        data_dir,
        lambda services: services.auth.register(
            username=body.username, name=body.name, password=body.password, role="admin" if admin else "learner"
        ),
    )
    typer.echo(f"{body.username} is {'an admin' if admin else 'a learner'} now, with id {account.id}.")
    if is_random:
        typer.echo(f"Password: {password}")


@app.command()
def promote(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Grant the admin role."""
    run(data_dir, lambda services: services.users.set_role(username, "admin"))
    typer.echo(f"{username} is an admin now.")


@app.command()
def demote(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Revoke the admin role."""
    run(data_dir, lambda services: services.users.set_role(username, "learner"))
    typer.echo(f"{username} is a learner now.")


@app.command()
def password(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Set a random password and print it. All sessions of the account end."""
    typer.echo(f"Password: {_for_user(AccountsService.reset_password, username, data_dir)}")


@app.command()
def code(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print a one-time code with which the learner chooses a new password within a day."""
    issued = _for_user(AccountsService.issue_code, username, data_dir)
    typer.echo(f"Code: {issued.code}")
    typer.echo(f"Good for one new password until {issued.expires_at:%Y-%m-%d %H:%M} UTC.")


@app.command()
def rename(
    old: Username,
    new: Annotated[str, typer.Argument(help="By the rules of registration.")],
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Change a username. Sessions go on; the old name is free."""
    body = checked(RenameBody, username=new)

    async def work(services: Services) -> None:
        user_id = await services.moderation.get_id(old)
        await services.accounts.rename(user_id, body.username, actor=Actor())

    run(data_dir, work)
    typer.echo(f"{old} is {body.username} now.")


@app.command()
def logout(
    username: Annotated[str | None, typer.Argument(help="Whose sessions end.")] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="End everybody's sessions, after a restore.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """End all sessions of an account, or of all accounts."""
    if (username is not None) == everybody:
        raise typer.BadParameter("give either a username or --all")
    if username is not None:
        _for_user(AccountsService.log_out, username, data_dir)
        typer.echo(f"{username} is logged out everywhere.")
        return
    users = run(data_dir, lambda services: services.accounts.log_out_everybody(actor=Actor()))
    typer.echo(f"All sessions of {users} accounts have ended.")


@app.command()
def timezone(
    username: Username,
    zone: Annotated[str, typer.Argument(help="Such as Asia/Jayapura.")],
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Set the time zone in which an account's days are counted. Days that are recorded stay as they are."""
    run(data_dir, lambda services: services.users.set_timezone(username, zone))
    typer.echo(f"{username} lives in {zone} now.")


@app.command()
def token(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print an access token of an account."""
    typer.echo(run(data_dir, lambda services: services.auth.token_for(username)))


# With this, -50 is an amount and not an unknown option.
@app.command(context_settings={"ignore_unknown_options": True})
def correct(
    username: Username,
    amount: Annotated[int, typer.Argument(help="XP to add; negative to subtract.")],
    *,
    reason: Reason,
    correction_id: Annotated[
        UUID | None, typer.Option("--id", help="UUID of this correction. With the same id, a retry is safe.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Add or subtract XP."""
    used = correction_id or uuid4()
    body = checked(CorrectionBody, amount=amount, reason=reason, correction_id=used)

    async def work(services: Services) -> Place:
        user_id = await services.moderation.get_id(username)
        return await services.moderation.correct(Order(used, user_id, body.amount, body.reason, Actor()))

    place = run(data_dir, work)
    if place.change is None:
        typer.echo(f"Correction {used} was applied already; it left {place.total_xp} XP.")
    else:
        typer.echo(f"{username} has {place.total_xp} XP now (correction {used}).")


@app.command()
def suspend(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Take a learner off the leaderboard. The learner can go on learning."""
    place = _change(ModerationService.suspend, username, reason, data_dir)
    typer.echo(f"{username} is {'suspended now' if place.change else 'suspended already'}.")


@app.command()
def restore(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """End a suspension. The learner is back on the leaderboard with all XP."""
    place = _change(ModerationService.restore, username, reason, data_dir)
    typer.echo(f"{username} is {'restored now' if place.change else 'not suspended'}.")


@app.command()
def disable(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Close an account: logged out everywhere, off the leaderboard, XP kept."""
    place = _change(ModerationService.disable, username, reason, data_dir)
    typer.echo(f"{username} is {'disabled now' if place.change else 'disabled already'}.")


@app.command()
def enable(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Reopen a disabled account."""
    place = _change(ModerationService.enable, username, reason, data_dir)
    typer.echo(f"{username} is {'enabled now' if place.change else 'not disabled'}.")


@app.command()
def delete(
    username: Username,
    *,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Delete an account's personal data for good. Its XP ledger stays, anonymised."""
    checked(ReasonBody, reason=reason)  # before the question, not after it
    if not yes:
        typer.confirm(f"Delete {username} for good?", abort=True)
    place = _change(ModerationService.delete, username, reason, data_dir)
    typer.echo(f"The account with id {place.user_id} is deleted; its username is free.")


class _ForUser(Protocol[R_co]):
    """A method of `AccountsService` for one account."""

    def __call__(self, service: AccountsService, user_id: int, /, *, actor: Actor) -> Coroutine[Any, Any, R_co]: ...


def _for_user(method: _ForUser[T], username: str, data_dir: Path) -> T:
    async def work(services: Services) -> T:
        return await method(services.accounts, await services.moderation.get_id(username), actor=Actor())

    return run(data_dir, work)


class _Change(Protocol):
    """A method of `ModerationService` that changes an account."""

    def __call__(
        self, service: ModerationService, user_id: int, /, *, actor: Actor, reason: str
    ) -> Coroutine[Any, Any, Place]: ...


def _change(change: _Change, username: str, reason: str, data_dir: Path) -> Place:
    body = checked(ReasonBody, reason=reason)

    async def work(services: Services) -> Place:
        service = services.moderation
        return await change(service, await service.get_id(username), actor=Actor(), reason=body.reason)

    return run(data_dir, work)


def _password(*, from_stdin: bool, variable: str | None) -> tuple[str, bool]:
    """The password, and whether it is a random one."""
    if from_stdin and variable is not None:
        raise typer.BadParameter("--password-stdin and --password-env exclude each other")
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if variable is not None:
        if variable not in os.environ:
            raise typer.BadParameter(f"the variable {variable} is not set", param_hint="--password-env")
        return os.environ[variable], False
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return readable(PASSWORD_GROUPS), True
