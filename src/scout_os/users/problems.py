"""Why a request about users is refused."""

from scout_os.core.problems import Invalid, NotFound, Problem


class UsernameTaken(Problem):
    """Another user has this username, possibly a disabled one."""

    status = 409
    code = "username_taken"
    detail = "Username sudah dipakai (username already taken)"


class UnknownUser(NotFound):
    """No active user has this id or username."""

    code = "unknown_user"
    detail = "There is no active user with this id or username."


class UnknownTimeZone(Invalid):
    """Not the name of a time zone that both PostgreSQL and Python know."""

    code = "unknown_time_zone"
    detail = "Zona waktu tidak dikenal (unknown time zone; write it as in Asia/Jayapura)"


class DateInFuture(Invalid):
    """The day has not begun anywhere on Earth; nothing was changed."""

    code = "date_in_future"
    detail = "last_active_date is in the future."


class StreakNotBorne(Invalid):
    """The recorded activity is shorter than the streak claimed; nothing was changed."""

    code = "streak_not_borne"
    detail = "streak is longer than the recorded activity up to last_active_date."


class PictureInvalid(Invalid):
    """A JPEG, PNG or WebP that is broken, or a form without one."""

    code = "picture_invalid"
    detail = "Foto harus JPEG, PNG, atau WebP yang utuh (the picture must be a whole JPEG, PNG or WebP)"


class PictureFormat(Invalid):
    """Something else than a JPEG, PNG or WebP, for example HEIC, AVIF or GIF."""

    code = "picture_format"
    detail = "Jenis berkas ini belum bisa dipakai: kirim JPEG, PNG, atau WebP (send a JPEG, PNG or WebP)"


class PictureTooDetailed(Invalid):
    """Too many pixels, or a file that takes too much work or memory to decode."""

    code = "picture_too_detailed"
    detail = "Foto ini terlalu besar untuk diolah: kirim yang lebih kecil (too large to process: send a smaller one)"


class PictureTooLarge(Problem):
    """More bytes than are read."""

    status = 413
    code = "body_too_large"
    detail = "Foto lebih besar dari 12 MiB (the picture is larger than 12 MiB)"
