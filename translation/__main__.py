"""``python -m translation``: collect the messages of the code, update the German catalogue and compile it.

Needs a checkout; run it after adding or changing a message, then fill in what is empty in ``kim.po``.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from translation import CATALOGUES, DOMAIN

ROOT = Path(__file__).parents[1]
CODE = ("app.py", "cli.py", "faults.py", "geodata", "optimizer", "reports", "scenarios", "translation", "views")
KEYWORDS = {"msg": None, "msgs": (1, 2), "gettext": None}


def collected() -> Catalog:
    """Every message of the code."""
    catalogue = Catalog(project="KIM-Planer", charset="utf-8")
    files = [ROOT / name for name in CODE if name.endswith(".py")]
    files += [path for name in CODE if not name.endswith(".py") for path in sorted((ROOT / name).rglob("*.py"))]
    for path in files:
        if path.exists():
            for _, text, comments, _ in extract_from_file("python", path, KEYWORDS):
                catalogue.add(text, auto_comments=comments, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def german(path: Path = CATALOGUES / "de" / "LC_MESSAGES" / f"{DOMAIN}.po") -> Catalog:
    """The German catalogue as it is."""
    if not path.exists():
        return Catalog(locale="de", domain=DOMAIN, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale="de", domain=DOMAIN)


def updated() -> Catalog:
    """The German catalogue with the messages of the code: new ones empty, old ones gone."""
    catalogue = german()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """A catalogue as the bytes of its ``.po`` and ``.mo`` files; the same for the same messages."""
    text, binary = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)
    lines = [line for line in text.getvalue().splitlines(keepends=True) if not line.startswith(b'"POT-Creation-Date')]
    write_mo(binary, read_po(io.BytesIO(b"".join(lines)), locale="de", domain=DOMAIN))
    return b"".join(lines), binary.getvalue()


def main() -> None:
    """Update and compile."""
    catalogue = updated()
    text, binary = written(catalogue)
    folder = CATALOGUES / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{DOMAIN}.po").write_bytes(text)
    (folder / f"{DOMAIN}.mo").write_bytes(binary)
    empty = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} messages, {len(empty)} without German text")


if __name__ == "__main__":
    main()
