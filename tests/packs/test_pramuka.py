"""The training pack of this release keeps what the clients and the path promise."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from scout_os.leaderboard.rules import DEFAULT_RANKS
from scout_os.training.content import read_pack
from scout_os.training.content.payloads import TYPES
from scout_os.training.grading import grade
from tests.contract.answers import right_answer
from tests.contract.packs import read_lessons

CLIENT_GRADED = {"multiple_choice", "fill_blank", "word_bank", "matching"}
SIGNALS = {"morse_tap", "semaphore_pose", "point_on_map"}
"""Types whose key is no text of learners."""
NAMES = {"id", "tier", "type", "difficulty", "value", "kind", "file", "text"}
"""Fields that are no texts of learners."""


def test_the_pack_is_valid_and_whole(pack_dir: Path) -> None:
    """Five sections of five units of five levels, each with at least five questions."""
    pack = read_pack(pack_dir)
    assert len(pack.sections) == 5
    assert {len(section.units) for section in pack.sections} == {5}
    assert {len(unit.levels) for _, unit in pack.units()} == {5}
    assert all(len(level.questions) >= 5 for _, level in pack.levels())


def test_clients_in_the_field_can_grade_every_question(pack_dir: Path) -> None:
    """The client that grades for itself knows four types; each of them is used, and stands in for the newer ones."""
    assert {question.shown_to(None).type for _, question in read_pack(pack_dir).questions()} == CLIENT_GRADED


def test_the_app_asks_in_every_way(pack_dir: Path) -> None:
    """Each type of question has its place in the pack."""
    assert {question.type for _, question in read_pack(pack_dir).questions()} == set(TYPES)


def test_its_ranks_are_none_that_a_leader_awards(pack_dir: Path) -> None:
    """XP gives no rank of Pramuka; ours begin where installed clients expect another name."""
    ranks = read_pack(pack_dir).ranks
    awarded = {word for rank in DEFAULT_RANKS for word in rank.name.split()} | {"Garuda", "Pandega"}
    assert not awarded & {word for rank in ranks for word in rank.name.split()}
    assert [rank.from_xp for rank in ranks] == [rank.from_xp for rank in DEFAULT_RANKS]


def test_rewards_and_thresholds_are_fair(pack_dir: Path) -> None:
    """A level pays 10 to 30 XP and asks for at least half of its questions."""
    for _, level in read_pack(pack_dir).levels():
        assert 10 <= level.xp_reward <= 30, level.id
        assert 2 * level.min_correct >= len(level.questions), level.id


def test_every_unit_opens_step_by_step(pack_dir: Path) -> None:
    """Within a unit each level needs the one before it."""
    for _, unit in read_pack(pack_dir).units():
        expected = [None, *(level.id for level in unit.levels[:-1])]
        assert [level.requires for level in unit.levels] == expected


def test_no_question_is_asked_twice(pack_dir: Path) -> None:
    """A section asks each of its questions once, in whatever spelling."""
    for section in read_pack(pack_dir).sections:
        questions = [question for unit in section.units for level in unit.levels for question in level.questions]
        for kinds in (None, TYPES):
            texts = [question.shown_to(kinds).question.casefold() for question in questions]
            assert len(set(texts)) == len(texts), section.id


@pytest.mark.slow
def test_the_pack_saved_in_nfd_is_whole(pack_dir: Path, tmp_path: Path) -> None:
    """With an accent on each e, so that NFD changes every text, it is the same pack, and each question can be answered."""
    for form in ("NFC", "NFD"):
        shutil.copytree(pack_dir / "media", tmp_path / form / "media")
        for path in pack_dir.glob("*.yaml"):
            accented = _accented(yaml.safe_load(path.read_text("utf-8")))
            text = unicodedata.normalize(form, yaml.safe_dump(accented, allow_unicode=True, width=10_000))
            (tmp_path / form / path.name).write_text(text, "utf-8")
    composed, decomposed = read_pack(tmp_path / "NFC"), read_pack(tmp_path / "NFD")
    assert decomposed == composed
    questions = {
        question.id: question
        for _, newest in decomposed.questions()
        for question in (newest, newest.instead)
        if question is not None
    }
    for form in ("NFC", "NFD"):
        answers = _right_answers(tmp_path / form)
        assert answers.keys() == questions.keys()
        assert [name for name, answer in answers.items() if not grade(questions[name], answer)] == []


def _right_answers(directory: Path) -> dict[str, Any]:
    return {
        question["id"]: right_answer(question)
        for newest in (False, True)
        for lesson in read_lessons(directory, newest=newest)
        for question in lesson.questions
    }


def _accented(value: Any, name: str = "") -> Any:
    """The value with é for each e, but for what is no text of learners."""
    if isinstance(value, dict):
        plain = {"payload"} if value.get("type") in SIGNALS else set()
        return {key: inner if key in plain else _accented(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_accented(inner) for inner in value]
    return value if name in NAMES or not isinstance(value, str) else value.replace("e", "é")
