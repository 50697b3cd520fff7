"""The German texts: complete, in step with the code, and with every figure as the language writes it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message as Entry

from translation import LANGUAGES, Language, Message, listing, msg, msgs, number, percent, translate
from translation.__main__ import GERMAN, German, empty, forms, updated, written
from translation.__main__ import main as update_catalogue

FIGURE = {"de": "222.953,4 h", "en": "222,953.4 h"}
#: How argparse marks its places, as in ``%(prog)s``; a sign after a figure (``100 %``) is none.
PERCENT_PLACES = re.compile(r"%(?:\(\w+\))?[srd]")


@pytest.fixture(scope="module")
def catalogue() -> German:
    return updated()


@pytest.fixture(scope="module")
def entries(catalogue: German) -> list[Entry]:
    """The messages that have German text; whether all have it is a test of its own."""
    missing = {entry.id for entry in empty(catalogue)}
    return [entry for entry in catalogue if entry.id and entry.id not in missing]


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def places(text: str) -> tuple[set[str], list[str]]:
    """What a text leaves open. Only argparse's places depend on their order and number."""
    return named(text), PERCENT_PLACES.findall(text)


def test_every_message_has_german_text(catalogue: German) -> None:
    assert [entry.id for entry in empty(catalogue)] == []


def test_a_message_without_german_text_is_found() -> None:
    catalogue = German()
    catalogue.add("new")
    catalogue.add(("{count} new", "{count} new ones"), ("{count} neue", ""))
    catalogue.add("old", "alt")
    assert [entry.id for entry in empty(catalogue)] == ["new", ("{count} new", "{count} new ones")]


def test_german_keeps_every_place_of_the_english(entries: list[Entry]) -> None:
    wrong = [
        (english, german)
        for entry in entries
        for english, german in zip(forms(entry.id), forms(entry.string), strict=True)
        if places(english) != places(german)
    ]
    assert wrong == []


def test_german_quotation_marks(entries: list[Entry]) -> None:
    texts = [text for entry in entries for text in forms(entry.string)]
    assert [text for text in texts if "”" in text or text.count("„") != text.count("“")] == []


def test_catalogue_is_what_the_command_writes(catalogue: German) -> None:
    text, binary = written(catalogue)
    assert GERMAN.read_text(encoding="utf-8") == text.decode(), "run: python -m translation"
    assert GERMAN.with_suffix(".mo").read_bytes() == binary, "run: python -m translation"


def test_the_command_says_what_is_missing(
    catalogue: German, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = GERMAN.read_text(encoding="utf-8")
    copy = tmp_path / "kim.po"
    old = '\nmsgid "not in the code"\nmsgstr "weg"\n'
    copy.write_text(before.replace('msgstr "Standort"', 'msgstr ""') + old, encoding="utf-8")
    monkeypatch.setattr("translation.__main__.GERMAN", copy)
    update_catalogue()
    summary, *missing = capsys.readouterr().out.splitlines()
    assert (summary.partition(",")[0], "Hub" in missing) == (f"{len(catalogue)} messages", True)
    assert "not in the code" not in copy.read_text(encoding="utf-8")
    assert copy.with_suffix(".mo").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_renders_with_its_figures(entries: list[Entry], language: Language) -> None:
    rendered, expected = [], []
    for entry in entries:
        english, german = forms(entry.id), forms(entry.string)
        values = dict.fromkeys(named("".join(english)), number(222953.4, 1, "h"))
        for position, text in enumerate(german if language == "de" else english):
            message = Message(english[0], values, english[1] if entry.pluralizable else None, position + 1)
            rendered.append(translate(message, language))
            expected.append(text.format_map(dict.fromkeys(values, FIGURE[language])))
    assert rendered == expected


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (number(222953), "222.953", "222,953"),
        (number(0.5, 1), "0,5", "0.5"),
        (number(1234.5, 2, "km"), "1.234,50 km", "1,234.50 km"),
        (number(-3.25, 2), "-3,25", "-3.25"),
        (number(-0.0), "0", "0"),
        (number(-0.04, 1), "0,0", "0.0"),
        (number(-0.0, 2, "h"), "0,00 h", "0.00 h"),
        (percent(0.934), "93,4 %", "93.4%"),
        (percent(1, 0), "100 %", "100%"),
        (percent(-0.0004), "0,0 %", "0.0%"),
        (date(2022, 5, 15), "15.05.2022", "15 May 2022"),
        (listing([number(0.5, 1), "Olfen", msg("Hub")]), "0,5, Olfen, Standort", "0.5, Olfen, Hub"),
        (msg("Coverage: {coverage}", coverage=percent(0.934)), "Versorgungsgrad: 93,4 %", "Coverage: 93.4%"),
        (msgs("{count} district", "{count} districts", 1), "1 Bezirk", "1 district"),
        (msgs("{count} district", "{count} districts", 3), "3 Bezirke", "3 districts"),
        ("{a name} 100 %", "{a name} 100 %", "{a name} 100 %"),
    ],
)
def test_figures_and_texts_are_written_as_the_language_does(value: object, german: str, english: str) -> None:
    assert (translate(value, "de"), translate(value, "en")) == (german, english)


def test_a_message_without_german_text_stays_english() -> None:
    assert translate(msg("no such message in the code"), "de") == "no such message in the code"
