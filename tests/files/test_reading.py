from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from files.faults import InputError
from files.reading import listed_files, misnamed, read_content

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such files")


def fault(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_content(path, "x.yaml")
    return caught.value.lines("en")[0]


def test_what_is_no_ordinary_file_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    os.mkfifo("pipe.yaml")
    Path("folder.yaml").mkdir()
    Path("nowhere.yaml").symlink_to("gone")
    Path("circle.yaml").symlink_to("circle.yaml")
    Path("device.yaml").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.yaml")
    names = ["pipe", "folder", "nowhere", "circle", "device", "socket"]
    pipe = "this is a pipe or device and no file: an ordinary file"
    expected = dict.fromkeys(names, pipe) | {
        "folder": "this is a folder and no file: an ordinary file",
        "nowhere": "the link leads to no file: the file itself, or a link to one that is there",
        "circle": "the file cannot be read (something else stands in its place): a file that may be read",
    }
    assert {name: fault(Path(f"{name}.yaml")).removeprefix("x.yaml: ") for name in names} == expected
    assert [path.stem for path in listed_files(tmp_path, ".yaml")] == sorted(names)


def test_a_pipe_that_takes_the_place_of_a_file_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, pipe = tmp_path / "a.yaml", tmp_path / "pipe"
    file.touch()
    os.mkfifo(pipe)
    real = os.open
    monkeypatch.setattr(os, "open", lambda _path, flags: real(pipe, flags))
    assert "pipe or device" in fault(file)


@pytest.mark.parametrize("name", [os.fsdecode(b"caf\xe9"), "a\u202eb", "a\nb", "a\uffffb", "\u3164"])
def test_a_name_that_nobody_can_show_is_told(name: str) -> None:
    assert misnamed(name) is not None
    assert misnamed("Übergangs-Plan 2 ⚠️") is None
