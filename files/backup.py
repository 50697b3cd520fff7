"""One archive of a folder, with the digest of every file, and the folder from it again: whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from files.faults import Fault, InputError
from files.system import reason, refused
from files.writing import make_folder
from translation import msg, number

MANIFEST = "kim-backup.json"
FORMAT = "kim-backup/1"
#: More than any data directory has, and less than what fills a disk from a small file.
MOST_BYTES = 4_000_000_000
MOST_FILES = 200_000
_PIECE = 1 << 20
#: What is only meant for the moment: half-written files, and locks.
_PASSING = (".tmp", ".lock")
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Backup:
    """What an archive holds: number of ``files``, their ``size`` in bytes, and the names of what was left out."""

    files: int
    size: int
    left_out: tuple[str, ...] = ()


def back_up(folder: Path, archive: Path, without: Collection[str] = ()) -> Backup:
    """Writes all of ``folder`` into the new file ``archive``, save the folders ``without`` at its top, and checks it.

    Only regular files and folders are taken, so that nothing of another place and nothing endless gets in. A file that
    is removed meanwhile is left out. Raises ``InputError``: nothing to back up, the archive is there already or cannot
    be written.
    """
    if not folder.is_dir():
        raise InputError([Fault(folder.name, msg("nothing was saved here yet"), msg("a data directory, see KIM_DATA"))])
    temporary = archive.with_name(f".{archive.name}.{uuid.uuid4().hex}.tmp")
    try:
        with _new(temporary) as stream:
            left_out = _write(folder, stream, {*without, temporary.name, archive.name})
            stream.flush()
            os.fsync(stream.fileno())
        made = _checked(temporary, archive.name)
        # Taken first, which fails where somebody has made a file of that name; a replacement would not.
        archive.touch(_OWNER_ONLY, exist_ok=False)
        temporary.replace(archive)
    except FileExistsError:
        raise InputError(
            [Fault(archive.name, msg("the file is there already"), msg("the name of a new file"))]
        ) from None
    except OSError as error:
        raise refused(error, archive, msg("the file cannot be written ({reason})", reason=reason(error))) from None
    finally:
        temporary.unlink(missing_ok=True)
    return Backup(made.files, made.size, left_out)


def check(archive: Path) -> Backup:
    """Reads every file of the archive and compares its digest. Raises ``InputError`` where one is not as it was."""
    return _checked(archive, archive.name)


def restore(archive: Path, folder: Path, replace: bool = False) -> Path | None:
    """Makes ``folder`` what it was when ``archive`` was written; all is checked and on the disk before it shows.

    Where ``folder`` has files, ``replace`` must allow it; these are then moved beside it, into the folder returned.
    Raises ``InputError``.
    """
    there = folder.is_dir() and any(folder.iterdir())
    if there and not replace:
        allowed = msg("an empty data directory, or --replace, which moves what is there into a folder beside it")
        raise InputError([Fault(folder.name, msg("something is saved here already"), allowed)])
    make_folder(folder.parent)
    beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    try:
        beside.mkdir(0o700)
        _unpack(archive, beside)
        old = _free(folder) if there else None
        if old is not None:
            folder.rename(old)
        elif folder.is_dir():
            folder.rmdir()
        beside.rename(folder)
    except OSError as error:
        raise refused(error, folder, msg("the folder cannot be made ({reason})", reason=reason(error))) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return old


def _write(folder: Path, stream: IO[bytes], without: Collection[str]) -> tuple[str, ...]:
    """Writes the archive; returns what was left out because it is no file that one could have saved."""
    listed: dict[str, dict[str, Any]] = {}
    left_out = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _walk(folder, without):
            name = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                packed.writestr(_entry(name + "/", path), b"")
            elif not path.is_symlink() and path.is_file() and _is_text(name):
                try:
                    content = path.read_bytes()
                    packed.writestr(_entry(name, path), content, zipfile.ZIP_DEFLATED)
                except FileNotFoundError:
                    continue
                listed[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            elif not path.name.endswith(_PASSING):
                left_out.append(name)
        manifest = json.dumps({"format": FORMAT, "files": listed}, indent=1, ensure_ascii=False)
        packed.writestr(zipfile.ZipInfo(MANIFEST), manifest.encode(), zipfile.ZIP_DEFLATED)
    return tuple(left_out)


def _walk(folder: Path, without: Collection[str]) -> Iterator[Path]:
    """All that is in ``folder``, each folder before what is in it, in the order of names."""
    for path in sorted(folder.iterdir()):
        if path.name in without or (path.name.endswith(_PASSING) and not path.is_dir()):
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, ())


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def _entry(name: str, path: Path) -> zipfile.ZipInfo:
    """With the time of the file itself, so that the same folder gives the same archive."""
    entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    entry.create_system = 3
    entry.external_attr = ((0o040700 if name.endswith("/") else 0o100600) << 16) | (0x10 if name.endswith("/") else 0)
    return entry


def _checked(archive: Path, name: str) -> Backup:
    with _opened(archive, name) as packed:
        listed = _listed(packed, name)
        faults = []
        for file, stated in listed.items():
            digest, size = hashlib.sha256(), 0
            try:
                with packed.open(file) as stream:
                    while piece := stream.read(_PIECE):
                        digest.update(piece)
                        size += len(piece)
                        if size > stated["bytes"]:
                            break
            except (KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError):
                size = -1
            if size != stated["bytes"] or digest.hexdigest() != stated["sha256"]:
                faults.append(Fault(name, msg("{file} is not as it was saved", file=file), _ANOTHER, column=file))
    if faults:
        raise InputError(faults)
    return Backup(len(listed), sum(stated["bytes"] for stated in listed.values()))


_ANOTHER = msg("an archive of kim backup that nobody changed; take another one")


def _unpack(archive: Path, target: Path) -> None:
    """Writes what the archive holds and its list names into the empty folder ``target``, and on to the disk."""
    _checked(archive, archive.name)
    with _opened(archive, archive.name) as packed:
        listed = _listed(packed, archive.name)
        for entry in packed.infolist():
            if entry.is_dir() and _stays_inside(entry.filename):
                (target / entry.filename).mkdir(0o700, parents=True, exist_ok=True)
        for file in listed:
            path = target / file
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            with packed.open(file) as source, _new(path) as to:
                shutil.copyfileobj(source, to, _PIECE)
                to.flush()
                os.fsync(to.fileno())


def _opened(archive: Path, name: str) -> zipfile.ZipFile:
    try:
        if not archive.is_file():
            raise InputError([Fault(name, msg("there is no such file"), msg("an archive of kim backup"))])
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError):
        raise InputError([Fault(name, msg("the file is no archive, or damaged"), _ANOTHER)]) from None


def _listed(packed: zipfile.ZipFile, name: str) -> dict[str, dict[str, Any]]:
    """What the archive says that it holds, checked as something that may come from anybody. Raises ``InputError``."""
    try:
        if packed.getinfo(MANIFEST).file_size > 100 * MOST_FILES * 3:
            raise ValueError
        manifest = json.loads(packed.read(MANIFEST))
        listed = manifest["files"]
        known = manifest["format"] == FORMAT and all(
            _stays_inside(file)
            and set(stated) == {"bytes", "sha256"}
            and isinstance(stated["bytes"], int)
            and stated["bytes"] >= 0
            and isinstance(stated["sha256"], str)
            for file, stated in listed.items()
        )
    except (KeyError, ValueError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile, OSError, EOFError):
        known = False
    if not known:
        raise InputError([Fault(name, msg("the file is not an archive of kim backup"), _ANOTHER)])
    total = sum(stated["bytes"] for stated in listed.values())
    if total > MOST_BYTES or len(listed) > MOST_FILES:
        most = msg("at most {bytes} GB", bytes=number(MOST_BYTES / 1e9))
        raise InputError([Fault(name, msg("the archive holds too much"), most)])
    return dict(listed)


def _stays_inside(name: str) -> bool:
    """Whether a name of the archive is one within the folder, on any system."""
    parts = PurePosixPath(name).parts
    strange = any(part in (".", "..") or set(part) & set("\\:\0/") for part in parts)
    return bool(parts) and not strange


def _new(path: Path) -> IO[bytes]:
    """A file that only its owner may read, and that was not there before."""
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_ONLY), "wb"
    )


def _free(folder: Path) -> Path:
    """A name beside ``folder`` that nothing has."""
    place = 1
    while (found := folder.with_name(f"{folder.name}-vor-{place}")).exists():
        place += 1
    return found
