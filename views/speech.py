"""Messages and figures as the page shows them, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from translation import Language, translate

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Speech:
    """Says messages, figures and texts in ``language``."""

    language: Language

    def plain(self, value: object) -> str:
        """The text itself, for widgets and table cells, which take it as it is."""
        return translate(value, self.language)

    def markdown(self, value: object) -> str:
        """The text where Streamlit reads Markdown: every character stands for itself, whatever a name contains."""
        return _PUNCTUATION.sub(r"\\\1", translate(value, self.language))

    def bullets(self, values: Sequence[object]) -> str:
        """A Markdown list."""
        return "\n".join(f"- {self.markdown(value)}" for value in values)
