"""Sign-in with an account at an identity provider."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from scout_os.auth.id_tokens import IdTokens, Person
from scout_os.auth.identities import IdentityRepository
from scout_os.auth.problems import AccountExists, EmailNotVerified, InvalidCredentials, ProviderNotConfigured
from scout_os.auth.service import AuthService, Session
from scout_os.users.models import Account
from scout_os.users.names import NAME_MAX, display_name, scout_name
from scout_os.users.problems import UsernameTaken
from scout_os.users.rules import USERNAME_MAX, new_username


class SignInService:
    """The first sign-in creates an account. An existing account with the same e-mail address is joined for its password."""

    def __init__(
        self,
        *,
        providers: Mapping[str, IdTokens],
        identities: IdentityRepository,
        auth: AuthService,
    ) -> None:
        self._providers = providers
        self._identities = identities
        self._auth = auth

    async def sign_in(
        self, provider: str, id_token: str, *, password: str | None, timezone: str | None = None, address: str
    ) -> Session:
        """A session of the person's account, which is created or joined at the first sign-in.

        Raises `ProviderNotConfigured`, `InvalidIdentity`, `EmailNotVerified`, `AccountExists` (call again
        with the password), `InvalidCredentials`, `TooManyRequests`.
        """
        tokens = self._providers.get(provider)
        if tokens is None:
            raise ProviderNotConfigured
        person = await tokens.read(id_token)
        account = await self._identities.find_account(person)
        if account is None:
            account = await self._first_account(person, password, timezone, address)
        if not account.is_active:
            raise InvalidCredentials
        return self._auth.session(account)

    async def _first_account(self, person: Person, password: str | None, timezone: str | None, address: str) -> Account:
        """Joining needs the password: somebody else may have registered the e-mail address beforehand."""
        if person.email is None:
            raise EmailNotVerified
        username = _username(person, person.email)
        if password is None:
            try:
                return await self._identities.create(person, username=username, name=_name(person), timezone=timezone)
            except UsernameTaken:
                twin = await self._identities.find_account(person)  # the same sign-in was sent twice at once
                if twin is None:
                    raise AccountExists from None
                return twin
        account = await self._auth.check_password(username, password, address=address)
        await self._identities.join(person, account.id)
        joined = await self._identities.find_account(person)
        if joined is None:
            raise InvalidCredentials  # it was disabled or erased meanwhile
        return joined


def _username(person: Person, email: str) -> str:
    """The e-mail address if it is a valid username, otherwise a generated one."""
    try:
        username = new_username(email)
    except ValueError:
        username = ""
    if username and "@" in username and len(username) <= USERNAME_MAX:
        return username
    return f"{person.provider}.{hashlib.sha256(person.subject.encode()).hexdigest()[:24]}"


def _name(person: Person) -> str:
    try:
        return display_name(person.name[:NAME_MAX])[:NAME_MAX].strip() or scout_name()
    except ValueError:
        return scout_name()
