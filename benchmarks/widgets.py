"""How fast the widgets of the built site are, in Chromium, with every other host blocked.

drawn: navigation to the first frame on screen; answer: to the first frame that the page's own
Python computed; edit: from an input event to the changed document, over 100 edits.
Run it after `make build`: python benchmarks/widgets.py
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests/browser"))
from conftest import FLAGS, SITE, installed_chromium, served  # noqa: E402

PAGES = {
    "activation": ("chapters/2-4-activation-functions.html", "slider", "Input y"),
    "propagation": ("chapters/3-2-backward-propagation.html", "spinbutton", "Weight w₁"),
    "chain": ("chapters/1-introduction.html", "textbox", "Block 1 data"),
}
EDITS = """async ([scene, control, edits]) => {
  const times = [];
  for (let i = 0; i < edits; i++) {
    const changed = new Promise(done => {
      const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now()); });
      seen.observe(scene, {subtree: true, childList: true, characterData: true, attributes: true,
                           attributeFilter: ["data-number", "data-hash"]});
    });
    const k = i + edits;
    control.value = control.type === "text" ? `edit ${k}` : String((k % 40) / 10 - 1.95);
    const start = performance.now();
    control.dispatchEvent(new Event("input", {bubbles: true}));
    times.push(await changed - start);
    await new Promise(done => setTimeout(done, 30));
  }
  return times;
}"""


def measure(page, address, scene, path, role, name):
    page.goto(f"{address}/{path}", wait_until="commit")
    root = page.locator(f"section[data-scene={scene}]").first
    root.wait_for()
    drawn = page.evaluate("performance.now()")
    page.locator(f".nn-awake[data-scene={scene}]").first.wait_for()  # its controls are enabled
    root.scroll_into_view_if_needed()
    control = root.get_by_role(role, name=name, exact=True).first
    handles = [root.element_handle(), control.element_handle()]
    before = page.evaluate("performance.now()")
    (first,) = page.evaluate(EDITS, [*handles, 1])
    return drawn, before + first, page.evaluate(EDITS, [*handles, 100])


def main():
    with served(SITE) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
        print(f"{'':12} {'drawn':>9} {'answer':>9} {'edit median':>12} {'edit p95':>9}")
        for scene, (path, role, name) in PAGES.items():
            context = browser.new_context(viewport={"width": 1200, "height": 900})
            drawn, answer, times = measure(context.new_page(), address, scene, path, role, name)
            median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
            print(f"{scene:12} {drawn:6.0f} ms {answer:6.0f} ms {median:9.1f} ms {p95:6.1f} ms")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
