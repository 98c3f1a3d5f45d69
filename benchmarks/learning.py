"""Does it learn? Each task with its mean and spread over five seeds, and the CPU seconds that one network takes.

The specifications here are good settings for their tasks. A seed chooses the split of the data, the first weights and
the order of the examples. The five networks train as one population.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.measure import machine, table
from engine import Population, RunSpec
from engine.types import Float64Array

Document = dict[str, Any]

SEEDS = range(5)
CODES = 8
"""Units of the linear autoencoder."""

TEST_NOISE = 0.3
"""Standard deviation of the noise on the inputs that the autoencoders have to clean."""

DIGITS: Document = {"kind": "digits", "train_fraction": 0.8}


def adam(rate: float, epochs: int, **more: Any) -> Document:
    """Adam whose learning rate falls like half a wave to nothing at the end."""
    return {"kind": "adam", "learning_rate": rate, "schedule": {"kind": "cosine", "epochs": epochs}, **more}


@dataclass(frozen=True, slots=True)
class Preset:
    """A run's specification without its seed, and for how long it is trained."""

    document: Document
    epochs: int

    def specs(self, seeds: Sequence[int]) -> list[RunSpec]:
        """One run a seed, each on a split of its own."""
        data = self.document["dataset"]
        return [RunSpec.from_dict(self.document | {"seed": seed, "dataset": data | {"seed": seed}}) for seed in seeds]


def autoencoder(hidden: Sequence[Document], output: str, optimizer: Document, batch: int, **more: Any) -> Document:
    """Digits through a few units and back."""
    return {
        "dataset": DIGITS,
        "layers": list(hidden),
        "output": {"activation": output},
        "loss": "reconstruction",
        "optimizer": optimizer,
        "batch_size": batch,
        **more,
    }


def convolution(filters: int) -> Document:
    """Filters of 3 × 3 that keep the size."""
    return {"kind": "convolution", "filters": filters, "kernel_size": 3, "padding": "same", "activation": "relu"}


def six_layers(initializer: Document) -> Document:
    """Six sigmoid layers of 8 on the circle, with a tanh output and squared error."""
    return {
        "dataset": {"kind": "circle"},
        "layers": [{"kind": "dense", "units": 8, "activation": "sigmoid"}] * 6,
        "output": {"activation": "tanh"},
        "loss": "squared_error",
        "optimizer": {"kind": "sgd", "learning_rate": 0.03},
        "initializer": initializer,
    }


def remembering(layer: Document) -> Document:
    """Copy the first of thirty symbols; half of what comes between is there to mislead."""
    return {
        "dataset": {"kind": "copy", "samples": 2000, "train_fraction": 0.8, "length": 30, "noise": 0.5},
        "layers": [{"kind": "embedding", "units": 8}, {"units": 32, **layer}],
        "optimizer": {
            "kind": "rmsprop",
            "learning_rate": 0.02,
            "clip": {"kind": "norm", "limit": 1.0},
            "schedule": {"kind": "cosine", "epochs": 15},
        },
        "batch_size": 40,
    }


CODE: Document = {"kind": "dense", "units": 32, "activation": "relu"}

PRESETS: dict[str, Preset] = {
    "digits, dense": Preset(
        {
            "dataset": DIGITS,
            "layers": [
                {"kind": "noise", "deviation": 0.2},
                {"kind": "dense", "units": 64, "activation": "relu"},
            ],
            "initializer": {"kind": "he_normal"},
            "optimizer": adam(0.003, 60),
            "batch_size": 32,
        },
        60,
    ),
    "digits, convolutional": Preset(
        {
            "dataset": DIGITS,
            "layers": [
                convolution(16),
                convolution(32),
                {"kind": "max_pooling"},
                {"kind": "dropout", "rate": 0.5},
            ],
            "initializer": {"kind": "he_normal"},
            "optimizer": adam(0.002, 60),
            "batch_size": 32,
        },
        60,
    ),
    "linear autoencoder": Preset(
        autoencoder(
            [{"kind": "dense", "units": CODES, "activation": "linear"}],
            "linear",
            adam(0.01, 800),
            256,
            initializer={"kind": "orthogonal"},
        ),
        800,
    ),
    "plain autoencoder": Preset(autoencoder([CODE], "sigmoid", adam(0.003, 60), 64), 60),
    "denoising autoencoder": Preset(
        autoencoder([{"kind": "noise", "deviation": TEST_NOISE}, CODE], "sigmoid", adam(0.003, 60), 64), 60
    ),
    "six sigmoid layers, U(−0.5, 0.5)": Preset(six_layers({"kind": "uniform", "scale": 0.5, "bias": 0.1}), 1000),
    "six sigmoid layers, N(0, 1.5²)": Preset(six_layers({"kind": "normal", "scale": 1.5, "bias": 0.0}), 1000),
    "copy, LSTM": Preset(remembering({"kind": "lstm", "forget_bias": 5.0}), 15),
    "copy, simple RNN": Preset(remembering({"kind": "simple_rnn"}), 15),
    "sentiment": Preset(
        {
            "dataset": {"kind": "sentiment", "train_fraction": 0.8},
            "layers": [
                {"kind": "embedding", "units": 8},
                {"kind": "dropout", "rate": 0.3},
                {"kind": "lstm", "units": 16},
                {"kind": "dropout", "rate": 0.3},
            ],
            "optimizer": adam(0.01, 60),
            "batch_size": 32,
        },
        60,
    ),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came out for each seed, and the CPU seconds of one network."""

    values: Float64Array
    seconds: float

    def in_words(self, percent: bool) -> str:
        """Mean, and the smallest and the largest."""
        scale, unit = (100.0, " %") if percent else (1.0, "")
        low, mean, high = (scale * value for value in (self.values.min(), fmean(self.values), self.values.max()))
        return f"{mean:.{1 if percent else 3}f}{unit} ({low:.{1 if percent else 3}f} … {high:.{1 if percent else 3}f})"


def train(name: str, seeds: Sequence[int] = SEEDS) -> tuple[Population, float]:
    """A preset's networks, trained, and the CPU seconds of each with all that belongs to it."""
    preset = PRESETS[name]
    begin = time.process_time()
    population = Population(preset.specs(seeds))
    population.advance_epochs(preset.epochs)
    return population, (time.process_time() - begin) / len(seeds)


def accuracy(name: str, seeds: Sequence[int] = SEEDS) -> Result:
    """The share of the held-out examples that is classified rightly."""
    population, seconds = train(name, seeds)
    return Result(population.accuracy()["test"], seconds)


def over_pca(name: str, seeds: Sequence[int] = SEEDS) -> Result:
    """The training error over that of as many principal components: ½ Σ σ_i² / N over all but the first k.

    No linear code of k numbers does better (Eckart & Young, 1936; Bourlard & Kamp, 1988).
    """
    population, seconds = train(name, seeds)
    best = []
    for data in population.tables:
        centred = data.dataset.train_inputs - data.dataset.train_inputs.mean(axis=0)
        rest = np.linalg.svd(centred, compute_uv=False)[CODES:]
        best.append(0.5 * (rest**2).sum() / len(centred))
    return Result(population.losses()["train"] / np.array(best), seconds)


def cleaning(name: str, seeds: Sequence[int] = SEEDS) -> Result:
    """Half the squared distance of the answers to noisy test images from the clean ones."""
    population, seconds = train(name, seeds)
    errors = []
    for replica, (seed, data) in enumerate(zip(seeds, population.tables, strict=True)):
        clean = data.dataset.test_inputs
        noisy = clean + np.random.default_rng(seed).normal(0.0, TEST_NOISE, clean.shape)
        errors.append(0.5 * ((population.predict(noisy)[replica] - clean) ** 2).sum(axis=1).mean())
    return Result(np.array(errors), seconds)


TASKS: dict[str, tuple[Callable[..., Result], bool, str]] = {
    "digits, dense": (accuracy, True, "≥ 97 %, ≤ 60 s"),
    "digits, convolutional": (accuracy, True, "≥ 98.5 %, ≤ 60 s"),
    "copy, LSTM": (accuracy, True, "≥ 99 %"),
    "copy, simple RNN": (accuracy, True, "< 60 %"),
    "sentiment": (accuracy, True, "≥ 90 %"),
    "linear autoencoder": (over_pca, False, "≤ 1.02 × PCA's error"),
    "plain autoencoder": (cleaning, False, "more than denoising"),
    "denoising autoencoder": (cleaning, False, "less than plain"),
    "six sigmoid layers, U(−0.5, 0.5)": (accuracy, True, "fails: near 50 %"),
    "six sigmoid layers, N(0, 1.5²)": (accuracy, True, "learns: near 100 %"),
}
"""What is measured of each preset, whether it is a share, and what must hold."""


def main() -> None:
    """Measure and print Markdown: a table of docs/performance.md."""
    print(f"\n{machine()}; mean (least … most) over {len(SEEDS)} seeds, CPU seconds of one network.\n")
    rows = []
    for name, (measure, percent, target) in TASKS.items():
        result = measure(name)
        rows.append([name, result.in_words(percent), f"{result.seconds:.1f}", target])
    print(table(["task", "measured", "seconds", "must hold"], rows))


if __name__ == "__main__":
    main()
