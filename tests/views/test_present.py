"""The page for the projector without a browser. Its keys are tested in tests/browser/."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGE = Path(__file__).parents[2] / "views" / "present.py"


def _title(app: AppTest) -> str:
    assert not app.exception
    return app.title[0].value.replace("\\", "")


def _told(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.header, *app.markdown)).replace("\\", "").replace("\u00a0", " ")


def test_one_answer_on_each_screen_from_the_verdict_to_the_last_map() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params["language"] = "en"
    app.query_params["present"] = "modell-1-zentral,kommunen-2023,there-is-none"
    app.run()
    assert _title(app) == "Comparison – which of these?"
    assert app.button(key="present back").disabled
    assert "(2) Kommunen 2023" in app.header[0].value
    count = int(next(one.value for one in app.markdown if one.value.startswith("1 of ")).split()[-1])
    titles, told = [_title(app)], [_told(app)]
    for screen in range(2, count + 1):
        app.button(key="present on").click().run()
        titles.append(_title(app))
        assert app.query_params["screen"] == str(screen)
        told.append(_told(app))
    assert titles[1] == "The figures that decide"
    assert titles[2].startswith("Maps")
    assert sum("districts with 6 posts, all at the KI." in one for one in told) == 1
    assert app.button(key="present on").disabled
    app.button(key="present back").click().run()
    assert _title(app) == titles[-2]
    # Of one scenario: its sentences and its map, and no screen beyond the last.
    app.query_params["present"] = "modell-1-zentral"
    app.query_params["screen"] = "99"
    app.run()
    assert app.button(key="present on").disabled
    assert any(one.value == "2 of 2" for one in app.markdown)
    assert "Ascheberg, Nordkirchen" in next(one.proto.body for one in app.get("html") if "kim-beside" in one.proto.body)
