"""How figures are written in office documents: number formats that show what the other papers show."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from translation import Language, Number, Percent

#: Spreadsheets keep so many digits of a number.
_DIGITS = 15


def share_format(language: Language, digits: int) -> str:
    """The number format of a share, as the language writes per cent."""
    return _plain("0", digits) + ('" "%' if language == "de" else "%")


def number_format(value: Number | Percent, language: Language) -> str:
    """The number format of a figure with its decimals and its unit."""
    if isinstance(value, Percent):
        return share_format(language, value.digits)
    return _plain("#,##0", value.digits) + (quoted(f" {value.unit}") if value.unit else "")


def quoted(text: str) -> str:
    """``text`` as it stands in a number format."""
    return '"' + text.replace('"', '"\\""') + '"' if text else ""


def stored(value: Number | Percent) -> float:
    """The figure for a spreadsheet: in full, or as it is shown where a spreadsheet would round to another one.

    Halves are rounded up there, and the digits behind the 15th are not known.
    """
    digits = value.digits + (2 if isinstance(value, Percent) else 0)
    shown = round(value.value, digits) + 0.0
    known = Decimal(f"{value.value:.{_DIGITS}g}")
    there = known.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(value.value) if float(there) == shown else shown


def _plain(whole: str, digits: int) -> str:
    return whole + ("." + "0" * digits if digits else "")
