"""Why a login, or a change to one, is refused."""

from scout_os.auth.rules import GUESSABLE
from scout_os.core.problems import Forbidden, Invalid, NotFound, Problem, Unauthenticated


class InvalidCredentials(Unauthenticated):
    """Unknown user, wrong password or disabled account; the answer does not say which."""

    code = "invalid_credentials"
    detail = "Username atau password salah (wrong username or password)"


class WrongPassword(Forbidden):
    """The old password is wrong. Not a 401, because the session stays valid."""

    code = "wrong_password"
    detail = "Password lama salah (wrong old password)"


class NotProven(Forbidden):
    """This needs the password, or a recent token if the account has no password; nothing was changed."""

    code = "not_proven"
    detail = "Kata sandi diperlukan, atau masuklah lagi dahulu (the password is needed, or log in again first)"


class CodeInvalid(Forbidden):
    """A wrong, used, expired or replaced code, or an unknown user; the answer does not say which."""

    code = "code_invalid"
    detail = (
        "Kode salah, sudah dipakai, atau kedaluwarsa: periksa lagi, atau minta kode baru"
        " (the code is wrong, used or expired: check it, or ask for a new one)"
    )


class PasswordGuessable(Invalid):
    """The new password is common, or easily guessed from the username."""

    code = "password_guessable"
    detail = f"new_password: {GUESSABLE}"


class UsernameGuessed(Invalid):
    """The password would be easily guessed from the new username."""

    code = "password_guessable"
    detail = "username: password-mu mudah ditebak darinya (your password is easy to guess from it)"


class InvalidIdentity(Unauthenticated):
    """The ID token is forged, for another service, or expired; the answer does not say which."""

    code = "invalid_identity"
    detail = "Masuk dengan akun lain gagal (signing in with this account failed)"


class EmailNotVerified(Forbidden):
    """Only a verified e-mail address gets an account."""

    code = "email_not_verified"
    detail = "E-mail akun ini belum diverifikasi (the e-mail address of this account is not verified)"


class AccountExists(Problem):
    """The e-mail address has an account; its password proves that it is the same person's."""

    status = 409
    code = "account_exists"
    detail = (
        "Sudah ada akun dengan e-mail ini: kirim password-nya (an account with this e-mail exists: send its password)"
    )


class ProviderNotConfigured(NotFound):
    """Signing in this way is switched off."""

    code = "provider_not_configured"
    detail = "Cara masuk ini tidak tersedia (this way to sign in is not available)"
