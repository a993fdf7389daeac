from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

PROBLEM = "Everybody ticks the boxes of our safety checklist, but the same mistakes keep happening."
WIDTHS = (1280, 400)
SLOW = 30_000  # milliseconds
OWN = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
WIDER = """() => Math.max(...[
    document.documentElement, ...document.querySelectorAll("[data-testid=stMain]")
].map(part => part.scrollWidth - window.innerWidth))"""

pytestmark = pytest.mark.browser


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    opened.faults = []  # type: ignore[attr-defined]
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))  # type: ignore[attr-defined]
    opened.on("console", lambda line: opened.faults.extend(fault(line)))  # type: ignore[attr-defined]
    yield opened
    context.close()


def fault(line: ConsoleMessage) -> list[str]:
    """An error line; Streamlit's own look for its server below a page's path is none."""
    own = "/_stcore/" in line.location.get("url", "")
    return [line.text] if line.type == "error" and not own else []


def ask(page: Page, address: str, *, problem: str = PROBLEM) -> None:
    page.goto(address)
    box = page.get_by_label("Your problem", exact=True)
    expect(box).to_be_visible(timeout=SLOW)
    box.fill(problem)
    page.get_by_role("button", name="Find related experiences").click()
    settled(page)


def settled(page: Page) -> None:
    """Questions are there, and nothing is being worked on any more."""
    expect(page.get_by_text("Drafted by").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=SLOW)


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window, any part that scrolls included."""
    return int(page.evaluate(WIDER))


def test_a_problem_gives_experiences_with_quotes_and_questions(page, address):
    ask(page, address)

    cards = page.locator("[class*='st-key-card-related']")
    assert cards.count() >= 3
    assert page.locator(".stMarkdownColoredBackground").count() >= 3
    questions = [text for text in page.locator("h3").all_inner_texts() if "?" in text]
    assert 3 <= len(questions) <= 5


def test_nothing_is_wider_than_the_window(page, address):
    ask(page, address, problem=f"{PROBLEM} https://example.org/{'long-' * 60}")

    assert overflow(page) <= 0


def test_the_address_carries_the_problem_and_a_reload_restores_it(page, address):
    ask(page, address)
    assert f"problem={quote(PROBLEM, safe='')[:20]}" in page.url.replace("+", "%20")

    page.reload()
    expect(page.get_by_label("Your problem", exact=True)).to_have_value(PROBLEM, timeout=SLOW)
    settled(page)


def test_the_form_is_sent_by_control_enter(page, address):
    page.goto(address)
    box = page.get_by_label("Your problem", exact=True)
    box.fill(PROBLEM)
    box.press("Control+Enter")

    expect(page.get_by_text("Drafted by").first).to_be_visible(timeout=SLOW)


def test_the_way_to_an_experience_and_back_keeps_the_problem(page, address):
    ask(page, address)
    page.get_by_role("link", name="More like this").first.click()
    expect(page.get_by_role("heading", name="More like this")).to_be_visible(timeout=SLOW)
    assert "id=" in page.url

    page.go_back()
    expect(page.get_by_label("Your problem", exact=True)).to_have_value(PROBLEM, timeout=SLOW)


@pytest.mark.parametrize("name", ["facilitate", "explore", "contribute", "about"])
def test_every_page_fits_the_window_and_has_no_fault(page, address, name):
    page.goto(f"{address}/{name}?community=sample")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(1500)

    assert overflow(page) <= 0
    assert page.faults == []


def test_the_console_stays_clean(page, address):
    ask(page, address)

    assert page.faults == []


def test_nothing_is_fetched_from_elsewhere(page, address):
    elsewhere = []
    page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith(OWN) else None)
    ask(page, address)
    page.goto(f"{address}/explore?community=sample")
    expect(page.get_by_text("One point is one experience")).to_be_visible(timeout=SLOW)

    assert elsewhere == []


def test_a_search_is_kept_with_its_filter_and_order_and_brings_them_back(page, address):
    name = f"ticks {page.viewport_size['width']}"
    page.goto(f"{address}/?community=sample&discipline=aviation&problem=checklist+ticked")
    settled(page)
    page.get_by_text("Let what was lived move the order").click()
    settled(page)
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_label("Keep this search as").fill(name)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("button", name=name)).to_be_visible(timeout=SLOW)

    page.goto(f"{address}/?community=sample")
    expect(page.get_by_label("Your problem", exact=True)).to_have_value("", timeout=SLOW)
    page.get_by_role("button", name="Saved searches").click()
    page.get_by_role("button", name=name).click()
    settled(page)

    expect(page.get_by_label("Your problem", exact=True)).to_have_value("checklist ticked")
    expect(page.get_by_role("button", name="Narrow down (1)")).to_be_visible()
    switch = page.get_by_role("switch", name="Let what was lived move the order")
    expect(switch).not_to_be_checked()


def test_looking_up_leads_to_an_experience_by_its_title(page, address):
    page.goto(f"{address}/?community=sample")
    expect(page.get_by_label("Your problem", exact=True)).to_be_visible(timeout=SLOW)
    if page.viewport_size["width"] < 800:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_label("Look up").fill("surgical checklst")
    page.get_by_role("link", name="Surgical checklist lowers deaths").click()

    expect(page.get_by_role("heading", name="More like this")).to_be_visible(timeout=SLOW)
