"""A file that YAML cannot take apart: the line of the mistake, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.content.refusals import Bad, assert_refused, issues_of

TITLE = "title: Simpul Pertama\n"
ASKED = "question: Urutkan langkah membuat ikatan palang.\n"
ITEMS = "items: [Simpul awal, Lilitan, Jepitan, Simpul akhir]"
DEEPER = " " * 14
BEGINS = "put text that begins with {} in quotes"

MISTAKES = [
    Bad("colon in a text", ASKED, "question: Sebutkan: tiga simpul.\n", "put text with a colon and a blank in quotes"),
    Bad(
        "colon without a blank", "tier: free\n", "tier:free\n", "write a blank after the colon of a field", "tier:free"
    ),
    Bad("quote in quotes", TITLE, "title: 'Salat Jum'at'\n", "double each ' within text in ' quotes"),
    Bad("word after quotes", TITLE, 'title: "Simpul" Pertama\n', 'write \\" for each " within text in " quotes'),
    Bad("quote left open", TITLE, 'title: "Simpul Pertama\n', "the quote that opens here is not closed"),
    Bad("backslash", TITLE, 'title: "C:\\Simpul"\n', 'in " quotes, \\ has a meaning of its own'),
    Bad("tab", "    title: Ikatan\n", "\ttitle: Ikatan\n", "indent with blanks instead of tabs", "\ttitle"),
    Bad(
        "one blank too many",
        "    title: Ikatan\n",
        "     title: Ikatan\n",
        "by the same number of blanks",
        "title: Ikatan\n",
    ),
    Bad(
        "one blank too few",
        "    title: Ikatan\n",
        "   title: Ikatan\n",
        "by the same number of blanks",
        "title: Ikatan\n",
    ),
    Bad("bracket left open", ITEMS, "items: [Simpul awal, Lilitan", "close each [ and {"),
    Bad(
        "colon in brackets", ITEMS, "items: [Simpul: awal: a, Lilitan]", "put texts with , : [ ] { or } between them in"
    ),
    Bad("comment in brackets", ITEMS, "items: [Simpul # awal, Lilitan]", "text after a blank and # is not read"),
    Bad("comment between lines", ASKED, f"question: Urutkan # 1\n{DEEPER}langkah.\n", "text after a blank and # is"),
    Bad(
        "line that is a comment", ASKED, f"question: Urut\n{DEEPER}# 1\n{DEEPER}langkah.\n", "text after a blank", "# 1"
    ),
    Bad("text after |", ASKED, "question: | Urutkan.\n", BEGINS.format("|")),
    Bad("dash", ASKED, "question: - Urutkan.\n", BEGINS.format("-")),
    Bad("emphasis", ASKED, "question: **Urutkan** langkah.\n", BEGINS.format("*")),
    Bad("percent", ASKED, "question: %5 dari 100?\n", BEGINS.format("%")),
    Bad("at", ASKED, "question: @pramuka itu apa?\n", BEGINS.format("@")),
    Bad("backquote", ASKED, "question: `tali` itu apa?\n", BEGINS.format("`")),
    Bad("question mark", ASKED, "question: ? apa\n", BEGINS.format("?")),
    Bad("surrogate", TITLE, 'title: "\\ud800"\n', "found invalid Unicode character escape"),
]


@pytest.mark.parametrize("bad", MISTAKES, ids=str)
def test_broken_yaml_is_explained(bad: Bad, tmp_path: Path) -> None:
    """The mistakes of somebody who writes a first pack lead to one issue on their own line, with the way out."""
    assert_refused(bad, tmp_path)


@pytest.mark.parametrize(
    "content", [b"title: [a\n", b"a: 'b", b'"', b"a: [", b"{", b"? [", b"- |x", b"%Y", b"a: !", b"\t"]
)
def test_the_line_is_one_of_the_file(content: bytes, tmp_path: Path) -> None:
    """Wherever reading ended, even behind the last line, the issue is on a line that the author can look at."""
    (tmp_path / "a.yaml").write_bytes(content)
    assert {issue.line for issue in issues_of(tmp_path)} <= {1, 2}
