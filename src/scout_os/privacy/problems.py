"""Why a privacy request is refused."""

from scout_os.core.problems import Forbidden


class NotProven(Forbidden):
    """Erasing needs the password, or a recent token if the account has no password; nothing was erased."""

    code = "not_proven"
    detail = "Kata sandi diperlukan, atau masuklah lagi dahulu (the password is needed, or log in again first)"
