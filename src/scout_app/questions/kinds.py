"""Which view takes which type's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scout_app.questions.blank import Blank
from scout_app.questions.choice import MultipleChoice, TrueFalse
from scout_app.questions.matching import Matching
from scout_app.questions.ordering import Ordering
from scout_app.questions.unknown import Unknown
from scout_app.questions.view import AnswerView
from scout_app.questions.words import WordBank
from scout_app.service.models import Answer, Question
from scout_app.texts import Texts

_VIEWS: Mapping[str, type[AnswerView]] = {
    "multiple_choice": MultipleChoice,
    "true_false": TrueFalse,
    "fill_blank": Blank,
    "word_bank": WordBank,
    "matching": Matching,
    "ordering": Ordering,
}


def view_of(question: Question, answer: Answer, texts: Texts, *, changed: Callable[[Answer], None]) -> AnswerView:
    """The view that takes `question`'s answer; a type from the future can only be skipped."""
    return _VIEWS.get(question.type, Unknown)(question, answer, texts, changed=changed)
