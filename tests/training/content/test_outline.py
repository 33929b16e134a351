"""Paths that cannot be walked: ids of a wrong form or taken, gaps in the order, rules that lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packs.editing import Edit, copy_pack, line_of
from tests.training.content.refusals import Bad, Jejak, assert_refused, issues_of

RULE = "{type: level_completed, value: jejak_u1_l1}"
START = "unlock_rule: {type: start, value: true}"
U2_QUESTION = "- id: q_simpul_u2_l1_01"
L3_NUMBER = "level_number: 3"

IDS = [
    Jejak("section with a digit", "id: jejak\n", "id: jejak2\n", "'jejak2' is not of the form lower-case"),
    Jejak("section in upper case", "id: jejak\n", "id: Jejak\n", "'Jejak' is not of the form"),
    Jejak("section with a line break", "id: jejak\n", 'id: "jejak\\n"\n', "control character"),
    Bad(
        "unit of another form", "- id: simpul_u2\n", "- id: simpul_2\n", "'simpul_2' is not of the form <section>_u<n>"
    ),
    Jejak("unit of no section", "- id: jejak_u1\n", "- id: arah_u1\n", "does not belong to jejak"),
    Bad("unit with a leading zero", "- id: simpul_u2\n", "- id: simpul_u02\n", "is not of the form <section>_u<n>"),
    Jejak("level with a leading zero", "- id: jejak_u1_l3\n", "- id: jejak_u1_l03\n", "form <unit>_l<m>"),
    Bad("question without q", U2_QUESTION, "- id: simpul_u2_l1_01", "is not of the form q_<level>_<nn>"),
    Bad("question with one digit", U2_QUESTION, "- id: q_simpul_u2_l1_1", "is not of the form q_<level>_<nn>"),
    Bad("question of another level", U2_QUESTION, "- id: q_simpul_u1_l1_04", "does not belong to simpul_u2_l1"),
    Bad("question in Arabic digits", U2_QUESTION, "- id: q_simpul_u2_l1_٠١", "is not of the form"),
    Bad("id a number", "- id: simpul_u2\n", "- id: 2\n", "id: must be text, not a number"),
    Jejak("id too long", "id: jejak\n", f"id: {'j' * 101}\n", "is not of the form"),
    Bad(
        "question twice",
        "- id: q_simpul_u1_l2_02",
        "- id: q_simpul_u1_l2_01  # lagi",
        "taken already at simpul.yaml:54",
    ),
]
ORDERS: list[Bad] = [
    Bad(
        "question order twice",
        "order: 3\n",
        "order: 1  # lagi\n",
        "order: 1 is taken already at simpul.yaml:26; missing: 3",
    ),
    Jejak(
        "level gap", L3_NUMBER, "level_number: 4", "level_number: 4 leaves a gap, the 3 here count from 1; missing: 3"
    ),
    Jejak(
        "level twice", L3_NUMBER, "level_number: 2  #", "level_number: 2 is taken already at jejak.yml:27; missing: 3"
    ),
    Jejak("level 0", L3_NUMBER, "level_number: 0", "level_number: must be 1 to 10000, not 0"),
    Bad("order as text", "order: 3\n", 'order: "3"\n', "order: must be a whole number, not text"),
    Bad("unit gap", "order: 2\n    title: Ikatan\n", "order: 3\n    title: Ikatan\n", "order: 3 leaves a gap"),
    Jejak("section gap", "order: 2\ntier", "order: 3\ntier", "order: 3 leaves a gap, the 2 here"),
    Bad("section twice", "order: 1\ntier", "order: 2\ntier", "order: 2 is taken already at jejak.yml:3; missing: 1"),
]
RULES: list[Bad] = [
    Jejak("nowhere", RULE, RULE.replace("l1", "l9"), "there is no level 'jejak_u1_l9'"),
    Jejak("to a unit", RULE, RULE.replace("_l1", ""), "'jejak_u1' is not a level id"),
    Jejak("to itself", RULE, RULE.replace("l1", "l2") + "  # lagi", "jejak_u1_l2 requires itself"),
    Jejak(
        "in a circle",
        RULE,
        RULE.replace("l1", "l3"),
        "a circle that never opens: jejak_u1_l2 → jejak_u1_l3 → jejak_u1_l2",
    ),
    Jejak("unknown type", RULE, "{type: xp_reached, value: 10}", "'xp_reached' is none of start, level_completed"),
    Jejak("without a value", RULE, "{type: start}", "unlock_rule: missing field value"),
    Jejak("start with false", RULE, "{type: start, value: false}", "the value of a start rule is true"),
    Jejak("start with 1", RULE, "{type: start, value: 1}", "value: must be true or false, not a number"),
    Jejak("to a number", RULE, "{type: level_completed, value: 1}", "value: must be text, not a number"),
    Jejak(
        "first level locked",
        START,
        "unlock_rule: {type: level_completed, value: simpul_u1_l1}",
        "level 1 of a unit must be start",
    ),
]


@pytest.mark.parametrize("bad", IDS, ids=str)
def test_ids_have_one_form_and_one_owner(bad: Bad, tmp_path: Path) -> None:
    """An id that clients could not take apart, or that is taken, is refused."""
    copy_pack(tmp_path, Edit(bad.file, bad.old, bad.new))
    line = line_of(tmp_path / bad.file, bad.at or bad.new)
    # A wrong id of a parent makes its children's wrong as well: those issues may follow.
    assert any(
        (issue.file, issue.line) == (bad.file, line) and bad.reason in issue.reason for issue in issues_of(tmp_path)
    )


@pytest.mark.parametrize("bad", ORDERS + RULES, ids=str)
def test_orders_have_no_gaps_and_rules_lead_somewhere(bad: Bad, tmp_path: Path) -> None:
    """Sections, units, levels and questions each count 1..n; a level that could never be opened is refused."""
    assert_refused(bad, tmp_path)


@pytest.mark.parametrize("field", ["units", "levels", "questions"])
def test_nothing_is_empty(field: str, tmp_path: Path) -> None:
    """A section has units, a unit levels, a level questions."""
    copy_pack(tmp_path)
    path = tmp_path / "jejak.yml"
    head, _, _ = path.read_text("utf-8").partition(f"{field}:")
    path.write_text(f"{head}{field}: []\n", "utf-8")

    [issue] = issues_of(tmp_path)

    assert (issue.file, issue.line) == ("jejak.yml", line_of(path, f"{field}: []"))
    assert issue.reason == f"{field}: must have 1 to 500 entries, not 0"


def test_an_id_of_another_file_is_taken(tmp_path: Path) -> None:
    """Two files cannot hold the same section: every id of the second is refused, with the place of the first."""
    copy_pack(tmp_path)
    (tmp_path / "salinan.yaml").write_bytes((tmp_path / "jejak.yml").read_bytes())

    issues = issues_of(tmp_path)

    assert {issue.file for issue in issues} == {"salinan.yaml"}
    assert issues[0] == ("salinan.yaml", 2, "id: 'jejak' is taken already at jejak.yml:2")
    assert sum("is taken already" in issue.reason for issue in issues) == 10 + 1  # ids, and the section's order


@pytest.mark.parametrize(
    ("more", "circle"),
    [
        ([], "jejak_u1_l2 → simpul_u1_l2 → jejak_u1_l3 → jejak_u1_l2"),
        (
            [Edit("jejak.yml", "value: jejak_u1_l2}", "value: simpul_u1_l2}")],
            ": simpul_u1_l2 → jejak_u1_l3 → simpul_u1_l2",
        ),
    ],
    ids=["of three", "of two, with a way into it"],
)
def test_a_circle_is_named_in_full(more: list[Edit], circle: str, tmp_path: Path) -> None:
    """A circle over two sections is one issue that shows the way round, without those that only wait for it."""
    first = Edit("jejak.yml", "value: jejak_u1_l1}", "value: simpul_u1_l2}")
    copy_pack(tmp_path, first, *more, Edit("simpul.yaml", "value: simpul_u1_l1}", "value: jejak_u1_l3}"))

    [issue] = issues_of(tmp_path)

    assert issue.reason.endswith(circle)
