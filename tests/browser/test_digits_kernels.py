"""Kernels by hand: the lectures' numbers typed in and read off, and a kernel brought into the network."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import OF_COLORS, Visit, axe_violations
from tests.support.layout import measure
from tests.support.playground import Playground

CROSSES = "11100\n01110\n00111\n00110\n01100"
ROW_OF_ONES = [[0, 0, 0], [1, 1, 1], [0, 0, 0]]


@pytest.fixture
async def lab(visit: Visit) -> Playground:
    """The digits lab with the table for kernels open."""
    lab = await Playground(await visit("/labs/digits")).ready()
    await lab.page.get_by_role("tab", name="Kernels").click()
    return lab


async def type_image(page: Page, text: str) -> None:
    await page.get_by_role("combobox", name="Image", exact=True).select_option("typed")
    await page.get_by_role("textbox", name="Numbers, a line for each row").fill(text)


async def type_kernel(page: Page, rows: list[list[float]]) -> None:
    table = page.get_by_role("table", name="Kernel", exact=True)
    for p, row in enumerate(rows):
        for q, weight in enumerate(row):
            await table.get_by_role("textbox", name=f"Row {p + 1}, column {q + 1}").fill(str(weight))
    await page.keyboard.press("Enter")


async def result(page: Page) -> list[list[str]]:
    """The numbers in the result, row by row."""
    rows = page.get_by_role("table", name="Result", exact=True).locator("tr")
    return [await rows.nth(at).locator("td").all_inner_texts() for at in range(await rows.count())]


CONVOLUTIONS = [
    (CROSSES, [[1, 0, 1], [0, 1, 0], [1, 0, 1]], ["434", "243", "234"]),
    ("2 2 2\n10 10 10\n2 2 2", ROW_OF_ONES, [["30"]]),
    ("2 10 2\n2 10 2\n2 10 2", ROW_OF_ONES, [["14"]]),
]
POOLINGS = [
    ("1124\n5678\n3210\n1234", "Largest", ["68", "34"]),
    ("0124\n5668\n3210\n1234", "Mean", ["35", "22"]),
    ("3 0\n0 4", "L2", ["5"]),
]


async def test_the_lectures_convolutions_and_poolings(lab: Playground) -> None:
    for image, kernel, expected in CONVOLUTIONS:
        await type_image(lab.page, image)
        await type_kernel(lab.page, kernel)
        assert await result(lab.page) == [list(row) for row in expected]
    for image, operation, expected in POOLINGS:
        await type_image(lab.page, image)
        await lab.choose("What the window does", operation)
        assert await result(lab.page) == [list(row) for row in expected]


async def test_a_window_is_slid_by_keys_and_its_sum_is_written_out(lab: Playground) -> None:
    page = lab.page
    await type_image(page, CROSSES)
    await type_kernel(page, [[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    await page.get_by_role("application", name="Result, 3 × 3").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    window = page.get_by_role("table", name="Numbers under the window")
    assert "".join(await window.locator("td").all_inner_texts()) == "111011011"
    products = page.get_by_role("table", name="Products")
    assert "".join(await products.locator("td").all_inner_texts()) == "101010001"
    await expect(page.get_by_label("Result here")).to_have_text("4")
    await lab.button("Slide").click()
    await expect(page.get_by_text("Row 3, column 3: 4")).to_be_visible()
    await expect(lab.button("Slide")).to_be_visible()
    assert (await lab.run())["step"] == 0


async def test_true_convolution_turns_the_kernel(lab: Playground) -> None:
    page = lab.page
    await type_image(page, "123\n456\n789")
    await lab.box("Kernel").select_option("shift")
    await page.get_by_role("button", name="Padding: one more").click()
    assert (await result(page))[0] == ["0", "1", "2"]
    await lab.choose("How the kernel lies on the image", "Turned by 180°")
    assert (await result(page))[0] == ["2", "3", "0"]


async def test_sizes_that_do_not_fit_are_explained(lab: Playground) -> None:
    page = lab.page
    await type_image(page, "12\n34")
    note = page.locator(".kernels-slide [role=status]")
    await expect(note).to_have_text(
        "A window of 3 × 3 does not fit into 2 × 2. Take one of at most 2, or padding of 1."
    )
    await page.get_by_role("button", name="Padding: one more").click()
    await expect(note).to_have_count(0)
    await page.get_by_role("button", name="Stride: one more").click()
    await expect(note).to_contain_text("(2 + 2 · 1 − 3) / 2 + 1 = 1.5 is no whole number of places")
    await type_image(page, "12\n3x")
    await expect(page.get_by_role("status").get_by_text("Row 2 holds “3x”")).to_be_visible()


async def test_a_kernel_goes_into_the_network_and_is_held(lab: Playground) -> None:
    page = lab.page
    before = (await lab.parameters())["weights"][0]
    await lab.box("Kernel").select_option("edge_eight")
    await page.get_by_role("button", name="Filter: one more").click()
    await lab.button("Put it in").click()
    await lab.toast("Filter 2 is your kernel now.")
    edges = [-1.0, -1.0, -1.0, -1.0, 8.0, -1.0, -1.0, -1.0, -1.0]
    assert (await lab.parameters())["weights"][0][1] == edges
    await lab.switch("Hold filter 2 while the others learn").check(force=True)
    await lab.until(lambda run: len(run["spec"].get("pinned") or []) == 10)
    await lab.button("Put it in and train").click()
    await lab.until(lambda run: run["state"] == "running" and run["step"] > 20)
    await lab.pause()
    after = (await lab.parameters())["weights"][0]
    assert after[1] == edges
    assert all(after[at] != before[at] for at in (0, 2, 3))
    await lab.button("Start over").click()
    await lab.until(lambda run: run["step"] == 0)
    async with asyncio.timeout(10):
        while (again := (await lab.parameters())["weights"][0])[1] != edges:
            await asyncio.sleep(0.02)
    assert again[0] == before[0]
    await lab.switch("Hold filter 2 while the others learn").uncheck(force=True)
    await lab.until(lambda run: not run["spec"].get("pinned"))


async def test_a_kernel_can_be_taken_back(lab: Playground) -> None:
    before = await lab.parameters()
    await lab.button("Put it in").click()
    await lab.toast("Filter 1 is your kernel now.")
    await lab.page.locator("main").focus()
    await lab.undo()
    for _ in range(100):
        if (await lab.parameters())["weights"][0] == before["weights"][0]:
            break
        await lab.page.wait_for_timeout(30)
    assert await lab.parameters() == before


async def test_a_network_is_given_filters_of_the_kernels_size(lab: Playground) -> None:
    await lab.page.get_by_role("button", name="Size: one more").click()
    await lab.button("Give it filters of 4 × 4").click()
    await lab.until(lambda run: run["spec"]["layers"][0]["kernel_size"] == 4)
    await expect(lab.button("Put it in")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 820, 360])
async def test_axe_finds_nothing_and_nothing_is_cut(visit: Visit, width: int) -> None:
    lab = await Playground(await visit("/labs/digits", width=width, height=900, reduced_motion="reduce")).ready()
    page = lab.page
    if width < 720:
        await lab.button("Guide").click()
    await page.get_by_role("tab", name="Kernels").click()
    await lab.box("Image").select_option("crosses")
    await expect(page.get_by_label("Result here")).to_have_text("4")
    room = await measure(page, 0)
    found = [f"{kind}: {what}" for kind, what in room.items() if what] + await axe_violations(page)
    await page.emulate_media(color_scheme="dark")
    found += await axe_violations(page, rules=OF_COLORS)
    assert not found, "\n".join(found)
