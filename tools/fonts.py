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

FEATURES = ("calt", "case", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "pnum", "sinf", "sups", "tnum")
PLAIN_FEATURES = ("ccmp", "kern", "lnum", "tnum")
NAMES_OF_THE_FAMILY = {1, 3, 4, 6, 16, 17, 21, 22, 25}
POSTSCRIPT_NAME = 6

Ranges = tuple[tuple[int, int], ...]


def ranges(text: str) -> Ranges:
    """Ranges of characters as a style sheet writes them, without the `U+`: `20-7E 2212`."""
    ends = [part.split("-") for part in text.split()]
    return tuple((int(end[0], 16), int(end[-1], 16)) for end in ends)


SYMBOLS = "1D62-1D6A 2070-209C 2190-2199 2200-2211 2213-22FF 2C7C"
LATIN = ranges("20-7E A0-FF 131 152-153 2C6 2DA 2DC 2000-206F 20AC 2122 2212")
LATIN_EXTENDED = ranges(
    "100-130 132-151 154-17F 18F 192 1A0-1A1 1AF-1B0 1CD-1DC 1FC-1FF 218-21B 1E80-1E85 1E9E 1EA0-1EF9"
)
GREEK_AND_SYMBOLS = ranges(f"370-3FF {SYMBOLS}")
ITALIC = ranges(
    f"20-7E A0 B0-B3 B7 B9 BC-BE D7 391-3C9 3D1 3D5 3F5 2013-2014 2018-201D 2026 202F 2032-2033 2212 {SYMBOLS}"
)
UPRIGHT = ranges("20-7E A0 B7 D7 3A0 3A3 202F 2190-2193 2202 220F 2211-2212 221E 2248 2260 2264-2265")


@dataclass(frozen=True)
class Cut:
    """One file: what it is cut from, which characters it holds and how a style sheet asks for it."""

    file: str
    source: str
    family: str
    style: str
    axes: dict[str, tuple[float, float] | float]
    characters: Ranges
    features: tuple[str, ...] = FEATURES


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
        ITALIC,
    ),
    Cut(
        "np-math-upright.woff2",
        "serif/VAR/SourceSerif4Variable-Roman.ttf",
        "NP Math",
        "normal",
        {"wght": (400.0, 700.0), "opsz": 14.0},
        UPRIGHT,
        PLAIN_FEATURES,
    ),
)


def cut_font(cut: Cut, sources: Path) -> TTFont:
    font = TTFont(sources / cut.source)
    features = list(cut.features)
    subsetter = Subsetter(Options(layout_features=features, name_IDs=["*"], hinting=False, notdef_outline=True))
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
