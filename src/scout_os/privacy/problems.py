"""Why a request about one's own data is refused."""

from scout_os.core.problems import Forbidden


class NotProven(Forbidden):
    """Erasing needs the password, or for an account without one a token of a few minutes ago; nothing was erased."""

    code = "not_proven"
    detail = "Kata sandi diperlukan, atau masuklah lagi dahulu (the password is needed, or log in again first)"
