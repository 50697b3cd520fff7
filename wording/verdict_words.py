"""The words and signs for better and worse, the same in all papers."""

from __future__ import annotations

from collections.abc import Mapping

from translation import Message, msg
from wording.differences import Verdict

VERDICT_WORDS: Mapping[Verdict, Message] = {Verdict.BETTER: msg("▲ better"), Verdict.WORSE: msg("▼ worse")}
