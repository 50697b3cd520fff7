"""Archives of a data directory: nothing is lost on the way there and back, and nothing strange gets in."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files.backup import MANIFEST, back_up, check, restore
from files.faults import InputError

NAMES = st.from_regex(r"[a-zäöüß0-9 ]{0,5}[a-z0-9]", fullmatch=True)
FILES = st.dictionaries(st.tuples(st.sampled_from(["", "counties/x/", "scenarios/.versions/ä/"]), NAMES).map("".join),
                        st.binary(max_size=50), max_size=6)  # fmt: skip


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(FILES)
@settings(max_examples=15)
def test_what_is_restored_is_what_was_saved(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    home = tmp_path_factory.mktemp("home")
    data = home / "data"
    (data / "scenarios" / ".trash" / "weg").mkdir(parents=True)
    written(data, files)
    made = back_up(data, home / "a.zip")
    assert (made.files, made.size) == (len(files), sum(map(len, files.values())))
    back_up(data, home / "b.zip")
    assert (home / "a.zip").read_bytes() == (home / "b.zip").read_bytes()
    assert restore(home / "a.zip", home / "new") is None
    assert content(home / "new") == files
    # An empty folder of the trash keeps a new scenario from taking an old address.
    assert (home / "new" / "scenarios" / ".trash" / "weg").is_dir()
    assert (home / "a.zip").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in home.iterdir()) == ["a.zip", "b.zip", "data", "new"]


def test_only_what_was_saved_gets_in(tmp_path: Path) -> None:
    data = written(tmp_path / "data", {"a.yaml": b"1", "answers/x": b"2", ".a.yaml.1.tmp": b"3", "x.lock": b"4"})
    (data / "out").symlink_to(tmp_path)
    os.mkfifo(data / "pipe")
    made = back_up(data, tmp_path / "a.zip", without=("answers",))
    assert (made.files, made.left_out) == (1, ("out", "pipe"))


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    data = written(tmp_path / "data", {"a": b"old"})
    back_up(data, tmp_path / "a.zip")
    before = (tmp_path / "a.zip").read_bytes()
    with pytest.raises(InputError, match="the file is there already"):
        back_up(data, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == before
    (data / "a").write_bytes(b"new")
    with pytest.raises(InputError, match="something is saved here already"):
        restore(tmp_path / "a.zip", data)
    moved = restore(tmp_path / "a.zip", data, replace=True)
    assert moved is not None
    assert (content(data), content(moved)) == ({"a": b"old"}, {"a": b"new"})


@pytest.mark.parametrize(
    "change", ["content", "missing", "outside", "absolute", "drive", "no list", "no archive", "cut"]
)
def test_changed_archives_are_refused_before_anything_is_written(tmp_path: Path, change: str) -> None:
    data = written(tmp_path / "data", {"a": b"1" * 100, "b": b"2"})
    back_up(data, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as good:
        parts = {name: good.read(name) for name in good.namelist()}
    outside = {"outside": "../c", "absolute": "/c", "drive": "c:\\c"}
    if change == "content":
        parts["a"] = b"3" * 100
    elif change == "missing":
        del parts["b"]
    elif change == "no list":
        del parts[MANIFEST]
    elif change in outside:
        stated = json.loads(parts[MANIFEST])
        stated["files"][outside[change]] = stated["files"].pop("b")
        parts = {"a": parts["a"], outside[change]: parts["b"], MANIFEST: json.dumps(stated).encode()}
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    if change in ("no archive", "cut"):
        bad.write_bytes(b"" if change == "no archive" else (tmp_path / "good.zip").read_bytes()[:150])
    with pytest.raises(InputError):
        check(bad)
    with pytest.raises(InputError):
        restore(bad, tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip", "data", "good.zip"]
