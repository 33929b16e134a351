"""Why a moderation request is refused."""

from scout_os.core.problems import Forbidden, Invalid, Problem
from scout_os.moderation.models import MAX_CORRECTED_XP


class XpOutOfRange(Invalid):
    """The correction would leave a total below 0 or above `MAX_CORRECTED_XP`; nothing was changed."""

    code = "xp_out_of_range"

    def __init__(self, total_xp: int) -> None:
        super().__init__(f"The learner has {total_xp} XP: a total must stay between 0 and {MAX_CORRECTED_XP}.")


class CorrectionIdReused(Invalid):
    """The correction id was used before with another amount or reason; nothing was changed."""

    code = "correction_id_reused"
    detail = "This correction_id was already used for another correction of this learner."


class AdminsPassword(Forbidden):
    """Admins over HTTP reset the passwords of learners only, not their own either; nothing was changed."""

    code = "admins_password"
    detail = "Only an operator can reset an admin's password: scout-os user password."


class OwnAccount(Problem):
    """Admins cannot lock themselves out by mistake."""

    status = 409
    code = "own_account"
    detail = "You cannot suspend or delete your own account."
