"""A person at a browser. What is wrong with a page is collected on the way and told at the end, all at once."""

import os
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import translation
from playwright.sync_api import expect

SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
# Pictures cost a tenth of a walk: of what is wrong they are always kept, of all pages for who wants to look at them.
SHOOT_ALL = bool(os.environ.get("PROPCOMM_SCREENSHOTS"))
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
HEIGHTS = {360: 800, 1280: 900}
EVERY_WINDOW = [("en", 360), ("en", 1280), ("zh", 360), ("zh", 1280)]


def window_name(window):
    language, width = window
    return f"{language}-{width}"


in_every_window = pytest.mark.parametrize("window", EVERY_WINDOW, ids=window_name)
AXE = """async (rules) => {
  const options = {resultTypes: ["violations"], preload: false};
  if (rules) options.runOnly = {type: "rule", values: rules};
  const found = await axe.run(document, options);
  return found.violations.map(v => `${v.id} (${v.impact}): `
    + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + n.html.slice(0, 160)).join(" | "));
}"""
WIDE = """() => {
  const page = document.scrollingElement, edge = page.clientWidth + 1;
  const beyond = e => e.checkVisibility() && e.getBoundingClientRect().right > edge;
  // A field that is cut off is as bad as a page that scrolls sideways; tables may scroll in their own frame.
  const cut = [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, h1, h2, p")]
    .filter(e => beyond(e) && !e.closest(".table-wrap, .results, .tabs, .visually-hidden, .inline-group"));
  if (page.scrollWidth <= page.clientWidth && !cut.length) return "";
  const guilty = cut.length ? cut : [...document.querySelectorAll("body *")].filter(beyond);
  return `${page.scrollWidth} > ${page.clientWidth}: ` + guilty.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(" | ");
}"""
FADED = """() => Promise.all(
  document.getAnimations().filter(each => each instanceof CSSTransition).map(each => each.finished.catch(() => null)))"""
# Words of the page itself: not what people wrote, not addresses, names of files and formats.
LATIN = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!e || e.closest("script,style,noscript,[lang=en],[lang=en-GB],.field-name_en,.field-basis,.field-code,.field-link,pre,.said,textarea,kbd") || !e.checkVisibility()) continue;
    found.push(walk.currentNode.textContent.trim());
  }
  for (const e of document.querySelectorAll("[placeholder],[aria-label],[title]"))
    for (const name of ["placeholder", "aria-label", "title"]) if (e.getAttribute(name)) found.push(e.getAttribute(name));
  found.push(document.title);
  return found;
}"""
NOT_WORDS = re.compile(
    r"\b[0-9a-f]{64}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\S+@\S+|\b\w+\.\w+|\bzh-hans\b|(?:/[\w-]+)+/|\{.*\}|Mozilla/.*|\b[A-Z]\w+/[A-Z]\w+|https?://\S+|\b[A-Z]-[A-Z]{2,4}-\d{4}-\d+|\S+\.(?:xlsx|csv|jpe?g|png|webp|heic|pdf)\b|[A-Z]-\w*\d+"
)
KNOWN = {"PropComm", "API", "PDF", "XLSX", "CSV", "xlsx", "csv", "English", "Email", "JIN", "LAK", "TST", "Enter",
         "Chrome", "Linux", "GDPR", "vCard", "GBP", "CNY"}  # fmt: skip
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")


class Visitor:
    """One browser window: a width, a language, maybe no script."""

    def __init__(self, town, browser, walk, language, width, *, script=True, is_touch=None):
        self.town, self.walk, self.language, self.width = town, walk, language, width
        self.house = town[language]
        self.origin = self.house.origin
        self.problems, self.script = [], script
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale=LANGUAGES[language],
            timezone_id="Europe/London" if language == "en" else "Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=script,
            has_touch=width < 500,
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("response", self._answered)

    # -- what must not happen ------------------------------------------------------------------------------------

    def _heard(self, message):
        # A page that answers 404, 409 or 422 is said here too; responses are judged below.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console at {self.page.url}: {message.text}")

    def _answered(self, response):
        kind = response.request.resource_type
        if response.status >= 500 or (response.status >= 400 and kind not in ("document", "xhr", "fetch")):
            self.problems.append(f"{response.status} {response.url}")

    # -- what a person does --------------------------------------------------------------------------------------

    def say(self, words, context=None, **values):
        """A sentence of the product in this visitor's language."""
        with translation.override("zh-hans" if self.language == "zh" else "en"):
            said = translation.pgettext(context, words) if context else translation.gettext(words)
            return said % values if values else said

    def open(self, path):
        return self.page.goto(path if path.startswith("http") else self.origin + path)

    def be(self, role):
        """Signed in as that member, without walking through the sign-in pages."""
        self.context.clear_cookies()
        if role:
            self.context.add_cookies([{"name": "session", "value": self.house.session_of(role), "url": self.origin}])
        return self

    def press(self, words, role="button", nth=0, **values):
        self.page.get_by_role(role, name=self.say(words, **values), exact=True).nth(nth).click()

    def follow(self, words, nth=0, **values):
        self.press(words, role="link", nth=nth, **values)

    def write(self, name, words):
        self.page.locator(f"[name={name}]:visible").first.fill(words)

    def tick(self, name, value):
        """A radio button or checkbox, by pressing its label as a finger would."""
        self.page.locator(f"input[name={name}][value='{value}']").first.check(force=True)

    def pick(self, name, value):
        self.page.locator(f"select[name={name}]:visible").first.select_option(value)

    def attach(self, name, *paths):
        self.page.locator(f"input[type=file][name={name}]:visible").first.set_input_files([str(path) for path in paths])

    def text(self):
        self.page.wait_for_load_state()
        return self.page.locator("main, #content").first.inner_text()

    def reads(self, words, context=None, **values):
        """The words are on the page, or come onto it while one waits."""
        wanted = self.say(words, context, **values)
        body = self.page.locator("body")
        try:
            expect(body).to_contain_text(wanted, use_inner_text=True, timeout=10_000)
        except AssertionError:
            shown = re.sub(r"\s+", " ", body.inner_text())
            raise AssertionError(f"“{wanted}” is not on {self.page.url}:\n{shown[:1500]}") from None

    # -- what a reviewer does -------------------------------------------------------------------------------------

    def see(self, step, *, dark=False):
        """Judge the page as it stands; keep a picture when something is wrong with it, or when they are asked for."""
        self.page.wait_for_load_state()
        name = f"{self.walk}-{step}-{self.width}-{self.language}{'' if self.script else '-noscript'}"
        found = [f"sideways {wide}"] if (wide := self.page.evaluate(WIDE)) else []
        found += [f"axe {violation}" for violation in self._axe()]
        if self.language == "zh":
            found += [f"not Chinese: {words}" for words in self._latin()]
        self._shoot(name, wrong=bool(found))
        if dark:
            with self._darkness():
                faint = [f"axe, dark {violation}" for violation in self._axe(["color-contrast", "link-in-text-block"])]
                self._shoot(f"{name}-dark", wrong=bool(faint))
                found += faint
        self.problems += [f"{name} {self.page.url.removeprefix(self.origin)}: {each}" for each in found]

    @contextmanager
    def _darkness(self):
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        self.page.evaluate(FADED)  # the admin's own styles fade their colours
        yield
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def _axe(self, rules=None):
        if not self.script:
            return []  # axe waits for timers, which do not run here; the same pages are judged with script
        # Run through the debugger's door, which a content security policy does not close.
        if not self.page.evaluate("() => typeof axe !== 'undefined'"):
            self.page.evaluate(AXE_SCRIPT)
        # The heads of Django's own inline tables have a cell for what is not there.
        return [
            each
            for each in self.page.evaluate(AXE, rules)
            if not ("empty-table-header" in each and ".original" in each)
        ]

    def _latin(self):
        for words in dict.fromkeys(self.page.evaluate(LATIN)):
            plain = NOT_WORDS.sub("", words)
            if any(word not in KNOWN for word in LATIN_WORD.findall(plain)):
                yield words[:160]

    def _shoot(self, name, *, wrong):
        if not (wrong or SHOOT_ALL):
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def leave(self):
        self.context.close()
