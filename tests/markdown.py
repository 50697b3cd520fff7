"""What Streamlit would make of the texts of a page: names must stay text, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

#: Fields that Streamlit's page reads as Markdown, whatever element or block they belong to.
_READ = {"body", "label", "help", "captions", "caption", "delta", "delta_description", "content", "title", "text"}
#: Elements whose texts are shown as they are, or are code of ours that escapes for itself.
_AS_THEY_ARE = {"html", "bidi_component", "iframe", "components", "arrow_data_frame", "arrow_table", "vega_lite_chart"}
_MARKUP = {"link_open", "image", "html_inline", "html_block"}


def markdown_of(app: AppTest) -> list[str]:
    """Every text of the page that is read as Markdown: of elements, widgets, their helps and captions, and blocks."""
    found = [text for node in _nodes(app._tree) for text in _texts(node.proto)]
    for table in (element.value for element in app.table):
        found += map(str, [*table.columns, table.index.name, *table.index, *table.to_numpy().flat])
    return [*found, *(option for radio in app.radio for option in radio.options)]


def injected(app: AppTest) -> list[str]:
    """The texts that would become a link, a picture or HTML."""
    reader = MarkdownIt("gfm-like", {"linkify": False})
    found = []
    for text in markdown_of(app):
        tokens = [part for token in reader.parse(text) for part in [token, *(token.children or [])]]
        if _MARKUP & {token.type for token in tokens}:
            found.append(text)
    return found


def _nodes(node: Any) -> Iterator[Any]:
    if getattr(node, "proto", None) is not None and node.type not in _AS_THEY_ARE:
        yield node
    for child in getattr(node, "children", {}).values():
        yield from _nodes(child)


def _texts(proto: Message) -> Iterator[str]:
    for field, value in proto.ListFields():
        if field.name in _AS_THEY_ARE:
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                yield from _texts(one)
            elif isinstance(one, str) and field.name in _READ:
                yield one
