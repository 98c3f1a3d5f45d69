"""A table of one's own, pasted: what the dialog reads of it, and that the run trains on exactly that."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.browser import Visit, ask_store, wait_for_store
from tests.support.owndata import YourData, trains_exactly_on
from tests.support.playground import Playground

FLOWERS = """\
id,width,height,shade,kind
1,1.5,2,0.5,rose
2,-3,4.25,0.25,tulip
3,2.5,-1,0.75,rose
4,-4,-2,0.1,tulip
5,5,0.5,0.9,rose
6,-1.25,3,0.3,tulip
"""

READS = """([value, most]) => {
  const shown = document.querySelector(".readout-line [data-part=value]").textContent.replace("−", "-");
  return shown && Math.abs(Number(shown) - value) <= most;
}"""


@pytest.fixture
async def table(park: Playground) -> YourData:
    return await YourData(park).open()


async def test_pasted_table_trains_the_network_on_the_chosen_columns(park: Playground, table: YourData) -> None:
    await table.paste(FLOWERS)
    await table.says("6 points read.")
    await expect(table.column("x₁").locator("option:checked")).to_have_text("id")
    await expect(table.column("Label").locator("option:checked")).to_have_text("kind")

    await table.column("x₁").select_option("width")
    await table.column("x₂").select_option("height")
    await expect(table.dialog.get_by_text("x₁ is width, as it is")).to_be_visible()
    run = await table.train_on_it()

    assert run["spec"]["dataset"]["axes"] == [
        {"name": "width", "center": 0, "scale": 1},
        {"name": "height", "center": 0, "scale": 1},
    ]
    flowers = [(1.5, 2, "rose"), (2.5, -1, "rose"), (5, 0.5, "rose")]
    flowers += [(-3, 4.25, "tulip"), (-4, -2, "tulip"), (-1.25, 3, "tulip")]
    await trains_exactly_on(park, flowers, ["rose", "tulip"])
    for words in ("3 rose", "3 tulip"):
        await expect(park.page.get_by_role("region", name="Data").get_by_text(words)).to_be_visible()
    before = run["losses"]["train"]
    await park.play()
    await park.until(lambda run: run["losses"]["train"] < before)


async def test_label_column_can_be_another_one(park: Playground, table: YourData) -> None:
    await table.paste("a,b,side,kind\n1,2,left,p\n2,3,right,p\n-4,1,left,q\n3,-5,up,q\n")
    await table.says("4 points read.")
    await table.column("Label").select_option("side")
    await expect(table.dialog.locator(".csvpreview .classcount")).to_have_text(["2 left", "1 right", "1 up"])

    run = await table.train_on_it()

    assert run["network"]["layers"][-1]["units"] == 3
    await trains_exactly_on(
        park, [(1, 2, "left"), (2, 3, "right"), (-4, 1, "left"), (3, -5, "up")], ["left", "right", "up"]
    )


async def test_semicolons_and_decimal_commas(park: Playground, table: YourData) -> None:
    await table.paste("Länge;Höhe;Art\n1,5;2,25;ä\n-3,125;4;ö\n0,5;-5;ä\n")
    await table.says("3 points read.")
    run = await table.train_on_it()

    assert [axis["name"] for axis in run["spec"]["dataset"]["axes"]] == ["Länge", "Höhe"]
    await trains_exactly_on(park, [(1.5, 2.25, "ä"), (-3.125, 4, "ö"), (0.5, -5, "ä")], ["ä", "ö"])


async def test_three_classes_make_a_network_with_three_outputs(park: Playground, table: YourData) -> None:
    await table.paste("1 2 owl\n2 3 cat\n-4 1 bee\n3 -5 cat\n")
    await table.says("4 points read.")
    run = await table.train_on_it()

    output = run["network"]["layers"][-1]
    assert (output["units"], output["activation"], run["spec"]["loss"]) == (3, "softmax", "cross_entropy")
    await trains_exactly_on(park, [(1, 2, "owl"), (2, 3, "cat"), (-4, 1, "bee"), (3, -5, "cat")], ["bee", "cat", "owl"])
    await wait_for_store(park.page, "frame.value.arrays.get('decision/grid').shape[0] === 3")


async def test_numbers_as_labels_become_a_regression(park: Playground, table: YourData) -> None:
    rows = [(1, 2, 10), (2, 3, 20), (-4, 1, 30), (3, -5, 50), (0, 0.5, 12.5)]
    await table.paste("a,b,price\n" + "\n".join(",".join(map(str, row)) for row in rows))
    await table.says("5 points read.")
    await expect(table.dialog.get_by_role("radio", name="a number")).to_be_checked()
    await expect(table.dialog.get_by_text("The output is price: 0 stands for 30, 1 for 50")).to_be_visible()
    run = await table.train_on_it()

    dataset = run["spec"]["dataset"]
    assert (dataset["task"], run["spec"]["loss"], run["spec"]["output"]["activation"]) == (
        "regression",
        "squared_error",
        "linear",
    )
    await trains_exactly_on(park, [(x1, x2, (price - 30) / 20) for x1, x2, price in rows], None)
    await expect(park.page.get_by_role("radio", name="Regression")).to_be_checked()


async def test_output_of_a_table_is_read_in_its_own_units(park: Playground, table: YourData, visit: Visit) -> None:
    await table.paste("a,b,price\n1,2,10\n2,3,20\n-4,1,30\n3,-5,50\n0,0.5,12.5")
    await table.says("5 points read.")
    await table.train_on_it()
    page = park.page
    await wait_for_store(page, "location.hash.length > 1")
    readout, legend = page.locator(".readout-line"), page.locator(".legend-number")

    async def reads_in_its_units() -> None:
        await page.locator(".plot-area").hover(position={"x": 100, "y": 100})
        await park.output.click()
        x1, x2 = await ask_store(page, "probePoint.value")
        scaled = (await park.probe("activations", point=f"{x1:.4f},{x2:.4f}"))["a"]["data"][-1]
        await page.wait_for_function(READS, arg=[30 + 20 * scaled, 0.06])
        await expect(readout.locator("[data-part=name]")).to_have_text("price")
        low, high = await legend.all_inner_texts()
        assert float(low.replace("−", "-")) + float(high) == pytest.approx(60, abs=0.2)
        shown = page.locator(".explain figcaption")
        await expect(shown.locator("[data-part=value]")).to_have_text(await readout.locator("b").nth(2).inner_text())
        await expect(shown.locator("[data-part=leaning]")).to_have_text("price")

    await reads_in_its_units()
    await page.reload()
    await park.ready()
    await reads_in_its_units()
    guest = await Playground(await visit(page.url)).ready()
    words = "The output is scaled to −1 … 1: a link does not carry its units."
    await expect(guest.page.get_by_role("region", name="Data").get_by_text(words)).to_be_visible()
    await expect(page.get_by_text(words)).to_have_count(0)


async def test_whole_numbers_as_labels_are_classes_unless_taken_as_numbers(park: Playground, table: YourData) -> None:
    await table.paste("1,2,0\n2,3,1\n-4,1,1\n3,-5,0\n")
    await table.says("4 points read.")
    await expect(table.dialog.get_by_role("radio", name="a class")).to_be_checked()
    await table.train_on_it()
    points = [(1, 2, 0), (2, 3, 1), (-4, 1, 1), (3, -5, 0)]
    await trains_exactly_on(park, points, [0, 1])

    await table.open()
    await table.dialog.get_by_role("radio", name="a number").check(force=True)
    await table.train_on_it()
    await park.until_spec(dataset__task="regression")
    await trains_exactly_on(park, points, None)


async def test_scale_is_shown_and_points_lie_within_the_plot(park: Playground, table: YourData) -> None:
    await table.paste("mass,age,kind\n1000,20,a\n1500,40,b\n2000,60,a\n1200,30,b\n")
    await table.says("4 points read.")
    words = ("x₁ is mass: 0 on the plot is 1500, 5 is 2000", "x₂ is age: 0 on the plot is 40, 5 is 60")
    for line in words:
        await expect(table.dialog.get_by_text(line)).to_be_visible()
    run = await table.train_on_it()

    axes = run["spec"]["dataset"]["axes"]
    assert axes == [{"name": "mass", "center": 1500, "scale": 100}, {"name": "age", "center": 40, "scale": 4}]
    await trains_exactly_on(park, [(-5, -5, "a"), (0, 0, "b"), (5, 5, "a"), (-3, -2.5, "b")], ["a", "b"])
    for line in words:
        await expect(park.page.get_by_role("region", name="Data").get_by_text(line)).to_be_visible()
    ticks = park.page.locator(".tick-x")
    await expect(ticks).to_have_text(["1000", "1500", "2000"])


async def test_bad_rows_are_listed_by_line_with_the_reason_and_the_text_is_kept(
    park: Playground, table: YourData
) -> None:
    text = "a,b,kind\n1,2,x\n3,oops,x\n\n4,,y\n# a comment\n5,-4,y\n7,8,\n9,1e400,y\n1,1,1,1,x\n-2,3,x\n"
    await table.paste(text)
    await table.says("3 points read.")
    await expect(table.dialog.get_by_text("5 lines are skipped")).to_be_visible()
    await table.has_problems(
        "Line 3 has “oops” where the second number should be",
        "Line 5 has no second number",
        "Line 8 has no class",
        "Line 9 has “1e400”, which is too large, as its second number",
        "Line 10 has 5 columns where the others have 3",
    )
    await table.dialog.get_by_role("button", name="Line 9").click()
    selected = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert await table.text.evaluate(selected) == "9,1e400,y"

    await table.train_on_it()
    await trains_exactly_on(park, [(1, 2, "x"), (5, -4, "y"), (-2, 3, "x")], ["x", "y"])
    await table.open()
    await expect(table.text).to_have_value(text)


async def test_one_bad_row_is_told_in_a_sentence(park: Playground, table: YourData) -> None:
    rows = [f"{index % 5},{index % 3},{'ab'[index % 2]}" for index in range(149)]
    await table.paste("\n".join([*rows[:6], "3,,a", *rows[6:]]))
    await table.says("149 points read. Line 7 has no second number, so it is skipped.")
    run = await table.train_on_it()
    assert len(run["spec"]["dataset"]["train"]) + len(run["spec"]["dataset"]["test"]) == 149


async def test_class_names_with_markup_stay_text(park: Playground, table: YourData) -> None:
    names = ["<img src=x onerror=alert(1)>", "<b id=bold>&amp;</b>", "${1}</script>"]
    await table.paste("\n".join(f"{index},{2 - index},{name}" for index, name in enumerate(names * 2)))
    await table.says("6 points read.")
    counts = [f"2 {name}" for name in sorted(names)]
    await expect(table.dialog.locator(".csvpreview .classcount")).to_have_text(counts)
    run = await table.train_on_it()

    assert {row[2] for row in run["spec"]["dataset"]["train"]} == set(names)
    await expect(park.page.locator(".ownsummary .classcount")).to_have_text(counts)
    await park.page.locator(".plot-area").hover(position={"x": 100, "y": 100})
    await expect(park.page.locator("#bold, img, [onerror]")).to_have_count(0)


async def test_of_twelve_thousand_rows_the_first_ten_thousand_are_used(park: Playground, table: YourData) -> None:
    rows = [f"{index % 97 / 10 - 4.8:.1f},{index % 89 / 10 - 4.4:.1f},{'ab'[index % 2]}" for index in range(12_000)]
    await table.paste("x,y,kind\n" + "\n".join(rows))
    await table.says("10\u202f000 points read. The first 10\u202f000 rows are used; 2\u202f000 more are not.")
    run = await table.train_on_it()

    expected = [(float(x1), float(x2), kind) for x1, x2, kind in (row.split(",") for row in rows[:10_000])]
    await trains_exactly_on(park, expected, ["a", "b"])
    assert len(run["spec"]["dataset"]["train"]) == 5000


async def test_share_of_the_table_that_trains(park: Playground, table: YourData) -> None:
    await table.paste("\n".join(f"{index / 10 - 5},{index % 7},{'ab'[index % 2]}" for index in range(100)))
    await table.says("100 points read.")
    await table.dialog.get_by_role("slider", name="Share used for training").press("End")
    run = await table.train_on_it()
    # Each class is divided by itself, and by its golden section, to one point: 46 of 50, and 6 of 50 later.
    assert (len(run["spec"]["dataset"]["train"]), len(run["spec"]["dataset"]["test"])) == (92, 8)

    points = [tuple(row) for row in [*run["spec"]["dataset"]["train"], *run["spec"]["dataset"]["test"]]]
    await park.button("Step").click()
    trained = await park.until(lambda run: run["epoch"] == 1)
    await park.move("Share used for training", "Home")
    run = await park.until(lambda run: len(run["spec"]["dataset"]["train"]) == 12)
    await trains_exactly_on(park, points, ["a", "b"])
    assert (run["generation"], run["step"]) == (trained["generation"], trained["step"])


PETALS = "{},petal width,kind\n1.4,0.2,{}\n1.3,0.3,{}\n4.7,1.4,versicolor\n4.5,1.5,versicolor"


@pytest.mark.parametrize("long", [False, True], ids=["names", "long names"])
async def test_names_of_a_table_leave_the_reading_room(park: Playground, table: YourData, long: bool) -> None:
    kind = "setosa of the wet meadows" if long else "setosa"
    await table.paste(PETALS.format("the length of the longest petal" if long else "petal length", kind, kind))
    await table.says("4 points read.")
    await table.train_on_it()
    page = park.page
    told = "the 2 classes apart" if long else "setosa from versicolor"
    await expect(page.get_by_role("note")).to_have_text(f"Press play. It learns to tell {told}.")
    await page.locator(".plot-area").hover(position={"x": 100, "y": 100})
    readout = page.locator(".readout-line")
    await expect(readout.locator("[data-part=sure]")).to_have_text(" sure")
    await expect(readout.locator("[data-part=value]")).to_be_empty()
    over = await readout.evaluate(
        """(line) => [line, ...line.querySelectorAll("b, [data-part=sure]")].filter((part) =>
          part.getBoundingClientRect().right > line.closest(".plot").getBoundingClientRect().right + 0.5
          || part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0).map((part) => part.textContent)"""
    )
    assert over == []
    page_size = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert page_size == [1440, 900]
    names = await readout.locator("i").evaluate_all(
        "(names) => names.map((name) => name.scrollWidth > name.clientWidth)"
    )
    assert names[0] == long
