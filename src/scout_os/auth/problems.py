"""Why a login, or a change to one, is refused."""

from scout_os.auth.rules import GUESSABLE
from scout_os.core.problems import Forbidden, Invalid, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """Unknown user, wrong password or disabled account: which of them is not said."""

    code = "invalid_credentials"
    detail = "Username atau password salah (wrong username or password)"


class WrongPassword(Forbidden):
    """The old password is wrong. No 401: the session is as good as before."""

    code = "wrong_password"
    detail = "Password lama salah (wrong old password)"


class PasswordGuessable(Invalid):
    """The new password is a common one, or one that the username gives away."""

    code = "password_guessable"
    detail = f"new_password: {GUESSABLE}"
