"""The recipes of CONTRIBUTING.md, walked: each names exactly the files in which its example stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from translation.__main__ import ROOT, code

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@dataclass(frozen=True)
class Recipe:
    """A recipe: the words by which its example is found, and the files that it names."""

    title: str
    example: re.Pattern[str]
    files: frozenset[str]


def recipes() -> Iterator[Recipe]:
    for section in re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        marks = re.search(r"^Example: .*$", body, re.MULTILINE)
        assert marks is not None, title
        words = re.findall(r"`([^`]+)`", marks[0])
        example = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
        yield Recipe(title, example, frozenset(re.findall(r"^- `([^`]+)`", body, re.MULTILINE)))


RECIPES = list(recipes())


def test_there_is_a_recipe_for_each_kind_of_change() -> None:
    assert [recipe.title for recipe in RECIPES] == [
        "A new rule",
        "A new indicator",
        "A new page",
        "A new question",
        "A new paper",
    ]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_names_every_file_of_its_example(recipe: Recipe) -> None:
    """The code in full; of papers and data those that it names."""
    touched = {path.relative_to(ROOT).as_posix() for path in code() if recipe.example.search(path.read_text("utf-8"))}
    named = {name for name in recipe.files if name.endswith(".py") and not name.startswith("tests/")}
    assert named == touched


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_the_example_stands_in_every_file_named(recipe: Recipe) -> None:
    for name in recipe.files:
        assert recipe.example.search((ROOT / name).read_text("utf-8")), name
