"""The inside of the digits lab: every number at the deepest zoom is the engine's, and windows and pixels are linked."""

from __future__ import annotations

import re
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Locator, expect

from tests.support.browser import Visit, axe_violations
from tests.support.digits import DigitsLab, open_lab

Numbers: TypeAlias = NDArray[np.float64]

SHOWN = 0.005 + 1e-6
"""How far a number with two decimals may be from the one it shows."""
SHARE_SHOWN = 0.0005 + 1e-6


@pytest.fixture
async def lab(visit: Visit) -> DigitsLab:
    """A network that has begun to learn, and a digit in its hand."""
    lab = await open_lab(await visit("/labs/digits"))
    await lab.learn(1)
    await lab.button("Give me one").click()
    await lab.seen()
    return lab


class Engine:
    """The same network's numbers, as the server's views give them."""

    def __init__(self, lab: DigitsLab) -> None:
        self.lab = lab
        self.inputs: Numbers = np.empty(0)
        self.layers: list[Numbers] = []
        self.theta: Numbers = np.empty(0)
        self.infos: list[dict[str, list[int]]] = []

    async def look(self) -> Engine:
        maps = await self.lab.probe("feature_maps", inputs=await self.lab.inputs())
        self.infos = (await self.lab.run())["network"]["layers"]
        self.inputs = np.array(maps["inputs"]["data"])
        self.theta = np.array((await self.lab.probe("weights"))["theta"]["data"])
        sizes = np.cumsum([int(np.prod(info["output"])) for info in self.infos])
        parts = np.split(np.array(maps["values"]["data"]), sizes[:-1])
        self.layers = [part.reshape(info["output"]) for part, info in zip(parts, self.infos, strict=True)]
        return self

    async def kernels(self, layer: int) -> Numbers:
        return np.array((await self.lab.probe("filters", layer=layer))["kernels"]["data"])

    def bias(self, layer: int, unit: int) -> float:
        rows, columns = self.infos[layer]["shape"]
        return float(self.theta[int(self.infos[layer]["offset"]) + (rows - 1) * columns + unit])  # type: ignore[call-overload]


def picture(lab: DigitsLab, name: str) -> Locator:
    return lab.page.locator(".value").get_by_role("application", name=re.compile(f"^{name}"))


def heading(lab: DigitsLab, text: str) -> Locator:
    return lab.page.get_by_role("heading", name=text, exact=True)


async def open_place(lab: DigitsLab, row: int, column: int) -> None:
    """Go to a place of the open map by arrow keys, from its corner."""
    area = picture(lab, "Map")
    await area.focus()
    for key in ("ArrowUp", "ArrowLeft"):
        for _ in range(8):
            await lab.page.keyboard.press(key)
    for key, times in (("ArrowDown", row), ("ArrowRight", column)):
        for _ in range(times):
            await lab.page.keyboard.press(key)


async def test_a_convolution_is_written_out(lab: DigitsLab) -> None:
    engine = await Engine(lab).look()
    kernels = await engine.kernels(0)
    await lab.layer("Convolution").first.click()
    padded = np.pad(engine.inputs.reshape(8, 8), 1)
    for unit, row, column in ((2, 3, 4), (5, 0, 7)):
        await lab.page.get_by_role("button", name=f"Filter {unit + 1} of layer 1", exact=True).click()
        await open_place(lab, row, column)
        await expect(heading(lab, f"One number of map {unit + 1}: row {row + 1}, column {column + 1}")).to_be_visible()
        window, kernel = padded[row : row + 3, column : column + 3], kernels[unit, 0]
        assert await lab.cells("pixels") == pytest.approx(window.ravel().tolist(), abs=SHOWN)
        assert await lab.cells("weights") == pytest.approx(kernel.ravel().tolist(), abs=SHOWN)
        assert await lab.cells("products") == pytest.approx((window * kernel).ravel().tolist(), abs=SHOWN)
        z = (window * kernel).sum() + engine.bias(0, unit)
        assert await lab.told("sum") == pytest.approx((window * kernel).sum(), abs=SHOWN)
        assert await lab.told("bias") == pytest.approx(engine.bias(0, unit), abs=SHOWN)
        assert await lab.told("z") == pytest.approx(z, abs=SHOWN)
        assert await lab.told("value") == pytest.approx(engine.layers[0][unit, row, column], abs=SHOWN)


async def test_channels_add_up(lab: DigitsLab) -> None:
    engine = await Engine(lab).look()
    kernels = await engine.kernels(1)
    await lab.layer("Convolution").nth(1).click()
    await open_place(lab, 4, 3)
    windows = np.pad(engine.layers[0], ((0, 0), (1, 1), (1, 1)))[:, 4:7, 3:6]
    products = windows * kernels[0]
    sums = [float(text.replace("−", "-")) for text in await lab.page.get_by_test_id("channel-sum").all_inner_texts()]
    assert sums == pytest.approx(products.sum(axis=(1, 2)).tolist(), abs=SHOWN)
    await lab.page.get_by_role("button", name="Channel 6 adds").click()
    assert await lab.cells("pixels") == pytest.approx(windows[5].ravel().tolist(), abs=SHOWN)
    assert await lab.cells("products") == pytest.approx(products[5].ravel().tolist(), abs=SHOWN)
    assert await lab.told("z") == pytest.approx(products.sum() + engine.bias(1, 0), abs=SHOWN)
    assert await lab.told("value") == pytest.approx(engine.layers[1][0, 4, 3], abs=SHOWN)


async def test_pooling_dropout_and_the_answers(lab: DigitsLab) -> None:
    engine = await Engine(lab).look()
    await lab.layer("Max pooling").click()
    await open_place(lab, 1, 2)
    window = engine.layers[1][0, 2:4, 4:6]
    assert await lab.cells("pixels") == pytest.approx(window.ravel().tolist(), abs=SHOWN)
    assert await lab.told("value") == pytest.approx(window.max(), abs=SHOWN)
    assert await lab.told("value") == pytest.approx(engine.layers[2][0, 1, 2], abs=SHOWN)
    await lab.layer("Dropout").click()
    assert await lab.told("value") == pytest.approx(engine.layers[3][0, 1, 2], abs=SHOWN)
    await lab.layer("Answers").click()
    weights = await engine.kernels(4)
    for digit in (0, 7):
        await lab.page.get_by_role("button", name=f"Unit {digit} of layer 5", exact=True).click()
        await expect(heading(lab, f"How sure it is of {digit}")).to_be_visible()
        z = (weights[digit] * engine.layers[3]).sum() + engine.bias(4, digit)
        assert await lab.told("z") == pytest.approx(z, abs=SHOWN)
        assert await lab.told("value") == pytest.approx(engine.layers[4][digit], abs=SHARE_SHOWN)


async def test_window_and_pixel_find_each_other(lab: DigitsLab) -> None:
    await lab.layer("Convolution").first.click()
    read, result = picture(lab, "What it reads"), picture(lab, "Map")
    area = await read.bounding_box()
    assert area is not None
    await read.hover(position={"x": area["width"] * 5.5 / 8, "y": area["height"] * 2.5 / 8})
    await expect(heading(lab, "One number of map 1: row 3, column 6")).to_be_visible()
    await result.focus()
    await lab.page.keyboard.press("ArrowLeft")
    await expect(heading(lab, "One number of map 1: row 3, column 5")).to_be_visible()
    await expect(read).to_have_attribute(
        "aria-label", "What it reads, the image: window over rows 2 to 4, columns 4 to 6"
    )
    await read.focus()
    await lab.page.keyboard.press("ArrowDown")
    await expect(heading(lab, "One number of map 1: row 4, column 5")).to_be_visible()
    sees = lab.page.get_by_role("application", name="What the network sees")
    await sees.hover(position={"x": 3, "y": 3})
    await expect(heading(lab, "One number of map 1: row 1, column 1")).to_be_visible()
    await expect(sees.locator(".numbers-frame")).to_be_visible()


async def test_maps_of_the_network_open_their_layer(lab: DigitsLab) -> None:
    await lab.page.get_by_role("button", name="Map 4 of layer 2", exact=True).click()
    await expect(heading(lab, "Convolution")).to_be_visible()
    await expect(lab.page.get_by_role("button", name="Filter 4 of layer 2", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    await lab.page.get_by_role("button", name="Map 4 of layer 2", exact=True).focus()
    await lab.page.keyboard.press("ArrowRight")
    await expect(lab.page.get_by_role("button", name="Map 5 of layer 2", exact=True)).to_be_focused()
    await expect(lab.page.get_by_role("img", name="of the numbers are zero")).to_be_visible()
    assert await axe_violations(lab.page) == []


async def test_weights_of_a_dense_network_are_images(lab: DigitsLab) -> None:
    await lab.change({"layers": []})
    await lab.seen()
    engine = await Engine(lab).look()
    weights = await engine.kernels(0)
    assert weights.shape == (10, 1, 8, 8)
    await expect(lab.page.locator(".filter-kernel")).to_have_count(10)
    await lab.page.get_by_role("button", name="Unit 3 of layer 1", exact=True).click()
    await lab.until_picture(".filter-kernel", lambda shown: shown["colors"] > 8)
    await picture(lab, "The weights").focus()
    await lab.page.keyboard.press("ArrowDown")
    await lab.page.keyboard.press("ArrowRight")
    pixel, weight = engine.inputs[9], weights[3, 0, 1, 1]
    told = (await lab.page.get_by_test_id("product").inner_text()).replace("−", "-").split(": ")[1]
    assert told == f"{pixel:.2f} × {weight:+.2f} = {pixel * weight:+.2f}"
    assert await lab.told("value") == pytest.approx(engine.layers[0][3], abs=SHARE_SHOWN)


async def test_units_that_read_units_tell_their_terms(lab: DigitsLab) -> None:
    await lab.change({"layers": [{"kind": "dense", "units": 20, "activation": "tanh"}]})
    await lab.seen()
    engine = await Engine(lab).look()
    await lab.layer("Answers").click()
    await lab.page.get_by_role("button", name="Unit 5 of layer 2", exact=True).click()
    matrix = engine.theta[int(engine.infos[1]["offset"]) :].reshape(21, 10)  # type: ignore[call-overload]
    products = engine.layers[0] * matrix[:-1, 5]
    largest = np.argsort(-np.abs(products))[:12]
    rows = await lab.page.locator(".terms tbody tr").all_inner_texts()
    assert [int(row.split()[0]) - 1 for row in rows] == largest.tolist()
    assert await lab.told("rest") == pytest.approx(np.delete(products, largest).sum(), abs=SHOWN)
    assert await lab.told("z") == pytest.approx(products.sum() + matrix[-1, 5], abs=SHOWN)
