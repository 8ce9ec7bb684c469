"""Opens a report in a real browser and uses it: Scripts/check-report.sh."""

import json
import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def main(report: Path, browser: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    checks = 0

    def expect(truth: bool, what: str) -> None:
        nonlocal checks
        checks += 1
        if not truth:
            raise SystemExit(f"{report}: {what}")

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        address = report.resolve().as_uri()
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        limit = float(os.environ.get("LIMIT", "1000"))
        expect(loaded <= limit, f"it took {loaded:.0f} ms to load")
        expect(not said, f"the console says {said}")

        # Ten points, each reached from the list, and every image with a text.
        expect(page.locator("main section").count() == 11, "ten points and hypotheses")
        for link in page.locator("nav.points a").all():
            expect(page.locator(link.get_attribute("href") or "#").count() == 1, "a dead link")
        expect(page.locator("img:not([alt])").count() == 0, "an image without a text")
        expect(page.locator("svg:not([aria-label])").count() == 0, "a figure without a name")

        # Sorting: the same rows, numbers ascending, then descending.
        table = page.locator("#classes table")
        heading = table.locator("th", has_text="recall_after").locator("button")
        column = table.locator("th").all_inner_texts().index("recall_after")

        def values() -> list[float]:
            rows = table.locator("tbody tr").all()
            return [float(row.locator("td").nth(column).inner_text()) for row in rows]

        before = values()
        heading.click()
        expect(values() == sorted(before), "a click does not sort")
        heading.click()
        expect(values() == sorted(before, reverse=True), "a second click does not turn the order")

        # Filters.
        cards = page.locator(".card")
        shown = page.locator(".card:not([hidden])")
        total = cards.count()
        expect(total > 0, "no picture in the gallery")
        label = cards.first.get_attribute("data-label") or ""
        page.select_option("#filters select[name=label]", label)
        wanted = page.locator(f'.card[data-label="{label}"]').count()
        expect(shown.count() == wanted, "the filter by label")
        expect(page.locator("#shown").inner_text() == f"{wanted} of {total} pictures", "the count")
        page.locator("#filters button[type=reset]").click()
        page.wait_for_timeout(50)
        expect(shown.count() == total, "the reset of the filters")

        # Keys: walk to a picture and mark it.
        page.keyboard.press("j")
        page.keyboard.press("m")
        expect(page.locator(".card.marked").count() == 1, "the key m does not mark")

        # A hypothesis survives a reload, and is saved as a file.
        page.fill("#hypothesis textarea", "attends less to the <b>brow</b>")
        page.locator("#hypothesis button[type=submit]").click()
        expect(page.locator("#problem").inner_text() != "", "no action unit, and no word of it")
        page.locator("#hypothesis input[name=au]").first.check()
        page.locator("#hypothesis button[type=submit]").click()
        page.reload()
        page.wait_for_selector("html[data-ready]")
        expect(page.locator("#hypotheses-saved li").count() == 1, "the hypothesis is lost")
        expect("<b>brow</b>" in page.locator("#hypotheses-saved li").inner_text(), "its text")
        expect(page.locator(".card.marked").count() == 1, "the mark is lost")
        with page.expect_download() as download:
            page.locator("#save-hypotheses").click()
        saved = json.loads(Path(download.value.path()).read_text())
        expect(saved["format"] == "lethe-hypotheses-1", "the format of the file")
        expect(len(saved["hypotheses"][0]["samples"]) == 1, "the marked samples in the file")

        # Themes, and a narrow window without anything that juts out.
        page.locator("#theme").click()
        expect(page.evaluate("document.documentElement.dataset.theme") == "dark", "the theme")
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_function("innerWidth === 390")
        page.wait_for_timeout(300)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        expect(overflow <= 0, f"a narrow window overflows by {overflow} pixels")

        expect(not said, f"the console says {said}")
        outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        expect(not outside, f"it asks for {outside}")
        chromium.close()
    print(f"{report}: {checks} checks hold, loaded in {loaded:.0f} ms, {total} pictures")


main(Path(sys.argv[1]), sys.argv[2])
