"""Keeping changed figures: a new county folder with a date of its own, beside the one it came from."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

from access.roles import Right, doing, signed
from files.csv_table import write_table
from files.faults import Fault, InputError
from files.reading import read_content
from files.system import reason, refused
from files.typed import name_fault, shown
from files.writing import WORKSHOP, locked, make_folder, settle, settle_all, write_atomically
from geodata import TRASH
from geodata.county import County, load_county
from geodata.editing.figures import COLUMNS, Figures, TableName, dated, figures_of
from geodata.editing.plausibility import local_today
from geodata.reading import checked_entry, neighbours_entry
from geodata.records import (
    COUNTY_FILE,
    EMPLOYER_KEYS,
    FILES,
    MUNICIPALITIES_FILE,
    PLACE_COLUMNS,
    SERVICES_FILE,
    SOURCE_KEYS,
    TRAVEL_COLUMNS,
    TRAVEL_FILE,
    Checked,
    Source,
)
from translation import Message, msg

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST_NAME = 60
#: What was checked before the last so many saves is forgotten: a county file is small.
_MOST_CHECKED = 10
_FOLDER = re.compile(r"[0-9]{5}-(.+)-([0-9]{4}-[0-9]{2}-[0-9]{2})")
_NO_NAME = msg("the data set has no name"), msg("a name with letters or digits")
#: Beside the data sets, and not in them: another name does not make other figures.
_NAMES = ".names"
_MOST_NAME_BYTES = 2000


def dataset_folder_name(county: County, name: str, vintage: date) -> str:
    """The folder of a data set: ``05558-neue-zahlen-2025-12-31``. Empty where ``name`` has no letter or digit."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", text)[:_LONGEST_NAME].strip("-")
    return f"{county.ags}-{plain}-{vintage.isoformat()}" if plain else ""


def dataset_name(folder: Path) -> tuple[str, date] | None:
    """Name, as it was typed, and date of the data set in ``folder``; ``None`` where its name is not of this form.

    A data set that nobody named in the browser is called as its folder is.
    """
    match = _FOLDER.fullmatch(folder.name)
    if match is None:
        return None
    try:
        return _typed_name(folder) or match[1], date.fromisoformat(match[2])
    except ValueError:
        return None


def _name_file(folder: Path) -> Path:
    return folder.parent / _NAMES / f"{folder.name}.txt"


def _typed_name(folder: Path) -> str | None:
    name = next(iter(_noted(folder)), "")
    return name if name and name_fault(name) is None else None


def _noted(folder: Path) -> list[str]:
    """What is kept beside a data set, in lines: its name, and below it when and by whom it was saved."""
    path = _name_file(folder)
    try:
        text = read_content(path, path.name, _MOST_NAME_BYTES).decode()
    except (InputError, UnicodeDecodeError):
        return []
    return [line.strip() for line in text.split("\n")]


def saved_by(folder: Path) -> tuple[date, str] | None:
    """When the data set in ``folder`` was saved, and by whom (initials, a name, or nothing); ``None`` if not known."""
    _, on, by, *_ = (*_noted(folder), "", "", "")
    try:
        return date.fromisoformat(on), by if name_fault(by) is None else ""
    except ValueError:
        return None


def name_dataset(folder: Path, name: str) -> None:
    """Has the data set in ``folder`` called ``name``; the folder, which scenarios name, stays.

    Raises ``InputError`` where the name is none or cannot be written, ``RefusedError`` where somebody has no right.
    """
    with doing(Right.ADMINISTER, "dataset.rename", folder.name):
        found = name_fault(name.strip()) or (None if name.strip() else _NO_NAME)
        if found is not None:
            raise InputError([Fault(shown(name) or "–", *found)])
        with locked(folder.parent):
            _keep_name(folder, name, _noted(folder)[1:])


def _keep_name(folder: Path, name: str, note: Sequence[str]) -> None:
    path = _name_file(folder)
    make_folder(path.parent)
    write_atomically(path, "\n".join([name.strip(), *note]).encode())


def save_dataset(
    county: County,
    changed: Figures,
    *,
    name: str,
    vintage: date,
    folder: Path,
    checked: Checked | None = None,
    by: str = "",
) -> Path:
    """Writes ``county`` with the figures ``changed`` as a new county folder in ``folder`` and gives its path.

    Indicators with new figures get ``vintage`` as reference date where their source was left as it is. What did not
    change is copied as it is. What was ``checked`` is noted in ``county.yaml``. Kept with it is who saved it:
    whoever is logged in, else ``by``, the initials that were typed.
    The folder appears complete and checked or not at all, and never in place of another. Raises ``InputError`` where
    there is such a data set already, the name is none, or nothing can be written, and ``RefusedError`` where somebody
    has no right to it.
    """
    new_note = checked is not None
    if checked is not None:
        checked = dataclasses.replace(checked, by=signed(checked.by))
        county = dataclasses.replace(county, checked=(*county.checked, checked)[-_MOST_CHECKED:])
    figures = dated(figures_of(county), changed, vintage)

    def write(draft: Path) -> None:
        _write(draft, county, figures, new_note=new_note)

    return _saved(write, county, name=name, vintage=vintage, folder=folder, by=by)


def save_county(
    files: Mapping[str, bytes],
    county: County,
    *,
    name: str,
    vintage: date,
    folder: Path,
    checked: Checked | None = None,
    by: str = "",
) -> Path:
    """Writes the ``files`` of a ``county`` that was built as a data set in ``folder``; conditions are the same."""

    def write(draft: Path) -> None:
        for file in FILES:
            if file in files:
                (draft / file).write_bytes(files[file])
        if checked is not None:
            noted = checked_entry([dataclasses.replace(checked, by=signed(checked.by))])
            with (draft / COUNTY_FILE).open("ab") as stream:
                _writer().dump(noted, stream)

    return _saved(write, county, name=name, vintage=vintage, folder=folder, by=by)


def _saved(write: Callable[[Path], None], county: County, *, name: str, vintage: date, folder: Path, by: str) -> Path:
    with doing(Right.ADMINISTER, "dataset.save") as done:
        target = _target(county, name, vintage, folder)
        _made(write, target, name, [local_today().isoformat(), signed(by)])
        done.about = target.name
    return target


def _made(write: Callable[[Path], None], target: Path, name: str, note: Sequence[str]) -> None:
    folder = target.parent
    make_folder(folder)
    try:
        # In the same place, so that the last step is a rename and no copy.
        with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=folder) as workshop:
            draft = Path(workshop) / target.name
            draft.mkdir(mode=0o700)
            write(draft)
            load_county(draft)
            settle_all(draft)
            with locked(folder):
                _publish(draft, target)
                _keep_name(target, name, note)
    except OSError as error:
        wrong = msg("the data set cannot be written ({reason})", reason=reason(error))
        raise refused(error, target, wrong) from None


def _target(county: County, name: str, vintage: date, folder: Path) -> Path:
    found: tuple[Message, Message] | None = name_fault(name)
    folder_name = dataset_folder_name(county, name, vintage)
    if found is None and not folder_name:
        found = _NO_NAME
    if found is None and (folder / folder_name).exists():
        found = _taken(folder_name)
    if found is None and (folder / TRASH / folder_name).exists():
        # Scenarios that rest on the removed one would take the new one for it.
        wrong = msg("the data set {folder} is in the trash", folder=shown(folder_name))
        found = wrong, msg("another name or another date, or restore that one")
    if found is not None:
        raise InputError([Fault(shown(name) or "–", *found)])
    return folder / folder_name


def _taken(folder_name: str) -> tuple[Message, Message]:
    wrong = msg("there is a data set {folder} already", folder=shown(folder_name))
    return wrong, msg("another name or another date; saved data sets stay as they are")


def _publish(draft: Path, target: Path) -> None:
    taken = InputError([Fault(target.name, *_taken(target.name))])
    if os.path.lexists(target):
        # Somebody saved one of this name in the meantime.
        raise taken
    try:
        draft.rename(target)
    except OSError:
        if os.path.lexists(target):  # by hand, at this very moment
            raise taken from None
        raise
    settle(target.parent)


def _write(folder: Path, county: County, figures: Figures, *, new_note: bool) -> None:
    before = figures_of(county)
    unchanged = {
        MUNICIPALITIES_FILE: figures.indicators == before.indicators,
        TRAVEL_FILE: figures.travel == before.travel,
        SERVICES_FILE: figures.services == before.services,
        COUNTY_FILE: not new_note
        and all(getattr(figures, part) == getattr(before, part) for part in ("connections", "employers", "sources")),
    }
    for file in FILES:
        if unchanged.get(file, True) and (county.folder / file).exists():
            shutil.copyfile(county.folder / file, folder / file)
    if not unchanged[MUNICIPALITIES_FILE]:
        columns = (*PLACE_COLUMNS, *figures.indicators)
        write_table(folder / MUNICIPALITIES_FILE, columns, _town_rows(county, figures))
    if not unchanged[TRAVEL_FILE]:
        trips = ((a, b, *trip.cells) for (a, b), trip in figures.travel.items())
        write_table(folder / TRAVEL_FILE, TRAVEL_COLUMNS, trips)
    if not unchanged[SERVICES_FILE]:
        write_table(folder / SERVICES_FILE, COLUMNS[TableName.SERVICES], _service_rows(figures))
    if not unchanged[COUNTY_FILE]:
        _write_county_file(folder / COUNTY_FILE, county, figures)


def _town_rows(county: County, figures: Figures) -> Iterator[list[str | float | None]]:
    for town in county.municipalities:
        known = [values[town.ags] for values in figures.indicators.values()]
        yield [town.ags, town.name, town.lon, town.lat, *known]


def _service_rows(figures: Figures) -> Iterator[list[str | float | None]]:
    for service in figures.services:
        yield [service.cell(column) for column in COLUMNS[TableName.SERVICES]]


def _write_county_file(path: Path, county: County, figures: Figures) -> None:
    sources: dict[tuple[str, ...], list[str]] = {}
    for source in figures.sources:
        sources.setdefault(_facts(source), []).append(source.covers[0])
    content = {
        "ags": county.ags,
        "name": county.name,
        "employers": [{key: getattr(employer, key) for key in EMPLOYER_KEYS} for employer in figures.employers],
        **neighbours_entry(figures.connections),
        "sources": [
            {"covers": covers, **dict(zip(SOURCE_KEYS[1:], facts, strict=True))} for facts, covers in sources.items()
        ],
        **checked_entry(county.checked),
    }
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        _writer().dump(content, stream)


def _writer() -> YAML:
    writer = YAML()
    writer.width = 1000
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def _facts(source: Source) -> tuple[str, ...]:
    return tuple(getattr(source, key) for key in SOURCE_KEYS[1:])
