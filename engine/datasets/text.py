"""Characters of a short text written for this project: what comes next? T is the length of a window, s the noise."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made
from engine.limits import LENGTH, Bounds
from engine.parts import DatasetSpec

TEXT = """\
the neurons meet in the park at nine. they sit in rows on the long green benches, and each of them can hear the row \
behind. a child at the gate calls out two numbers, and the first row begins. every neuron takes the numbers, weighs \
them, adds them up and adds a little of its own. if the sum is large, it sings. if the sum is small, it hums. if the \
sum is far below nothing, it keeps still and looks at the trees.

the second row listens to the first. it does not hear the child, it hears the song. it weighs the song, adds it up \
and sings in its turn, and so the sound goes from bench to bench until it comes to the last neuron, who sits alone by \
the pond. the last neuron says what it believes: blue, it says, or orange.

then the keeper of the park tells it what was right. nobody is scolded. the keeper only says how far the answer was \
from the truth and on which side. the last neuron thinks of those who sang to it. those who were right it will trust \
a little more, and those who were wrong a little less. it turns round and tells them so, and they turn round and tell \
the row behind, and so the blame goes back from bench to bench until it comes to the gate.

one round changes almost nothing. the keeper does not mind. the child calls out two numbers more, and the song begins \
again. by noon the sparrows know the tune. by four the border between blue and orange runs through the grass like a \
path that many feet have made, a little bent where it has to be, and straight where it can be. in the evening the \
neurons go home. none of them knows what the song was about. the park knows it, all of them together, and it will \
know it tomorrow, when the child comes back to the gate with numbers that nobody has heard before.
"""

CHARACTERS = tuple(sorted(set(TEXT)))
VOCABULARY = ("", *CHARACTERS)
CODES = np.array([VOCABULARY.index(character) for character in TEXT], dtype=np.float64)
SHARES = Bounds(0.5, 0.9, 0.8)


def characters(draws: Draws, spec: DatasetSpec) -> Made:
    """Windows of T characters, and for each of these the one that follows it.

    The windows to train on lie in the first part of the text and those to test on in the rest, so that none is known
    already. Each character given is a random one with probability s; the ones to predict are those of the text.
    """
    length = (draws.shape[1] - 1) // 2
    border = round(len(CODES) * spec.train_fraction)
    trains = np.arange(len(draws)) < spec.train_size
    low = np.where(trains, 0, border)
    starts = low + np.floor(draws[:, 0] * (np.where(trains, border, len(CODES)) - low - length)).astype(np.int64)
    windows = CODES[starts[:, None] + np.arange(length + 1)]
    misprints = 1.0 + np.floor(draws[:, 1 : 1 + length] * len(CHARACTERS))
    given = np.where(draws[:, 1 + length :] < spec.noise, misprints, windows[:, :-1])
    return given, windows[:, 1:] - 1.0


KINDS = (
    DatasetKind(
        "characters",
        "The next character",
        "classification",
        CHARACTERS,
        500,
        "A page about a park, letter by letter: which character follows? Tested on the end of the page.",
        "y_t = x_{t+1}",
        "The more noise, the more characters are misprinted.",
        characters,
        "tokens",
        (),
        VOCABULARY,
        labelled_steps=True,
        lengths=LENGTH,
        train_fractions=SHARES,
        draws=1,
        step_draws=2,
        ordered=True,
    ),
)
