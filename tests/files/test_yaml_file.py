from __future__ import annotations

from pathlib import Path

import pytest

from files.faults import InputError
from files.yaml_file import Origin, Written, digest_of, key_path, read_document
from geodata.yaml_keys import read_yaml
from translation import msg

FORM = msg("lines of the form “key: value”, indented with blanks")


def faults(content: bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_document(content, "a.yaml", FORM)
    return caught.value.lines("en")


def test_values_stay_what_was_typed_and_keep_their_places() -> None:
    content = (
        "\ufeffags: 05558\nempty:\nlist:\n  - 1e5\n  - {deep: no}\nflags: [true, False, 'true', ~, 'null']\n".encode()
    )
    document = read_document(content, "a.yaml", FORM)
    assert document.data == {
        "ags": "05558",
        "empty": None,
        "list": ["1e5", {"deep": "no"}],
        "flags": [True, False, "true", None, "null"],
    }
    deep = document.data["list"][1]["deep"]
    assert isinstance(deep, Written)
    assert (deep.line, key_path(deep.place)) == (5, "list[1].deep")
    assert document.origin.lines["list", 0] == 4
    # An empty value stands where its key does.
    assert document.origin.lines["empty",] == 2
    assert document.origin.digest == digest_of(content)


def test_a_place_that_is_not_written_has_the_line_of_its_section() -> None:
    origin = Origin("a.yaml", {(): 1, ("a",): 3})
    fault = origin.fault(("a", 0, "b c"), msg("wrong"))
    assert (fault.line, fault.column) == (3, "a[0].b c")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["a.yaml: the file is empty: lines of the form “key: value”, indented with blanks"]),
        (
            b"- a",
            ["a.yaml:1: the file holds a list and no sections: lines of the form “key: value”, indented with blanks"],
        ),
        (b"a: x\n" + b"#" * 200_000, ["a.yaml: the file is too large: at most 0.2 MB"]),
        ("a: x\nb: ü\n".encode("cp1252"), ["a.yaml:2: the file is not in UTF-8: save it as UTF-8"]),
        (
            b"a: 1\na: &b 2\n",
            [
                "a.yaml:2, a: the key “a” is there twice: each key once; delete one",
                "a.yaml:2, a: anchors and aliases (“&”, “*”) are not allowed: write the value again where it belongs; "
                "put a text with “&” or “*” in quotes",
            ],
        ),
        (b"a: 1\n---\nb: 2\n", ["a.yaml:2: a second document begins here: one document per file; remove the line ---"]),
    ],
)
def test_faults_say_what_the_file_is_to_hold(content: bytes, expected: list[str]) -> None:
    assert faults(content) == expected


def test_after_a_hundred_faults_reading_ends() -> None:
    found = faults(b"a: 1\n" * 102)
    assert len(faults(b"a: 1\n" * 101)) == 100
    assert len(found) == 101
    assert found[-1] == "a.yaml: there are more faults in this file: mend these first"


def test_a_file_is_read_with_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("list:\n- a: x\n  b: [1, 2]\n- a:\n    y\nc: 5\n")
    source = read_yaml(path, "county/a.yaml")
    keys = source.mapping(source.top, None, ("list", "d"), ())
    first, second = source.items(keys["list"], "list")
    assert [(item.value, item.line) for item in source.items(source.mapping(first, "list", ("a", "b"))["b"], "b")] == [
        ("1", 3),
        ("2", 3),
    ]
    assert source.name(source.mapping(second, "list", ("a",), ("b",))["a"], "list, a") == "y"
    assert [(fault.file, fault.line, str(fault.wrong)) for fault in source.faults] == [
        ("county/a.yaml", 6, "the key “c” is not known"),
        ("county/a.yaml", 1, "the key “d” is missing"),
    ]
