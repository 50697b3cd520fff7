from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest

from files import writing
from files.faults import InputError
from files.writing import (
    TakenError,
    clear_leftovers,
    keep_from_others,
    locked,
    make_folder,
    write_atomically,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="rights of other accounts are those of the folder")
def test_no_other_account_may_read_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "scenarios"
    make_folder(folder)
    file = folder / "a.yaml"
    write_atomically(file, b"1")
    assert [mode(path) for path in (folder.parent, folder, file)] == [0o700, 0o700, 0o600]
    file.chmod(0o664)  # a group was let in on purpose, and with it everybody
    folder.chmod(0o775)
    write_atomically(file, b"2")
    keep_from_others(folder)
    assert [mode(path) for path in (folder, file)] == [0o770, 0o660]
    write_atomically(file.with_name("paper.pdf"), b"3", private=False)
    assert mode(file.with_name("paper.pdf")) & 0o600 == 0o600


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.ENOSPC, "kann nicht geschrieben werden (der Datenträger ist voll): Platz auf dem Datenträger schaffen"),
        (errno.EROFS, "(dieses Laufwerk ist nur zum Lesen da): ein Ordner, in den geschrieben werden darf"),
        (errno.EACCES, "(das Recht dazu fehlt): ein Ordner, in den geschrieben werden darf"),
        (errno.EIO, "(das Laufwerk antwortet nicht): noch einmal versuchen"),
    ],
)
def test_what_the_system_refuses_is_told_in_our_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, expected: str
) -> None:
    file = tmp_path / "a.yaml"
    write_atomically(file, b"before")

    def refuse(_file: int) -> None:
        raise OSError(code, os.strerror(code), str(file))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(InputError) as caught:
        write_atomically(file, b"after")
    [line] = caught.value.lines("de")
    assert expected in line
    assert line.startswith("a.yaml: ")
    assert os.strerror(code) not in line
    assert str(tmp_path) not in line
    assert file.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    write_atomically(file, b"first", new=True)
    with pytest.raises(TakenError):
        write_atomically(file, b"second", new=True)
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(TakenError):
        write_atomically(file, b"second", new=True)

    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links on this drive")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    with pytest.raises(TakenError):
        write_atomically(file, b"second", new=True)
    file.unlink()
    write_atomically(file, b"third", new=True)
    assert file.read_bytes() == b"third"
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_leftovers_of_saves_that_were_killed_are_cleared_after_an_hour(tmp_path: Path) -> None:
    ours = [f".a.yaml.{'0' * 32}.tmp", ".kim-x1_2yz34", f".ver/.b.yaml.{'f' * 32}.tmp"]
    others = ["a.yaml", ".a.yaml.tmp", "kim-x", f"a.{'0' * 32}.tmp", ".kim", f".b.{'1' * 32}.tmp"]
    (tmp_path / ".ver").mkdir()
    for name in [*ours, *others]:
        path = tmp_path / name
        if ".kim-" in name:
            path.mkdir()
            (path / "inner").touch()
        else:
            path.touch()
        if name != others[-1]:  # somebody may be writing it at this moment
            os.utime(path, (time.time() - 4000,) * 2)
    clear_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, ".ver"])
    assert not list((tmp_path / ".ver").iterdir())


def test_a_save_that_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PATIENCE", 0.01)
    with (
        writing.FileLock(tmp_path / writing.LOCK_FILE),
        pytest.raises(InputError, match="somebody else is saving"),
        locked(tmp_path),
    ):
        pass
    with pytest.raises(InputError, match="something else stands in its place"), locked(tmp_path / writing.LOCK_FILE):
        pass

    def no_locks(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(writing.FileLock, "acquire", no_locks)
    with locked(tmp_path):
        write_atomically(tmp_path / "a", b"as far as the drive can lock")
