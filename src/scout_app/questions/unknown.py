"""A type that this app does not know yet."""

from __future__ import annotations

from scout_app.questions.view import AnswerView
from scout_app.ui import parts


class Unknown(AnswerView):
    """Can only be skipped."""

    def prepare(self) -> None:
        """There is nothing to read but the question."""

    def render(self) -> None:
        self.control.controls = [parts.body(self.t("practice.unknown"))]
