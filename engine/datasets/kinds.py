"""The table of all datasets that can be generated, in the order a page shows them."""

from engine.datasets.functions import KINDS as FUNCTIONS
from engine.datasets.kind import DatasetKind
from engine.datasets.surfaces import KINDS as SURFACES
from engine.datasets.three_classes import KINDS as THREE_CLASSES
from engine.datasets.two_classes import KINDS as TWO_CLASSES

DATASETS: dict[str, DatasetKind] = {kind.name: kind for kind in (*TWO_CLASSES, *THREE_CLASSES, *SURFACES, *FUNCTIONS)}
