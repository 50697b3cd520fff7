"""The values of a scenario: exact numbers, texts, municipalities, choices; each with its range and its faults.

Each class is an annotation of a pydantic field. It reads one value, from a file or from a form, and is at the same
time what a form or a manual needs to know about the field: range, unit, choices.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from files.csv_table import NOT_SO_SMALL, SMALLEST, parse_number
from files.typed import instead, name_fault, offered, remark_fault
from files.yaml_file import Place
from translation import Message, msg

Unit = Literal["", "FTE", "h", "min", "€", "€/km", "g/km", "year"]
FAULT = "kim_fault"
"""The type of a pydantic error that carries our own messages in its context."""

_DECIMAL = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_RATIO = re.compile(r"(\d{1,20}) ?/ ?(\d{1,20})", re.ASCII)
_SIMPLE = re.compile(r"[+-]?\d{1,30}([.,]\d{1,30})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d{1,30},\d{1,30} ?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class About:
    """What a field is called and what it means, for forms and the manual.

    ``assumption``: the value is no statistic and is labelled so. ``nothing`` says what it means where none is stated.
    """

    label: Message
    text: Message
    assumption: bool = False
    nothing: Message | None = None

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), "title": self.label, "description": self.text}


def invalid(wrong: Message, allowed: Message | None = None) -> NoReturn:
    """Raise a fault of the value that pydantic is validating."""
    raise PydanticCustomError(FAULT, FAULT, {"faults": (((), wrong, allowed),)})


def amount(value: Fraction, unit: Unit) -> object:
    """A limit with its unit, for a message."""
    return with_unit(plain(value), unit)


def with_unit(text: object, unit: Unit) -> object:
    """A figure that is written already, with its unit."""
    match unit:
        case "FTE":
            return msg("{value} FTE", value=text)
        case "h":
            return msg("{value} h", value=text)
        case "min":
            return msg("{value} min", value=text)
        case "€":
            return msg("{value} €", value=text)
        case "€/km":
            return msg("{value} € per km", value=text)
        case "g/km":
            return msg("{value} g per km", value=text)
        case _:
            return text


def plain(value: Fraction) -> str:
    """An exact number as it is written in a scenario file: ``6``, ``0.5``, ``1/3``."""
    if value.denominator == 1:
        return str(value.numerator)
    decimal = repr(float(value))
    return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"


def as_json(value: Fraction) -> int | float:
    """A limit as JSON has it."""
    return value.numerator if value.denominator == 1 else float(value)


def exact(value: object) -> Fraction | None:
    """A number without rounding from ``6``, ``0.5``, ``1/3`` or ``33 %``; ``None`` where it is not a number."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Decimal):
        return Fraction(value) if value.is_finite() else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    share = text.endswith("%")
    text = text.removesuffix("%").rstrip()
    if ratio := _RATIO.fullmatch(text):
        if int(ratio[2]) == 0:
            return None
        number = Fraction(int(ratio[1]), int(ratio[2]))
    elif _DECIMAL.fullmatch(text):
        number = Fraction(text)
    else:
        return None
    return number / 100 if share else number


class Value(ABC):
    """What all values share: they are read by ``read`` and by none of pydantic's own conversions."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.schema()

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """What may be stated, as JSON Schema; of limits those that it can express."""

    @abstractmethod
    def read(self, value: object) -> object:
        """The checked value. Raises a pydantic error that carries our messages."""


@dataclass(frozen=True)
class Quantity(Value):
    """A number from ``minimum`` (or above it) to ``maximum``.

    ``exact`` numbers (posts, shares) stay fractions, ``whole`` ones become ``int``, ``real`` ones ``float``, and
    ``money`` in whole cents becomes ``Decimal``.
    ``optional``: nothing may be stated (``None``).
    """

    kind: Literal["exact", "whole", "real", "money"]
    minimum: Fraction
    maximum: Fraction
    unit: Unit = ""
    above: bool = False
    share: bool = False
    optional: bool = False

    def read(self, value: object) -> Fraction | int | float | Decimal | None:
        if value is None and self.optional:
            return None
        if isinstance(value, str) and _COMMA.fullmatch(value.strip()):
            mended = value.strip().replace(",", ".")
            invalid(msg("{value} has a decimal comma", value=offered(value)), msg("write {mended}", mended=mended))
        number = exact(value)
        if number is None or (isinstance(value, str) and value.rstrip().endswith("%") and not self.share):
            invalid(msg("{value} is not a number", value=offered(value)), self.allowed())
        if self.kind == "whole" and number.denominator != 1:
            invalid(msg("{value} is not a whole number", value=offered(value)), self.allowed())
        if number and abs(number) < SMALLEST:
            invalid(msg("{value} is too close to zero", value=offered(value)), NOT_SO_SMALL)
        if number < self.minimum or number > self.maximum or (self.above and number == self.minimum):
            invalid(msg("{value} is out of range", value=offered(value)), self.allowed())
        if self.kind == "money":
            if (number * 100).denominator != 1:
                invalid(msg("{value} is not in whole cents", value=offered(value)), self.allowed())
            return Decimal(int(number * 100)) / 100
        if self.kind == "whole":
            return int(number)
        return number if self.kind == "exact" else float(number)

    def schema(self) -> dict[str, Any]:
        """A number in its range, or a text such as ``1/3``."""
        limits = {
            "exclusiveMinimum" if self.above else "minimum": as_json(self.minimum),
            "maximum": as_json(self.maximum),
        }
        per_cent = "( ?%)?" if self.share else ""
        written = {"type": "string", "pattern": f"^({_DECIMAL.pattern}|{_RATIO.pattern}){per_cent}$"}
        number = {"type": "integer" if self.kind == "whole" else "number", **limits}
        kinds = [number, written, *([{"type": "null"}] if self.optional else [])]
        return {"anyOf": kinds, **({"x-unit": self.unit} if self.unit else {})}

    def typed(self, text: str) -> str | None:
        """What people typed into a form, as a file says it: ``0,5`` is ``0.5``; nothing may stand for no value.

        Raises ``files.csv_table.NumberError`` where it can be read in two ways, such as ``1.234``.
        """
        number = text.strip().removesuffix("%").rstrip()
        if not number and self.optional:
            return None
        if _SIMPLE.fullmatch(number):
            parse_number(number)
            return text.strip().replace(",", ".")
        return text.strip()

    def allowed(self) -> Message:
        """The range in a sentence."""
        limits = {"minimum": amount(self.minimum, self.unit), "maximum": amount(self.maximum, self.unit)}
        if self.share:
            return msg("a share from 0 to 1, such as 0.25, 1/3 or 33 %")
        if self.kind == "whole":
            return msg("a whole number from {minimum} to {maximum}", **limits)
        if self.kind == "money":
            return msg("an amount in whole cents from {minimum} to {maximum}, such as 1012.50", **limits)
        if self.above:
            return msg("a number above {minimum}, up to {maximum}", **limits)
        return msg("a number from {minimum} to {maximum}", **limits)


class PartFaults:
    """Collects the faults of the parts of a value."""

    def __init__(self) -> None:
        self._found: list[tuple[Place, Message, Message | None]] = []

    def reading(self, place: Place, kind: Value, value: object) -> Any:
        """A part of the value; ``None`` after noting its faults."""
        try:
            return kind.read(value)
        except PydanticCustomError as error:
            inner = (error.context or {})["faults"]
            self._found += [((*place, *deeper), wrong, allowed) for deeper, wrong, allowed in inner]
            return None

    def note(self, place: Place, wrong: Message, allowed: Message | None = None) -> None:
        """Notes a fault that lies between the parts."""
        self._found.append((place, wrong, allowed))

    def check(self) -> None:
        """Raises a pydantic error with all faults noted."""
        if self._found:
            raise PydanticCustomError(FAULT, FAULT, {"faults": tuple(self._found)})


def whole(minimum: int, maximum: int, *, optional: bool = False) -> Quantity:
    """A whole number, such as a number of districts."""
    return Quantity("whole", Fraction(minimum), Fraction(maximum), optional=optional)


def year(first: int, last: int, *, optional: bool = False) -> Quantity:
    """A year, which is written without a sign for thousands."""
    return Quantity("whole", Fraction(first), Fraction(last), "year", optional=optional)


def real(minimum: int, maximum: int, unit: Unit = "", *, above: bool = False, optional: bool = False) -> Quantity:
    """A measured or assumed number, such as hours."""
    return Quantity("real", Fraction(minimum), Fraction(maximum), unit, above=above, optional=optional)


def euros(maximum: int, unit: Unit = "€", *, optional: bool = False) -> Quantity:
    """An exact amount of money in euros and whole cents, not below zero."""
    return Quantity("money", Fraction(0), Fraction(maximum), unit, optional=optional)


def posts(maximum: int, *, minimum: Fraction | int = 0, above: bool = False, optional: bool = False) -> Quantity:
    """An exact number of posts in FTE."""
    return Quantity("exact", Fraction(minimum), Fraction(maximum), "FTE", above=above, optional=optional)


def share(kind: Literal["exact", "real"]) -> Quantity:
    """A share from 0 to 1, which may also be written in per cent."""
    return Quantity(kind, Fraction(0), Fraction(1), share=True)


@dataclass(frozen=True)
class Text(Value):
    """A text on one line, not empty; with ``lines``, on any number of lines."""

    lines: bool = False

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            invalid(msg("{value} is not a text", value=offered(value)), msg("a text; put it in quotes"))
        text = str(value).strip().replace("\r\n", "\n")
        if not self.lines and not text:
            invalid(msg("the text is empty"), msg("a text; leave the key out where it has a default"))
        found = next(filter(None, map(remark_fault, text.split("\n"))), None) if self.lines else name_fault(text)
        if found is not None:
            invalid(*found)
        return text

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"} if self.lines else {"type": "string", "minLength": 1}


PLAN_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods")
"""The endings of what may be the table of a plan."""


@dataclass(frozen=True)
class FileName(Text):
    """The name of a scenario file, or of a plan's table, in the same folder, or nothing."""

    def schema(self) -> dict[str, Any]:
        """A string with one of the endings."""
        endings = "|".join(ending.removeprefix(".") for ending in (".yaml", *PLAN_TABLES))
        return {"anyOf": [{"type": "string", "pattern": rf"^[^./\\:][^/\\:]*\.({endings})$"}, {"type": "null"}]}

    def read(self, value: object) -> str | None:  # type: ignore[override]
        if value is None:
            return None
        text = super().read(value)
        if any(sign in text for sign in "/\\:") or text.startswith(".") or not text.endswith((".yaml", *PLAN_TABLES)):
            invalid(
                msg("{value} is not the name of a scenario file", value=offered(value)),
                msg("a file in the same folder, ending in .yaml, or in .csv, .xlsx or .ods for the table of a plan"),
            )
        return text


@dataclass(frozen=True)
class Name(Text):
    """A municipality by key (AGS) or name, or an employer by its id. A leading zero lost in a key is put back."""

    optional: bool = False

    def schema(self) -> dict[str, Any]:
        """A string, or a key that YAML took for a number."""
        kinds = [{"type": "string", "minLength": 1}, {"type": "integer"}]
        return {"anyOf": [*kinds, {"type": "null"}] if self.optional else kinds}

    def read(self, value: object) -> str | None:  # type: ignore[override]
        if value is None and self.optional:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return repaired_ags(super().read(value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read_and_note(value: object, info: core_schema.ValidationInfo) -> str | None:
            name = self.read(value)
            if isinstance(info.context, list) and name != value:
                info.context.append(value)
            return name

        return core_schema.with_info_plain_validator_function(read_and_note)


def repaired_ags(text: str) -> str:
    """``5558004`` as ``05558004``; any other text as it is."""
    return "0" + text if re.fullmatch(r"[1-9]\d{6}", text, re.ASCII) else text


@dataclass(frozen=True)
class Choice(Value):
    """One of a few words, each with what people call it."""

    words: tuple[tuple[str, Message], ...]

    def schema(self) -> dict[str, Any]:
        """The words."""
        return {"enum": [word for word, _ in self.words]}

    def read(self, value: object) -> str:
        known = [word for word, _ in self.words]
        if value in known:
            return str(value)
        invalid(msg("{value} is not one of the choices", value=offered(value)), instead(str(value), known))


@dataclass(frozen=True)
class Flag(Value):
    """Yes or no."""

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        invalid(msg("{value} is neither true nor false", value=offered(value)), msg("true or false, without quotes"))
