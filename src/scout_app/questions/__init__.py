"""The six types of questions, one file a kind of answer."""

from scout_app.questions.kinds import view_of
from scout_app.questions.view import AnswerView

__all__ = ["AnswerView", "view_of"]
