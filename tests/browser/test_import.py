import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

SLOW = 30_000  # milliseconds
TABLE = """title,what happened,what we did,outcome,colour
Lantern festival,We assumed that lanterns burn in drizzle; they went out.,Torches.,Few came.,red
Frozen lock,The lock of the boat house froze and nobody could row.,We oiled it.,It opened.,blue
Nothing,,,,green
"""
WIDER = """() => Math.max(...[
    document.documentElement, ...document.querySelectorAll("[data-testid=stMain]")
].map(part => part.scrollWidth - window.innerWidth))"""

pytestmark = pytest.mark.browser


@pytest.fixture(params=(1280, 400))
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    yield opened
    context.close()


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("festivals/lanterns.csv", TABLE)
        packed.writestr("festivals/rain.md", "# Rain plan\n\nNobody had tried the rain plan out.\n")
    return held.getvalue()


def contribute(page: Page, address: str, what: str, community: str = "sample") -> None:
    page.goto(f"{address}/contribute?community={community}")
    page.get_by_role("radio", name=what).click()


def drop(page: Page, name: str, content: bytes) -> None:
    expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible()
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)


def said(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=SLOW)


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list; again when the page is drawn anew or scrolls, which closes the list."""
    box = page.get_by_role("combobox", name=label)
    for _ in range(10):
        box.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        box.click()
        try:
            page.get_by_role("option", name=option).click(timeout=1500)
        except Error:
            page.keyboard.press("Escape")
            continue
        return
    pytest.fail(f"{option} cannot be chosen for {label}")


def test_what_is_dropped_is_recognised_imported_found_and_undone(page, own_address):
    width = page.viewport_size["width"]
    name = f"festival-{width}"
    contribute(page, own_address, "Bring in what you have")
    drop(page, f"{name}.zip", archive())
    said(page, "Read as a folder of several kinds")
    said(page, "lanterns.csv: Table (CSV, TSV), 2 documents")
    assert page.evaluate(WIDER) <= 0

    page.get_by_role("button", name="Import it").click()
    said(page, f"Imported {name} into sample. 3 experiences: 3 new.")
    page.get_by_role("link", name="Ask sample a question").click()
    page.get_by_label("Your problem", exact=True).fill(
        "Lanterns do not burn in drizzle at our festival."
    )
    page.get_by_role("button", name="Find related experiences").click()
    expect(page.get_by_role("heading", name="Lantern festival")).to_be_visible(timeout=SLOW)

    contribute(page, own_address, "Bring in what you have")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text(f"Imported {name}")).to_have_count(0)
    page.get_by_role("radio", name="What was brought in").click()
    said(page, "3 added")
    page.get_by_role("button", name="Undo").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("3 experiences that it added will go.")).to_be_visible()
    dialog.get_by_role("button", name="Undo it").click()
    said(page, f"Undone: {name} is as it was before.")
    expect(page.get_by_text("undone", exact=True).first).to_be_visible()
    assert page.evaluate(WIDER) <= 0


def test_a_table_is_mapped_by_hand_into_a_new_community(page, own_address):
    name = f"halls-{page.viewport_size['width']}"
    contribute(page, own_address, "Bring in what you have")
    drop(page, f"{name}.csv", b"weather,shoe\nThe rain came in through the roof.,43\n")
    said(page, "has no column with text")
    choose(page, "What weather holds", "the situation")
    said(page, "1 experience: 1 would be new")

    choose(page, "Into the community", "A new community")
    expect(page.get_by_label("Name of the new community")).to_have_value(name)
    page.get_by_role("button", name="Import it").click()
    said(page, f"Imported {name} into {name}. 1 experience: 1 new.")
    assert f"community={name}" in page.url
