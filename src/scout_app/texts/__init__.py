"""Everything that a learner reads, in Indonesian and English, in tables: one file a part of the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scout_app.texts import account, board, curtain, dates, path, practice, problems, profile, result, shell

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

TABLE: Mapping[str, tuple[str, str]] = {
    **curtain.TABLE,
    **shell.TABLE,
    **account.TABLE,
    **path.TABLE,
    **practice.TABLE,
    **result.TABLE,
    **board.TABLE,
    **profile.TABLE,
    **problems.TABLE,
    **dates.TABLE,
}
"""Key → Indonesian, English."""


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    language: Language = "id"

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key`, with its gaps filled; a gap `n` that is 1 takes the text under `key.one` if there is one."""
        if values.get("n") == 1 and f"{key}.one" in TABLE:
            key = f"{key}.one"
        text = TABLE[key][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in TABLE

    def pick(self, indonesian: str, english: str | None) -> str:
        """A title of the content, which has an English one or not."""
        return english if self.language == "en" and english else indonesian

    def number(self, number: int) -> str:
        """With the language's own thousands sign."""
        grouped = f"{number:,}"
        return grouped.replace(",", ".") if self.language == "id" else grouped
