"""The words and signs for better and worse, the same in all papers."""

from __future__ import annotations

from collections.abc import Mapping

from reports.differences import Verdict
from translation import Message, msg

VERDICT_WORDS: Mapping[Verdict, Message] = {Verdict.BETTER: msg("▲ better"), Verdict.WORSE: msg("▼ worse")}
