"""The pictures of the docs: each is one the tool takes, as wide as it says."""

from __future__ import annotations

import struct

from tools.screenshots import IMAGES, SCENES

PHONE = 720


def width_of(name: str) -> int:
    """The width that the file's header gives."""
    header = (IMAGES / f"{name}.png").read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width: int = struct.unpack(">I", header[16:20])[0]
    return width


def test_every_picture_is_a_scene_and_every_scene_a_picture() -> None:
    assert {path.stem for path in IMAGES.iterdir()} == set(SCENES)
    for name, (width, *_) in SCENES.items():
        assert width_of(name) == width * (2 if width < PHONE else 1), name


def test_the_pictures_show_what_the_readme_promises() -> None:
    readme = (IMAGES.parents[1] / "README.md").read_text(encoding="utf-8")
    assert "(docs/images/playground-light.png)" in readme
