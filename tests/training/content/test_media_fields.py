"""What questions show beside their text, the types that came later, and what older clients get instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os.training.content import read_pack
from scout_os.training.models import OLD_KINDS
from tests.packs.editing import NEW_KINDS, SIX_TYPES, Edit, copy_pack, line_of
from tests.training.content.refusals import Bad, Isyarat, assert_refused, issues_of

SATU = "{kind: svg, file: satu.svg, alt: Satu lingkaran, alt_en: One circle}"
DUA = "{kind: svg, file: dua.svg, alt: Dua lingkaran}"
STEPS = "{kind: svg, file: tali.svg, steps: 3,"
SEMAPHORE = "{kind: semaphore, text: D, alt: Satu lengan lurus ke atas,"
B = "- {id: b, x: 70, y: 30, radius: 12.25, label: Titik B}"
C = "\n                - {id: a, x: 50, y: 50, radius: 1, label: Titik C}"
MAP_INSTEAD = "id: q_isyarat_u1_l2_52"
TAP = "payload: {correct_answer: SOS}"
POSE = "payload: {correct_answer: R}"

REFUSED: list[Bad] = [
    Isyarat("unknown media", SATU, "{kind: video, alt: x}", "kind: 'video' is none of svg, morse, semaphore"),
    Isyarat("media without a kind", SATU, "{file: satu.svg, alt: x}", "media: missing field kind"),
    Isyarat("media as text", SATU, "satu", "media: must be a mapping of fields, not text", "media: satu"),
    Isyarat("no alt", SATU, "{kind: svg, file: satu.svg}", "media: missing field alt"),
    Isyarat("blank alt", SATU, "{kind: svg, file: satu.svg, alt: ''}", "alt: must not be blank"),
    Isyarat("another kind's field", SATU, "{kind: svg, file: satu.svg, alt: x, text: A}", "unknown field 'text'"),
    Isyarat("no such file", "file: satu.svg", "file: tiga.svg", "media/tiga.svg cannot be read: No such file"),
    Isyarat("file outside", "file: satu.svg", "file: ../satu.svg", "'../satu.svg' is no name of a drawing"),
    Isyarat("no drawing", "file: satu.svg", "file: satu.png", "'satu.png' is no name of a drawing"),
    Isyarat("too many steps", "steps: 3", "steps: 4", "steps: the drawing has 3"),
    Isyarat("steps left out", STEPS, "{kind: svg, file: tali.svg,", "steps: the drawing has 3", "{kind: svg, file: tali"),
    Isyarat("steps as text", "steps: 3", 'steps: "3"', "steps: must be a whole number, not text"),
    Isyarat("semaphore of digits", "text: D", 'text: "4"', "'4' cannot be sent: it needs at most 60 characters"),
    Isyarat("morse with an accent", "text: AIR", "text: ÁIR", "'ÁIR' cannot be sent"),
    Isyarat("morse with two blanks", "text: AIR", "text: A  IR", "'A  IR' cannot be sent"),
    Isyarat("morse too long", "text: AIR", f"text: {'A' * 61}", "cannot be sent"),
    Isyarat("tap with a comma", TAP, "payload: {correct_answer: 'S,O'}", "'S,O' cannot be sent"),
    Isyarat("pose of two letters", POSE, "payload: {correct_answer: RS}", "'RS' is not one letter A to Z"),
    Isyarat("pose of a digit", POSE, 'payload: {correct_answer: "4"}', "'4' is not one letter A to Z"),
    Isyarat("picture twice", DUA, SATU + " #", "'dua' is the same picture as 'satu'", "id: dua"),
    Isyarat("picture's id twice", "id: dua", "id: satu  # lagi", "'satu' is there twice"),
    Isyarat("picture's id with a blank", "id: dua", "id: D 2", "must be lower-case letters, digits, - and _"),
    Isyarat("a map to order", DUA, "{kind: map, file: peta.svg, alt: x}", "kind: 'map' is none of svg, morse"),
    Isyarat("a map elsewhere", SEMAPHORE, "{kind: map, text: D, alt: x,", "kind: 'map' is none of svg, morse"),
    Isyarat("place not there", "{correct_answer: b}", "{correct_answer: c}", "'c' is none of the places a, b"),
    Isyarat("place twice", B, B + C, "places: 'a' is there twice", "- {id: a, x: 50"),
    Isyarat("place outside", B, B.replace("x: 70", "x: 88"), "'b' is not wholly inside the drawing's viewBox"),
    Isyarat("places overlap", B, B.replace("x: 70", "x: 40"), "places: 'b' overlaps 'a'"),
    Isyarat("place without radius", B, B.replace("radius: 12.25, ", ""), "places: missing field radius"),
    Isyarat("place without extent", B, B.replace("12.25", "0"), "radius: must be more than 0"),
    Isyarat("place as text", B, B.replace("70", '"70"'), "x: must be a number, not text"),
    Isyarat("place in signs", B, B.replace("70", "0x46"), "x: write the number in plain digits"),
    Isyarat("place at infinity", B, B.replace("70", ".inf"), "x: write the number in plain digits"),
    Isyarat("instead of a newer kind", "type: word_bank", "type: ordering", "'ordering' is none of multiple_choice"),
    Isyarat("instead with media", "instead:\n              id: q_isyarat_u1_l2_52",
            "instead:\n              media: {}\n              id: q_isyarat_u1_l2_52", "unknown field 'media'", "media: {}"),
    Isyarat("instead with an order", MAP_INSTEAD, MAP_INSTEAD + "\n              order: 2", "unknown field 'order'",
            "order: 2\n              type: matching"),
    Isyarat("instead of the same id", MAP_INSTEAD, "id: q_isyarat_u1_l2_02  # lagi", "is taken already at"),
    Isyarat("instead of another level", MAP_INSTEAD, "id: q_isyarat_u1_l1_53", "does not belong to isyarat_u1_l2"),
]  # fmt: skip


@pytest.mark.parametrize("bad", REFUSED, ids=str)
def test_media_and_newer_kinds_are_strict(bad: Bad, tmp_path: Path) -> None:
    """What could not be shown, sent, pointed at or answered is refused on its own line."""
    assert_refused(bad, tmp_path)


@pytest.mark.parametrize(
    "kind", ["true_false", "ordering", "morse_tap", "semaphore_pose", "order_pictures", "point_on_map"]
)
def test_what_installed_clients_cannot_show_needs_something_instead(kind: str, tmp_path: Path) -> None:
    """Each type but the first four must say what older clients get; those may, for what needs its media."""
    source, file = (SIX_TYPES, "simpul.yaml") if kind in ("true_false", "ordering") else (NEW_KINDS, "isyarat.yaml")
    path = copy_pack(tmp_path, source=source) / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    begin = next(number for number, line in enumerate(lines) if f"type: {kind}" in line)
    first = next(number for number in range(begin, len(lines)) if lines[number].startswith("            instead:"))
    last = next(n for n in range(first + 1, len(lines) + 1) if n == len(lines) or not lines[n].startswith(" " * 14))
    path.write_text("".join(lines[:first] + lines[last:]), "utf-8")
    [issue] = issues_of(tmp_path)
    assert (issue.file, issue.line) == (file, line_of(path, f"type: {kind}"))
    assert issue.reason.startswith(
        f"type: installed clients cannot show {kind}: add instead, a whole question of another"
    )
    assert all(old in issue.reason for old in OLD_KINDS)


def test_a_drawing_is_checked_once_in_its_own_file(tmp_path: Path) -> None:
    """What is wrong inside a drawing is reported with its file and line, however many questions show it."""
    script = Edit("media/tali.svg", "  <defs>", "  <script/>\n  <defs>")
    copy_pack(tmp_path, script, Edit("isyarat.yaml", "file: satu.svg", "file: tali.svg, steps: 3"), source=NEW_KINDS)
    [issue] = issues_of(tmp_path)
    assert issue == ("media/tali.svg", 4, "<script>: this element is not allowed in drawings")


def test_drawings_are_read_as_carefully_as_sections(tmp_path: Path) -> None:
    """A link, a pipe or a file that is too large is not read, and the question that shows it is named."""
    path = copy_pack(tmp_path, source=NEW_KINDS) / "media" / "satu.svg"
    for make, reason in (
        (lambda: path.symlink_to("dua.svg"), "a symbolic link: put the file itself here"),
        (lambda: path.mkdir(), "not a regular file"),
        (lambda: path.write_bytes(b" " * (16 * 1024 + 1)), "the file is larger than 16 KiB"),
    ):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
        make()
        [issue] = issues_of(tmp_path)
        assert (issue.file, issue.reason) == ("isyarat.yaml", f"file: media/satu.svg cannot be read: {reason}")


def test_what_came_later_changes_no_earlier_hash(tmp_path: Path) -> None:
    """Content that an earlier release loaded is the same content for this one: no level gets a new version."""
    hashes = {level.id: level.content_hash for _, level in read_pack(SIX_TYPES).levels()}
    assert hashes["simpul_u1_l2"] == "db3f645fe954ee130085a45cbae3357062057d7dd574293a03dc15a1d38a9b52"
    changed = copy_pack(tmp_path, Edit("media/satu.svg", 'r="10"', 'r="11"'), source=NEW_KINDS)
    before, after = (
        {level.id: level.content_hash for _, level in read_pack(path).levels()} for path in (NEW_KINDS, changed)
    )
    assert {name for name in before if before[name] != after[name]} == {"isyarat_u1_l2"}
