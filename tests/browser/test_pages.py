"""A pull request in a real Chromium: readable, narrow too, and nothing in a comment runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from bot.demo.double import Double, posting
from bot.demo.page.views import blueprint
from tests.patience import PATIENCE

BODY = """**A return leaves a mutex locked** (`lock-leak-on-return`)

Defer the Unlock:
```suggestion
	defer mu.Unlock() // %s
```

<sub>Not a bug?</sub> <b>bold</b> <script>document.title = "hacked"</script> [click](javascript:alert(1))

<details><summary>What was said</summary>

Much.

</details>

<!-- hidden -->""" % ("long " * 40)  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[Double]:
    with Double() as double:
        double.app.register_blueprint(blueprint)
        people = double.people
        old = "package tool\n\nvar mu sync.Mutex\n\nfunc Run() {\n}\n"
        pull = people.open(
            people.repository("acme/tool", {"run.go": old}),
            {"run.go": old.replace("{\n}", "{\n\tmu.Lock()\n\treturn\n}")},
            title="Lock",
            body="Because.",
        )
        review = {"event": "COMMENT", "body": "1 finding.", "comments": [{"path": "run.go", "line": 7, "body": BODY}]}
        posting.add_review(double.world, pull, double.world.app.user, review)
        yield double


PAGES = ("/", "/acme/tool/pull/1", "/acme/tool/pull/1/files", "/acme/tool/pull/1/checks", "/acme/tool/blob/main/run.go")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_and_complains_about_nothing(
    browser: Browser, site: Double, path: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        answer = page.goto(site.url + path)
        assert answer is not None
        assert answer.ok
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"
        assert dark == (scheme == "dark")
        assert complaints == []


@pytest.mark.parametrize("path", PAGES[1:3])
def test_a_comment_is_shown_and_does_nothing(browser: Browser, site: Double, path: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(site.url + path)
        comment = page.locator(".thread .markdown").first
        assert comment.locator("strong").first.inner_text() == "A return leaves a mutex locked"
        assert "return" in comment.locator(".suggestion .del").inner_text()
        assert "defer mu.Unlock()" in comment.locator(".suggestion .add").inner_text()
        assert "<script>" in comment.inner_text()
        assert "hidden" not in comment.inner_text()
        assert comment.locator("script, b, a").count() == 0
        assert not comment.get_by_text("Much.").is_visible()
        comment.get_by_text("What was said").click()
        assert comment.get_by_text("Much.").is_visible()
        assert page.title() == "Lock · acme/tool #1"
