"""`scout-os user`: accounts from the command line."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Protocol
from uuid import UUID, uuid4

import typer

from scout_os.auth.schemas import RegisterBody
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import Running, checked, run
from scout_os.core.text import Checked, line
from scout_os.moderation.models import Actor, Order, Place
from scout_os.moderation.schemas import CorrectionBody, ReasonBody
from scout_os.moderation.service import ModerationService
from scout_os.users.names import NAME_MAX

app = typer.Typer(
    add_completion=False,
    help="Make, promote, correct, suspend, disable and delete accounts; issue tokens.",
    no_args_is_help=True,
)

Username = Annotated[str, typer.Argument(help="Case and surrounding blanks do not matter.")]
Reason = Annotated[str, typer.Option(help="1 to 500 characters. Kept or logged for good: name nobody in it.")]


class AccountBody(RegisterBody):
    """An account that an operator makes: named as the operator likes, "admin" too."""

    name: Annotated[str, Checked(line, 1, NAME_MAX)]


@app.command()
def create(
    username: Username,
    *,
    name: Annotated[str | None, typer.Option(help="What the board shows; by default the username.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    password_env: Annotated[str | None, typer.Option(help="Variable that holds the password.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="Give the admin role.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Make an account. Without a password given or a terminal to ask at, a random one is made and printed once."""
    password, is_made = _password(from_stdin=password_stdin, variable=password_env)
    body = checked(AccountBody, name=name or username, username=username, password=password)

    async def work(running: Running) -> int:
        session = await running.services.auth.register(
            username=body.username, name=body.name, password=body.password, role="admin" if admin else "learner"
        )
        return session.account.id

    user_id = run(data_dir, work)
    typer.echo(f"{body.username} is {'an admin' if admin else 'a learner'} now, with id {user_id}.")
    if is_made:
        typer.echo(f"Password: {password}")


@app.command()
def promote(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Give an account the admin role."""

    async def work(running: Running) -> None:
        await running.services.users.set_role(username, "admin")

    run(data_dir, work)
    typer.echo(f"{username} is an admin now.")


@app.command()
def demote(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Take the admin role from an account."""

    async def work(running: Running) -> None:
        await running.services.users.set_role(username, "learner")

    run(data_dir, work)
    typer.echo(f"{username} is a learner now.")


@app.command()
def token(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print an access token for an account, and nothing else."""

    async def work(running: Running) -> str:
        return await running.services.auth.token_for(username)

    typer.echo(run(data_dir, work))


# Unknown options count as arguments, so that -50 is an amount and no option.
@app.command(context_settings={"ignore_unknown_options": True})
def correct(
    username: Username,
    amount: Annotated[int, typer.Argument(help="XP to add; negative to take away.")],
    *,
    reason: Reason,
    correction_id: Annotated[
        UUID | None, typer.Option("--id", help="Makes trying again safe: one id counts once.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Correct a learner's XP, up or down."""
    used = correction_id or uuid4()
    body = checked(CorrectionBody, amount=amount, reason=reason, correction_id=used)

    async def work(running: Running) -> Place:
        service = running.services.moderation
        order = Order(used, await service.get_id(username), body.amount, body.reason, Actor())
        return await service.correct(order)

    place = run(data_dir, work)
    if place.change is None:
        typer.echo(f"Correction {used} was applied already; it left {place.total_xp} XP.")
    else:
        typer.echo(f"{username} has {place.total_xp} XP now (correction {used}).")


@app.command()
def suspend(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Take a learner off the board; they can go on learning."""
    place = _change(ModerationService.suspend, username, reason, data_dir)
    typer.echo(f"{username} is {'suspended now' if place.change else 'suspended already'}.")


@app.command()
def restore(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """End a suspension: back on the board with all XP."""
    place = _change(ModerationService.restore, username, reason, data_dir)
    typer.echo(f"{username} is {'restored now' if place.change else 'not suspended'}.")


@app.command()
def disable(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Shut an account: logged out everywhere, off the board, XP kept."""
    place = _change(ModerationService.disable, username, reason, data_dir)
    typer.echo(f"{username} is {'disabled now' if place.change else 'disabled already'}.")


@app.command()
def enable(username: Username, *, reason: Reason, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Open a disabled account again."""
    place = _change(ModerationService.enable, username, reason, data_dir)
    typer.echo(f"{username} is {'enabled now' if place.change else 'not disabled'}.")


@app.command()
def delete(
    username: Username,
    *,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Delete an account's personal data for good. Its XP ledger stays, without a name."""
    checked(ReasonBody, reason=reason)  # nobody is asked for what will be refused
    if not yes:
        typer.confirm(f"Delete {username} for good?", abort=True)
    place = _change(ModerationService.delete, username, reason, data_dir)
    typer.echo(f"The account with id {place.user_id} is deleted; its username is free.")


class _Change(Protocol):
    """What an operator does to an account, for a reason."""

    def __call__(
        self, service: ModerationService, user_id: int, /, *, actor: Actor, reason: str
    ) -> Coroutine[Any, Any, Place]: ...


def _change(change: _Change, username: str, reason: str, data_dir: Path) -> Place:
    body = checked(ReasonBody, reason=reason)

    async def work(running: Running) -> Place:
        service = running.services.moderation
        return await change(service, await service.get_id(username), actor=Actor(), reason=body.reason)

    return run(data_dir, work)


def _password(*, from_stdin: bool, variable: str | None) -> tuple[str, bool]:
    """The password, and whether it was made here."""
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
    return secrets.token_urlsafe(12), True
