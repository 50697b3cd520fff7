"""Messages and figures as the page shows them, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from translation import Language, translate

#: What Streamlit's Markdown reads as more than a character, wherever it stands: emphasis, code, links, HTML, tables,
#: formulas, entities, icons and colours (":red[…]", ":smile:"), addresses, arrows. All else stays as it is, because
#: a screen reader reads the escapes of a label aloud.
_MARKS = re.compile(r"[\\`*_\[\]<>|~$@]|:(?=\S)|&(?=[#\w])|-(?=[->])|(?<=www)\.(?=\S)", re.IGNORECASE)
#: What makes a line a heading, a list, a rule or code.
_BEGINNING = re.compile(r"^[ \t]*([#+=-](?!\\)|\d+[.)](?=\s|$)|)", re.MULTILINE)
_AFTER_FIGURE = re.compile(r"(?<=\d) (?=[^\W\d_]|[%€])")


@dataclass(frozen=True, slots=True)
class Speech:
    """Says messages, figures and texts in ``language``."""

    language: Language

    def plain(self, value: object) -> str:
        """The text itself, for widgets and table cells, which take it as it is."""
        return translate(value, self.language)

    def markdown(self, value: object) -> str:
        """The text where Streamlit reads Markdown: every character stands for itself, whatever a name contains."""
        return escaped(translate(value, self.language))

    def unbroken(self, value: object) -> str:
        """As :meth:`markdown`; a figure stays on one line with its unit, or with the word that it counts."""
        return _AFTER_FIGURE.sub("\u00a0", self.markdown(value))

    def bullets(self, values: Sequence[object]) -> str:
        """A Markdown list."""
        return "\n".join(f"- {self.markdown(value)}" for value in values)


def escaped(text: str) -> str:
    """``text`` as Markdown that shows just that."""
    return _BEGINNING.sub(_begun, _MARKS.sub(r"\\\g<0>", text))


def _begun(found: re.Match[str]) -> str:
    mark = found[1]
    return f"{mark[:-1]}\\{mark[-1]}" if mark else ""
