"""The training pack of this release keeps what the clients and the path promise."""

from __future__ import annotations

from pathlib import Path

from scout_os.training.content import read_pack

CLIENT_GRADED = {"multiple_choice", "fill_blank", "word_bank", "matching"}


def test_the_pack_is_valid_and_whole(pack_dir: Path) -> None:
    """Five sections of five units of five levels, each with at least five questions."""
    pack = read_pack(pack_dir)
    assert len(pack.sections) == 5
    assert {len(section.units) for section in pack.sections} == {5}
    assert {len(unit.levels) for _, unit in pack.units()} == {5}
    assert all(len(level.questions) >= 5 for _, level in pack.levels())


def test_clients_in_the_field_can_grade_every_question(pack_dir: Path) -> None:
    """The client that grades for itself knows four types; each of them is used."""
    assert {question.type for _, question in read_pack(pack_dir).questions()} == CLIENT_GRADED


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
        texts = [
            question.question.casefold()
            for unit in section.units
            for level in unit.levels
            for question in level.questions
        ]
        assert len(set(texts)) == len(texts), section.id
