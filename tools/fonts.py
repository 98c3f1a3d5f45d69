"""Cut the page's fonts out of their complete variable fonts.

The sources are two packages, fetched into one folder with `npm pack` and unpacked there:
`@ibm/plex-sans-variable@0.2.0` (IBM Plex Sans, to `plex/`) and `source-serif@4.5.1` (Source Serif 4, to `serif/`).

    python tools/fonts.py SOURCES static

writes `static/fonts/*.woff2` and `static/css/fonts.css`. Needs fonttools and brotli; the results are kept in the
repository, so nobody who runs or tests Neuron Park needs this. Both licences reserve the names "Plex" and "Source" for
the unmodified fonts; so the cuts carry names of their own, with the copyright and licence entries left as they are.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FEATURES = ["calt", "case", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "pnum", "sinf", "sups", "tnum"]
NAMES_OF_THE_FAMILY = {1, 3, 4, 6, 16, 17, 21, 22, 25}
POSTSCRIPT_NAME = 6

Ranges = tuple[tuple[int, int], ...]
LATIN: Ranges = ((0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x2C6, 0x2C6), (0x2DA, 0x2DA))
LATIN += ((0x2DC, 0x2DC), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2212, 0x2212))
LATIN_EXTENDED: Ranges = ((0x100, 0x130), (0x132, 0x151), (0x154, 0x17F), (0x18F, 0x18F), (0x192, 0x192))
LATIN_EXTENDED += ((0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x1FC, 0x1FF), (0x218, 0x21B), (0x1E80, 0x1E85))
LATIN_EXTENDED += ((0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9))
GREEK_AND_SYMBOLS: Ranges = ((0x370, 0x3FF), (0x1D62, 0x1D6A), (0x2070, 0x209C), (0x2190, 0x2199), (0x2200, 0x2211))
GREEK_AND_SYMBOLS += ((0x2213, 0x22FF), (0x2C7C, 0x2C7C))
ITALIC_LETTERS: Ranges = ((0x20, 0x7E), (0xA0, 0xA0), (0xB0, 0xB3), (0xB7, 0xB7), (0xB9, 0xB9), (0xBC, 0xBE))
ITALIC_LETTERS += (
    (0xD7, 0xD7),
    (0x2013, 0x2014),
    (0x2018, 0x201D),
    (0x2026, 0x2026),
    (0x202F, 0x202F),
    (0x2032, 0x2033),
)
ITALIC_LETTERS += (
    (0x2212, 0x2212),
    (0x391, 0x3C9),
    (0x3D1, 0x3D1),
    (0x3D5, 0x3D5),
    (0x3F5, 0x3F5),
    *GREEK_AND_SYMBOLS[1:],
)


@dataclass(frozen=True)
class Cut:
    """One file: what it is cut from, which characters it holds and how a style sheet asks for it."""

    file: str
    source: str
    family: str
    style: str
    axes: dict[str, tuple[float, float] | float]
    characters: Ranges


SANS = {"wght": (400.0, 700.0), "wdth": 100.0}
SANS_FILE = "plex/fonts/complete/ttf/IBM Plex Sans Var-Roman.ttf"
CUTS = (
    Cut("np-sans-latin.woff2", SANS_FILE, "NP Sans", "normal", SANS, LATIN),
    Cut("np-sans-latin-ext.woff2", SANS_FILE, "NP Sans", "normal", SANS, LATIN_EXTENDED),
    Cut("np-sans-greek.woff2", SANS_FILE, "NP Sans", "normal", SANS, GREEK_AND_SYMBOLS),
    Cut(
        "np-math-italic.woff2",
        "serif/VAR/SourceSerif4Variable-Italic.ttf",
        "NP Math",
        "italic",
        {"wght": (400.0, 700.0), "opsz": 14.0},
        ITALIC_LETTERS,
    ),
)


def cut_font(cut: Cut, sources: Path) -> TTFont:
    font = TTFont(sources / cut.source)
    subsetter = Subsetter(Options(layout_features=FEATURES, name_IDs=["*"], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=[code for first, last in cut.characters for code in range(first, last + 1)])
    subsetter.subset(font)
    font = instantiateVariableFont(font, cut.axes)
    for record in list(font["name"].names):
        if record.nameID in NAMES_OF_THE_FAMILY:
            record.string = cut.family.replace(" ", "") if record.nameID == POSTSCRIPT_NAME else cut.family
    font.flavor = "woff2"
    return font


def held_ranges(font: TTFont, asked: Ranges) -> str:
    """The CSS `unicode-range` of the asked characters that the font has, with neighbours joined."""
    present = sorted(set(font.getBestCmap()) & {code for first, last in asked for code in range(first, last + 1)})
    runs: list[list[int]] = []
    for code in present:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def font_face(cut: Cut, ranges: str) -> str:
    return f"""@font-face {{
  font-family: "{cut.family}";
  font-style: {cut.style};
  font-weight: 400 700;
  font-display: swap;
  src: url("../fonts/{cut.file}") format("woff2");
  unicode-range: {ranges};
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Cut the page's fonts out of their complete variable fonts.")
    parser.add_argument("sources", type=Path, help="folder with plex/ and serif/, the unpacked packages")
    parser.add_argument("static", type=Path, help="the folder that gets fonts/ and css/fonts.css")
    arguments = parser.parse_args()
    faces = []
    for cut in CUTS:
        font = cut_font(cut, arguments.sources)
        target = arguments.static / "fonts" / cut.file
        font.save(target)
        faces.append(font_face(cut, held_ranges(font, cut.characters)))
        print(f"{target}: {target.stat().st_size:,} bytes, {len(font.getGlyphOrder())} glyphs")
    head = "/* Written by tools/fonts.py. Cut from IBM Plex Sans and Source Serif 4 (OFL, see fonts/). */\n"
    (arguments.static / "css" / "fonts.css").write_text(head + "\n".join(faces), encoding="utf-8")


if __name__ == "__main__":
    main()
