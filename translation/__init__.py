"""Text for people: messages as data, rendered in German or English at the edge.

The modules that compute hold no text for people. Where something has to be said they return a
:class:`Message`: an English sentence (the gettext msgid) with named values. Only the command line, a page
or a paper renders it, in the reader's language, with numbers as that language writes them.

German comes from ``translation/de/LC_MESSAGES/kim.po``. ``python -m translation`` extracts the messages,
updates the catalogue and compiles it; a test fails when a message has no German text.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DOMAIN = "kim"
CATALOGUES = Path(__file__).parent
_MOST_DIGITS = 1000
#: So many figures as text are kept: the same ones are written again and again.
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Number:
    """A figure for people: ``digits`` decimals (fixed), grouped as the language does."""

    value: float
    digits: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Percent:
    """A share for people: 0.934 is shown as 93,4 % or 93.4%."""

    value: float
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values, joined with commas."""

    items: tuple[object, ...]


@dataclass(frozen=True)
class Message:
    """A sentence for people, not yet in any language: English text and the values it names."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int | None = None

    def __str__(self) -> str:
        return translate(self, "en")

    def __hash__(self) -> int:
        return hash((self.msgid, self.count, str(self)))


def msg(msgid: str, /, **values: object) -> Message:
    """A message with named values: ``msg("{town} has no neighbour", town="Olfen")``."""
    return Message(msgid, values)


def msgs(singular: str, plural: str, count: int, /, **values: object) -> Message:
    """A message that has a plural; ``count`` chooses and is available as ``{count}``."""
    return Message(singular, {"count": number(count), **values}, plural, count)


def number(value: float, digits: int = 0, unit: str = "") -> Number:
    """A figure with a fixed number of decimals, to be put into a message."""
    return Number(value, digits, unit)


def percent(value: float, digits: int = 1) -> Percent:
    """A share with a fixed number of decimals, to be put into a message."""
    return Percent(value, digits)


def listing(items: Iterable[object]) -> Listing:
    """Several values for one place in a message."""
    return Listing(tuple(items))


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


@lru_cache(maxsize=_KEPT)
def _number(value: Number, language: Language) -> str:
    # Babel is loaded with the first figure: the help of the command has none.
    from decimal import localcontext

    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * value.digits if value.digits else "")
    # A rounded minus zero would read "-0,0".
    amount = round(value.value, value.digits) + 0.0
    # Counts of plans may have more digits than Babel computes with of itself.
    with localcontext(prec=_MOST_DIGITS):
        text = format_decimal(amount, format=pattern, locale=language)
    return f"{text} {value.unit}" if value.unit else text


@lru_cache(maxsize=_KEPT)
def _percent(value: Percent, language: Language) -> str:
    from babel.numbers import format_percent

    pattern = "0" + ("." + "0" * value.digits if value.digits else "") + (" %" if language == "de" else "%")
    return format_percent(round(value.value, value.digits + 2) + 0.0, format=pattern, locale=language)


def translate(value: object, language: Language) -> str:
    """``value`` as text in ``language``: messages are translated, figures and dates formatted, text left alone."""
    match value:
        case Message():
            catalogue = _catalogue(language)
            if value.plural is not None and value.count is not None:
                text = catalogue.ngettext(value.msgid, value.plural, value.count)
            else:
                text = catalogue.gettext(value.msgid)
            return text.format_map({name: translate(item, language) for name, item in value.values.items()})
        case Number():
            return _number(value, language)
        case Percent():
            return _percent(value, language)
        case Listing():
            return ", ".join(translate(item, language) for item in value.items)
        case date():
            from babel.dates import format_date

            return format_date(value, format="dd.MM.yyyy" if language == "de" else "d MMMM yyyy", locale=language)
        case _:
            return str(value)
