"""``python -m translation``: collect the messages of the code, update the German catalogue and compile it.

Needs a checkout; run it after adding or changing a message, then fill in what is empty in ``kim.po``.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from translation import CATALOGUES, DOMAIN

ROOT = Path(__file__).parents[1]
KEYWORDS = {"msg": None, "msgs": (1, 2)}
GERMAN = CATALOGUES / "de" / "LC_MESSAGES" / f"{DOMAIN}.po"


class German(Catalog):
    """A catalogue whose header holds only what reading needs: without dates, it changes when its texts do."""

    def __init__(self) -> None:
        super().__init__(locale="de", domain=DOMAIN, header_comment="# German texts of KIM-Planer.", fuzzy=False)

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "de"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def code() -> Iterator[Path]:
    """Every module of the program: those of the modules and packages that ``pyproject.toml`` ships."""
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    yield from (ROOT / f"{module}.py" for module in shipped["py-modules"])
    for package in shipped["packages"]:
        yield from sorted((ROOT / package.replace(".", "/")).glob("*.py"))


def collected() -> German:
    """Every message of the code, without German text."""
    catalogue = German()
    for path in code():
        for _, text, _, _ in extract_from_file("python", path, KEYWORDS):
            catalogue.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def updated() -> German:
    """The messages of the code with the German texts of ``kim.po``: new ones empty, old ones gone."""
    catalogue = collected()
    with GERMAN.open("rb") as stream:
        known = read_po(stream, locale="de", domain=DOMAIN)
    for message in catalogue:
        before = known.get(message.id) if message.id else None
        if before is not None and before.pluralizable == message.pluralizable:
            message.string = before.string
    return catalogue


def empty(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue that have no German text, or not for each number."""
    return [message for message in catalogue if message.id and not all(forms(message.string))]


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """The texts of a message: one, or singular and plural."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """A catalogue as the bytes of its ``.po`` and ``.mo`` files; the same for the same messages."""
    text, binary = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=120, sort_output=True, include_lineno=False)
    write_mo(binary, catalogue)
    return text.getvalue(), binary.getvalue()


def main() -> None:
    """Update and compile."""
    catalogue = updated()
    text, binary = written(catalogue)
    GERMAN.write_bytes(text)
    GERMAN.with_suffix(".mo").write_bytes(binary)
    missing = empty(catalogue)
    print(f"{len(catalogue)} messages, {len(missing)} without German text")
    for message in missing:
        print(message.id)


if __name__ == "__main__":
    main()
