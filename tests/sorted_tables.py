"""The tables of a page that are sorted by a click on a heading, as a reader of its HTML finds them."""

from __future__ import annotations

from html.parser import HTMLParser

from streamlit.testing.v1 import AppTest

Lines = list[list[str]]


def sorted_tables(app: AppTest) -> list[Lines]:
    """Each table as its lines of cells, headings first, totals last."""
    return [_lines(one.proto.body) for one in app.get("html") if 'class="kim-table"' in one.proto.body]


def column(lines: Lines, heading: str) -> list[str]:
    """The cells below a heading."""
    head, *rows = lines
    return [row[head.index(heading)] for row in rows]


def _lines(html: str) -> Lines:
    reader = _Reader()
    reader.feed(html)
    return reader.lines


class _Reader(HTMLParser):
    """Collects rows and cells."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Lines = []
        self._open = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.lines.append([])
        elif tag in ("th", "td"):
            self.lines[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.lines[-1][-1] += data
