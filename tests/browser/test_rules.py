"""Other rules in the form give another plan."""

from __future__ import annotations

from browser.screen import Screen

POSTS = "Posts (FTE)"
PLAN = "document.querySelector('.st-key-rules-plan')"


def _plan(screen: Screen) -> str:
    return str(screen.run(f"return {PLAN}.innerText"))


def _posts(screen: Screen) -> str:
    return str(screen.until_it(lambda: screen.field(POSTS).get_attribute("value")))


def test_eight_posts_give_a_proven_plan(screen: Screen) -> None:
    screen.open_whole("rules")
    screen.map()
    assert _posts(screen) == "6"
    before, fills = _plan(screen), screen.fills()
    screen.type(POSTS, "8")
    screen.until(f"{PLAN}.innerText.match(/posts \\(FTE\\)\\s+8\\.0/)")
    screen.until_it(lambda: screen.fills() not in ([], fills))
    screen.still()
    after = _plan(screen)
    assert "Best plan (proven)" in before
    assert "Best plan (proven)" in after
    assert before != after
    # The address names the work, so that a reload loses nothing.
    screen.address("rules=")
    screen.driver.refresh()
    screen.whole("rules")
    assert _posts(screen) == "8"
    assert _plan(screen) == after
    screen.click("Undo")
    screen.until_it(lambda: _posts(screen) == "6")
    # Now it is compared with what the scenario's file says.
    screen.until_it(lambda: _plan(screen).replace("\nthe same", "").split() == before.split())
    assert screen.fills() == fills


def test_decimals_are_those_of_the_language(screen: Screen) -> None:
    screen.open_whole("rules", language="de")
    screen.type("Stellen (VZÄ)", "7,5")
    screen.until(f"{PLAN}.innerText.match(/7,5/)")
    screen.map()
    assert screen.field("Stellen (VZÄ)").get_attribute("value") == "7,5"


def test_wrong_entry_is_told_where_it_stands(screen: Screen) -> None:
    screen.open_whole("rules")
    screen.type(POSTS, "many")
    screen.until("document.querySelector('.st-key-rules-form [data-testid=stAlert]')?.innerText.includes('many')")
    # Nothing typed is lost, and nothing half wrong is taken.
    assert _posts(screen) == "many"
    screen.type(POSTS, "6")
    screen.until("document.querySelector('.st-key-rules-form [data-testid=stAlert]') === null")
    screen.map()


def test_rules_without_a_plan_say_why(screen: Screen) -> None:
    screen.open_whole("rules")
    screen.map()
    fills = screen.fills()
    screen.type("Fewest districts", "6")
    screen.until_it(lambda: screen.fills() not in ([], fills))
    screen.type(POSTS, "2.5")
    screen.says("these rules cannot hold together: exactly 2.5 FTE placed; at least 6 districts.")
    screen.says("Instead of “at least 6 districts” it would work with 5 districts.")
    screen.says("Shown below is the last plan there was")
    screen.map()
