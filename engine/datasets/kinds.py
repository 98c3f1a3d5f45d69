"""The table of all datasets that can be generated, in the order a page shows them."""

from engine.datasets import (
    digits,
    drawings,
    functions,
    gates,
    many_classes,
    sentiment,
    sequences,
    surfaces,
    text,
    three_classes,
    two_classes,
)
from engine.datasets.kind import DatasetKind

TILES = (*two_classes.KINDS, *three_classes.KINDS, *surfaces.KINDS)
"""The sets that the playground offers as tiles; all others are for pages and programs of their own."""

OTHERS = (many_classes, gates, functions, digits, drawings, sequences, text, sentiment)

DATASETS: dict[str, DatasetKind] = {
    kind.name: kind for kind in (*TILES, *(kind for module in OTHERS for kind in module.KINDS))
}
