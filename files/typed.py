"""Names and texts that people typed: what is allowed in them, and the known name nearest to an unknown one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from translation import Message, listing, msg

LONGEST_NAME = 200
LONGEST_TEXT = 2000
_SHOWN = 60
# Control, format (among them the marks that reverse the reading direction), surrogate and private characters.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# What Unicode counts elsewhere and nobody sees all the same: code points that are no characters, fillers and the empty
# pattern of Braille, joiners, and selectors of variants except behind a sign such as an emoji.
_UNSEEN = re.compile(
    "[\ufdd0-\ufdef\U000e0100-\U000e01ef\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]"
    f"|[{''.join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))}]"
    r"|(?<![^\w\s])[\ufe00-\ufe0f]"
)


def invisible(text: str) -> str | None:
    """The first character of ``text`` that nobody sees, or that is none; ``None`` where there is none."""
    if text.isascii() and text.isprintable():
        return None
    unseen = _UNSEEN.search(text)
    places = [place for place, c in enumerate(text) if unicodedata.category(c) in _UNPRINTABLE]
    if unseen is not None:
        places.append(unseen.start())
    return text[min(places)] if places else None


def shown(value: object) -> str:
    """``value`` as it may stand in a message: on one line, without unprintable characters, at most 60 long."""
    text = str(value)[: _SHOWN + 1]
    if invisible(text) is not None:
        text = "".join("�" if unicodedata.category(c) in _UNPRINTABLE else c for c in _UNSEEN.sub("�", text))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def offered(value: object) -> Message:
    """An offending value as people may see it: a text or number in quotes, anything else by its kind."""
    match value:
        case None:
            return msg("nothing")
        case bool():
            return msg("true") if value else msg("false")
        case Mapping():
            return msg("a section with keys of its own")
        case list() | tuple() | set() | frozenset():
            return msg("a list")
        case _:
            return msg("“{text}”", text=shown(value))


def name_fault(name: str) -> tuple[Message, Message] | None:
    """What is wrong with a name, and what is allowed; ``None`` for a good one.

    ``<``, ``&``, ``${`` and quotation marks are ordinary characters here: a screen escapes what it shows.
    """
    return _text_fault(name, LONGEST_NAME)


def remark_fault(text: str) -> tuple[Message, Message] | None:
    """The same for a longer text, such as a source."""
    return _text_fault(text, LONGEST_TEXT)


def _text_fault(text: str, longest: int) -> tuple[Message, Message] | None:
    if len(text) > longest:
        return (
            msg("the text is {count} characters long", count=len(text)),
            msg("at most {count} characters", count=longest),
        )
    bad = invisible(text)
    if bad is not None:
        return (
            msg("“{text}” contains the invisible character {code}", text=shown(text), code=f"U+{ord(bad):04X}"),
            msg("only visible characters; type the text again"),
        )
    return None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, capital letters apart, or ``None`` where none is."""
    # Loaded only where something is wrong.
    from difflib import get_close_matches

    names: Mapping[str, str] = {candidate.casefold(): candidate for candidate in known}
    # Two letters of four are chance, four of eight are likeness.
    cutoff = 0.6 if 2 < len(name) < 5 else 0.5
    match = get_close_matches(name[:LONGEST_NAME].casefold(), names, n=1, cutoff=cutoff)
    return names[match[0]] if match else None


def instead(name: str, known: Iterable[str]) -> Message:
    """What is allowed in place of an unknown name: the nearest known one, and all of them where they are few."""
    names = list(known)
    best = nearest(name, names)
    if best is not None and len(names) > 12:
        return msg("did you mean “{name}”?", name=best)
    if best is not None:
        return msg("did you mean “{name}”? Allowed: {names}", name=best, names=listing(names))
    if len(names) > 12:
        return msg("allowed: {names} and {count} more", names=listing(names[:12]), count=len(names) - 12)
    return msg("allowed: {names}", names=listing(names))
