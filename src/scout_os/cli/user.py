"""`scout-os user`: accounts from the command line."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from scout_os.auth.schemas import RegisterBody
from scout_os.auth.service import AuthService
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.running import Running, run
from scout_os.core.problems import Invalid
from scout_os.users.service import UserService

app = typer.Typer(add_completion=False, help="Make accounts, promote them, and issue tokens.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="Case and surrounding blanks do not matter.")]


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
    body = _checked(name=name or username, username=username, password=password)

    async def work(running: Running) -> int:
        session = await running.services[AuthService].register(
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
        await running.services[UserService].promote(username)

    run(data_dir, work)
    typer.echo(f"{username} is an admin now.")


@app.command()
def token(username: Username, *, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print an access token for an account, and nothing else."""

    async def work(running: Running) -> str:
        return await running.services[AuthService].token_for(username)

    typer.echo(run(data_dir, work))


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


def _checked(*, name: str, username: str, password: str) -> RegisterBody:
    """The account by the same rules as over HTTP; raises `Invalid`."""
    try:
        return RegisterBody(name=name, username=username, password=password)
    except ValidationError as error:
        raise Invalid("; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())) from error
