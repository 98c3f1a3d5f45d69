"""Files of one's own, chosen or dropped: read in any encoding; what cannot be read says why and harms no run."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.support.owndata import YourData, trains_exactly_on
from tests.support.playground import Playground

TABLE = "Länge;Höhe;Art\n1,5;2;née\n-3;4,25;ärm\n2,5;-1;née\n"
POINTS = [(1.5, 2, "née"), (-3, 4.25, "ärm"), (2.5, -1, "née")]
ENCODINGS = {
    "UTF-8": TABLE.encode(),
    "UTF-8 with its mark": TABLE.encode("utf-8-sig"),
    "UTF-16 little-endian with its mark": TABLE.encode("utf-16"),
    "UTF-16 big-endian with its mark": b"\xfe\xff" + TABLE.encode("utf-16-be"),
    "UTF-16 little-endian": TABLE.encode("utf-16-le"),
    "Windows-1252, lines ending as on Windows": TABLE.replace("\n", "\r\n").encode("cp1252"),
    "Windows-1252, lines ending as on an old Mac": TABLE.replace("\n", "\r").encode("cp1252"),
}
UNREADABLE = {
    "empty": (b"", "There is nothing to read yet. Paste a table or choose a file."),
    "comments": (b"# a\n# b\n", "There are only comments and empty lines."),
    "a million columns": (
        b",".join([b"1"] * 1_000_000),
        "Each line has more than 200 columns, which is too many to read. Keep the columns you need.",
    ),
    "NUL bytes alone": (b"\0" * 1000, "No line can be read."),
    "one column": (b"1\n2\n3\n", "Two columns of numbers are needed, and this table has one."),
    "words": (b"all, work\nno, play\n", "Two columns of numbers are needed, and this table has none."),
    "one class": (b"1,2,a\n3,4,a\n", "2 points read. Column 3 holds one class only. Two or more are needed."),
    "no label": (b"1,2\n3,4\n", "Choose the column that holds the class, or the number to be learnt."),
    "no whole point": (b"1,,a\n,2,b\n", "No line holds a whole point."),
}


@pytest.fixture
async def table(park: Playground) -> YourData:
    return YourData(park)


async def test_file_dropped_anywhere_on_the_page_opens_and_trains(park: Playground, table: YourData) -> None:
    await table.drop("flowers.csv", b"width,height,kind\n1.5,2,rose\n-3,4.25,tulip\n2.5,-1,rose\n")
    await table.says("3 points read.")
    run = await table.train_on_it()

    assert [axis["name"] for axis in run["spec"]["dataset"]["axes"]] == ["width", "height"]
    await trains_exactly_on(park, [(1.5, 2, "rose"), (-3, 4.25, "tulip"), (2.5, -1, "rose")], ["rose", "tulip"])
    await expect(park.page.get_by_role("region", name="Data").get_by_text("flowers.csv")).to_be_visible()


async def test_file_dropped_while_training_does_not_disturb_before_it_is_used(
    park: Playground, table: YourData
) -> None:
    await park.play()
    await table.drop("points.csv", b"1,2,a\n3,4,b\n-5,0.5,a\n", on="header")
    await table.says("3 points read.")
    assert (await park.spec())["dataset"]["kind"] == "circle"
    await table.close()

    run = await park.run()
    assert (run["state"], run["spec"]["dataset"]["kind"], run["generation"]) == ("running", "circle", 0)


async def test_chosen_file_is_read_in_whatever_encoding(park: Playground, table: YourData) -> None:
    await table.open()
    for encoding, content in ENCODINGS.items():
        await table.paste("")
        await table.says("There is nothing to read yet. Paste a table or choose a file.")
        await table.choose_file(f"{encoding}.csv", content)
        await table.says("3 points read.")
        await expect(table.dialog.locator(".csvpreview .classcount")).to_have_text(["2 née", "1 ärm"])
        await expect(table.column("x₁").locator("option:checked")).to_have_text("Länge")

    await table.train_on_it()
    await trains_exactly_on(park, POINTS, ["née", "ärm"])


async def test_lines_with_nul_bytes_are_skipped_and_named(park: Playground, table: YourData) -> None:
    await table.open()
    await table.choose_file("torn.csv", b"1,2,a\n3,\x004,b\n-5,0.5,b\n\0\0\0\n2,-2,a\n")
    await table.says("3 points read.")
    await table.has_problems(
        "Line 2 holds characters that are not text",
        "Line 4 holds characters that are not text",
    )
    await table.train_on_it()
    await trains_exactly_on(park, [(1, 2, "a"), (-5, 0.5, "b"), (2, -2, "a")], ["a", "b"])


async def test_ragged_rows_lose_only_those_that_lack_something(park: Playground, table: YourData) -> None:
    await table.open()
    rows = [
        "x,y,kind,remark",
        "1,2,a",
        '3,4,b,"fine, so far",more,,',
        '-5,0.5,b,"never closed',
        "2",
        "4,-4,b,,,",
        "-2,3,a,fine",
    ]
    await table.choose_file("ragged.csv", "\n".join(rows).encode())
    await table.column("Label").select_option("kind")
    await table.says("3 points read.")
    await table.has_problems(
        "Line 3 has 5 columns where the others have 4",
        "Line 4 opens a quote that is not closed",
        "Line 5 has no second number",
    )
    await table.train_on_it()
    await trains_exactly_on(park, [(1, 2, "a"), (4, -4, "b"), (-2, 3, "a")], ["a", "b"])


async def test_file_that_cannot_be_used_says_why_and_changes_nothing(park: Playground, table: YourData) -> None:
    before = await park.run()
    await table.open()
    for name, (content, words) in UNREADABLE.items():
        await table.paste("0,0,spare\n1,1,other")
        await table.says("2 points read.")
        await expect(table.use).to_be_enabled()
        await table.choose_file(f"{name}.csv", content)
        await table.says(words)
        await expect(table.use).to_be_disabled()
    await table.close()

    assert await park.run() == before


async def test_file_that_is_too_large_is_refused_and_the_text_is_kept(park: Playground, table: YourData) -> None:
    await table.open()
    await table.paste("1,2,a\n-3,-4,b")
    await table.says("2 points read.")
    await table.choose_file("large.csv", b"1,2,a\n" * 1_000_000)

    await park.toast(
        "large.csv has 6.0 MB. A file may have up to 5 MB: keep the first rows and choose it again.",
    )
    await expect(table.text).to_have_value("1,2,a\n-3,-4,b")
    await table.train_on_it()
    await trains_exactly_on(park, [(1, 2, "a"), (-3, -4, "b")], ["a", "b"])
