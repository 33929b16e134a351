"""A drawing can do nothing but be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scout_os.training.content.svg import read_svg
from tests.packs.editing import NEW_KINDS

GOOD = (NEW_KINDS / "media" / "tali.svg").read_bytes()
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
NOT_ALLOWED = "not allowed in drawings"
OUTSIDE = "it may lead outside the file"
BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

INSIDE: list[tuple[str, str]] = [
    ("<script>alert(1)</script>", f"<script>: this element is {NOT_ALLOWED}"),
    ("<foreignObject/>", f"<foreignObject>: this element is {NOT_ALLOWED}"),
    ("<style>path{fill:red}</style>", f"<style>: this element is {NOT_ALLOWED}"),
    ('<image href="a.png"/>', f"<image>: this element is {NOT_ALLOWED}"),
    ('<use href="#a"/>', f"<use>: this element is {NOT_ALLOWED}"),
    ("<animate/>", f"<animate>: this element is {NOT_ALLOWED}"),
    ('<set attributeName="href"/>', f"<set>: this element is {NOT_ALLOWED}"),
    ("<a/>", f"<a>: this element is {NOT_ALLOWED}"),
    ("<PATH/>", f"<PATH>: this element is {NOT_ALLOWED}"),
    ('<x:script xmlns:x="http://www.w3.org/2000/svg"/>', f"<x:script>: this element is {NOT_ALLOWED}"),
    ('<path onclick="x"/>', f"onclick: this attribute is {NOT_ALLOWED}"),
    ('<path style="fill:red"/>', f"style: this attribute is {NOT_ALLOWED}"),
    ('<path href="#a"/>', f"href: this attribute is {NOT_ALLOWED}"),
    ('<path xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>', f"this attribute is {NOT_ALLOWED}"),
    ('<g xmlns="http://www.w3.org/1999/xhtml"/>', f"xmlns: this attribute is {NOT_ALLOWED}"),
    ('<path fill="url(http://example.org/a#b)"/>', OUTSIDE),
    ('<path fill="url(//example.org/a#b)"/>', OUTSIDE),
    ('<path fill="u&#114;l(a.svg#b)"/>', OUTSIDE),
    ('<path fill="\\75rl(a.svg#b)"/>', OUTSIDE),
    ('<path stroke="url(#b) url(x)"/>', OUTSIDE),
    ('<text font-family="url(x)">a</text>', OUTSIDE),
    ('<path fill="url(#nowhere)"/>', "url(#nowhere): there is no element with this id"),
    ('<path id="a"/><path id="a"/>', "id: 'a' is there twice"),
    ('<path id="a b"/>', "id: 'a b' is there twice, or has other characters"),
    ('<path class="rope-a button"/>', "class: 'button' is none of accent, paper, rope-a, rope-b, water, wood"),
    ("<g>text</g>", "text outside <text>: 'text'"),
    ("<desc><path/></desc>", "<desc> may hold text alone"),
    ("<svg/>", "one <svg> must hold everything else"),
    ("<desc><![CDATA[<img src=x onerror=alert(1)>]]></desc>", "a CDATA section"),
    ("<!--><img src=x onerror=alert(1)>-->", "a comment with < or >"),
    ('<?xml-stylesheet href="a.css"?>', "a processing instruction"),
    ("<path>", "not valid XML: mismatched tag"),
    ("<desc>&bomb;</desc>", "not valid XML: undefined entity"),
    ('<path data-step="0"/>', "must be 1 to 20, not '0'"),
    ('<path data-step="21"/>', "must be 1 to 20, not '21'"),
    ('<path data-step="1e1"/>', "must be 1 to 20, not '1e1'"),
    ('<path data-step="3" data-until="2"/>', "data-until: 2 is before data-step 3"),
    ('<defs><stop data-step="2"/></defs>', "data-step: <stop> is not drawn"),
    ("<g>" * 16 + "</g>" * 16, "nested deeper than 16 levels"),
]
WHOLE: list[tuple[str, str]] = [
    (BOMB + OPEN + "<desc>&b;</desc></svg>", "a DOCTYPE, which may define entities: leave it out"),
    ('<!DOCTYPE svg SYSTEM "http://example.org/a.dtd"><svg/>', "a DOCTYPE"),
    ("", "not valid XML: no element found"),
    ('<svg viewBox="0 0 9 9"/>', '<svg>: must have xmlns="http://www.w3.org/2000/svg"'),
    ('<svg xmlns="http://www.w3.org/2000/svg"/>', "<svg>: must have a viewBox of four numbers"),
    (OPEN.replace("0 0 9 9", "0 0 0 9") + "</svg>", "<svg>: must have a viewBox of four numbers"),
    (OPEN.replace("0 0 9 9", "0 0 nan 9") + "</svg>", "<svg>: must have a viewBox of four numbers"),
    ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "one <svg> must hold everything else"),
]


def problems(content: bytes) -> list[tuple[int, str]]:
    notes: list[tuple[int, str]] = []
    read_svg(content, lambda line, reason: notes.append((line, reason)))
    return notes


def test_good_drawings_are_good(pack_dir: Path) -> None:
    """Nothing is wrong with the drawings of this release and of the test pack; their steps are found."""
    for path in [*(NEW_KINDS / "media").iterdir(), *(pack_dir / "media").glob("*.svg")]:
        assert problems(path.read_bytes()) == [], path
    svg = read_svg(GOOD, lambda *_: None)
    assert (svg.view_box, svg.changes) == ((0, 0, 100, 60), {2, 3})


@pytest.mark.parametrize(("inner", "reason"), INSIDE)
def test_what_could_do_something_is_refused(inner: str, reason: str) -> None:
    """Scripts, handlers, styles, links, entities, and what HTML reads in another way than XML; with its line."""
    [first, *_] = problems(f"{OPEN}\n{inner}\n</svg>".encode())
    assert reason in first[1]
    assert first[0] in (2, 3)


@pytest.mark.parametrize(("whole", "reason"), WHOLE)
def test_what_is_no_drawing_is_refused(whole: str, reason: str) -> None:
    """An entity bomb is refused at its DOCTYPE, and a root of another kind is none."""
    assert any(reason in told for _, told in problems(whole.encode()))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_only_utf_8_is_read(encoding: str) -> None:
    """Another encoding is refused, whatever the file says of itself."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>{OPEN}<text>é</text></svg>'
    assert problems(text.encode(encoding))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.binary(max_size=12)), max_size=3))
def test_no_bytes_raise_anything(cuts: list[tuple[int, int, bytes]]) -> None:
    """Whatever stands in a file, it is read or its problems are told."""
    content = GOOD
    for start, length, piece in cuts:
        content = content[:start] + piece + content[start + length :]
    assert all(line >= 1 and reason for line, reason in problems(content))
