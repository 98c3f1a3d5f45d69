"""The worksheet: its numbers are those of the engine's own step, and its formulas give its numbers."""

import doctest
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.worksheet
from engine import Population, RunSpec
from engine.activations import ACTIVATIONS, TRAINABLE
from engine.autodiff import differentiate
from engine.looking import look
from engine.types import Float64Array
from engine.worksheet import PHASES, Entry, Worksheet, WorksheetError, example_worksheet, worksheet
from engine.worksheet.network import MOST_PARAMETERS
from engine.worksheet.words import OTHER, WORDINGS, number, wording
from engine.writing import written

TWO = [[0.5, -1.0, "a"], [-0.25, 2.0, "b"]]
THREE = [*TWO, [1.5, 0.5, "c"]]
OUTPUTS = [
    (TWO, "sigmoid", "cross_entropy"),
    (THREE, "softmax", "cross_entropy"),
    (THREE, "softmax", "squared_error"),
    *((TWO, name, "squared_error") for name in TRAINABLE),
    *((THREE, name, "squared_error") for name in TRAINABLE),
]
SKIPS = [
    {"units": 3, "activation": "tanh", "name": "first"},
    {"units": 2, "activation": "softplus", "inputs": ["features", "first"]},
    {"units": 2, "activation": "sine", "inputs": ["first", "layer2", "features"]},
]


def population(layers: Any = (), output: Any = OUTPUTS[0], **fields: Any) -> Population:
    points, activation, loss = output
    document = {
        "dataset": {"kind": "points", "task": "classification", "train": points},
        "layers": list(layers),
        "output": {"activation": activation},
        "loss": loss,
        "optimizer": {"kind": "sgd", "learning_rate": 0.1},
        "batch_size": 1,
        "shuffle": False,
        "dtype": "float64",
    }
    return Population([RunSpec.from_dict(document | fields)])


def scatter_biases(runs: Population, seed: int = 0) -> None:
    """Biases are 0 at the start: give every parameter a value of its own."""
    runs.theta += np.random.default_rng(seed).normal(0.0, 0.5, runs.theta.shape)


def matches_the_step(runs: Population) -> Worksheet:
    """The worksheet of the first example, after it was compared with the engine's own step on it."""
    sheet = example_worksheet(runs)
    runs.advance(1)
    np.testing.assert_allclose(sheet.theta, runs.theta[0], rtol=1e-12, atol=1e-12)
    return sheet


def calculated(text: str) -> float:
    """What the numbers of an entry come to, read by the expression parser."""
    plain = text.replace("^{", "^(").replace("}", ")").replace("σ", "sigmoid").replace("½ ", "0.5*")
    return differentiate(plain)[0]


class TestNumbers:
    @pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: f"{len(output[0])}-{output[1]}-{output[2]}")
    def test_the_step_is_the_engines_own_for_every_output_and_loss(self, output: Any) -> None:
        runs = population([{"units": 3, "activation": "tanh"}], output)
        scatter_biases(runs)
        matches_the_step(runs)

    @pytest.mark.parametrize("activation", TRAINABLE)
    def test_and_for_every_hidden_activation(self, activation: str) -> None:
        runs = population([{"units": 4, "activation": activation}, {"units": 3, "activation": activation}], OUTPUTS[1])
        scatter_biases(runs)
        matches_the_step(runs)

    @pytest.mark.parametrize("output", OUTPUTS[:3], ids=lambda output: str(output[1:]))
    def test_and_where_layers_read_several_others(self, output: Any) -> None:
        runs = population(SKIPS, output, features=["x1", "x2", "x1x2"])
        scatter_biases(runs)
        sheet = matches_the_step(runs)
        [delta] = [entry for entry in sheet.of("backward", "delta") if (entry.layer, entry.unit) == (0, 0)]
        assert "δ^{(2)}_1 w^{(2)}_{4,1}" in delta.formula
        assert "δ^{(3)}_1 w^{(3)}_{1,1}" in delta.formula

    @settings(max_examples=20)
    @given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), max_size=4), st.sampled_from(OUTPUTS[:3]))
    def test_and_for_random_networks(self, seed: int, units: list[int], output: Any) -> None:
        rng = np.random.default_rng(seed)
        layers = [{"units": count, "activation": str(rng.choice(list(TRAINABLE)))} for count in units]
        runs = population(layers, output)
        scatter_biases(runs, seed)
        matches_the_step(runs)

    @pytest.mark.parametrize("layers", [[], [{"units": 3, "activation": "sigmoid"}], SKIPS])
    def test_sums_outputs_and_loss_are_what_is_seen_of_the_network(self, layers: Any) -> None:
        runs = population(layers, OUTPUTS[1])
        sheet = example_worksheet(runs, example=2)
        seen = look(runs.network, runs.theta, np.array([THREE[2][:2]], np.float64))
        for quantity, values in (("sum", [v.sums for v in seen]), ("output", [v.outputs for v in seen])):
            found = [entry.value for entry in sheet.of("forward", quantity)]
            np.testing.assert_allclose(found, np.concatenate([value[0, :, 0] for value in values]), rtol=1e-13)
        assert sheet.loss == pytest.approx(-np.log(seen[-1].outputs[0, 2, 0]), rel=1e-13)

    def test_a_batch_averages_the_gradients_of_its_examples(self) -> None:
        runs = population([{"units": 3, "activation": "tanh"}], OUTPUTS[1], batch_size=3)
        steps = [example_worksheet(runs, example=place).theta - runs.theta[0] for place in range(3)]
        before = runs.theta[0].copy()
        runs.advance(1)
        np.testing.assert_allclose(runs.theta[0], before + np.mean(steps, axis=0), rtol=1e-12, atol=1e-14)

    def test_a_replica_is_chosen_and_its_learning_rate_taken(self) -> None:
        spec = population().specs[0]
        fast = spec.replace(seed=2, optimizer={"kind": "sgd", "learning_rate": 0.5})
        runs = Population([spec, fast])
        sheet = example_worksheet(runs, 1)
        slow = example_worksheet(runs, 1, learning_rate=0.0)
        runs.advance(1)
        np.testing.assert_allclose(sheet.theta, runs.theta[1], rtol=1e-13)
        np.testing.assert_allclose(slow.theta, sheet.theta + 0.5 * gradients(sheet), rtol=1e-12)

    def test_pinned_parameters_are_held(self) -> None:
        runs = population(SKIPS, OUTPUTS[1], pinned=[[0, 1, 0], [1, 0, None]])
        scatter_biases(runs)
        sheet = matches_the_step(runs)
        held = [entry for entry in sheet.of("backward", "new weight") if "held" in entry.formula]
        assert [(entry.layer, entry.unit, entry.input) for entry in held] == [(0, 1, 0), (1, 0, None)]
        assert held[0].line == f"w^{{(1)}}_{{1,2}}′ = w^{{(1)}}_{{1,2}}, held = {written(held[0].value)}"

    def test_a_certain_mistake_has_a_finite_loss(self) -> None:
        initial = {"weights": [[[0.0, 0.0]]], "biases": [[800.0]]}
        sheet = example_worksheet(population(initial=initial))
        assert sheet.loss == 800.0
        assert all(np.isfinite(entry.value) for entry in sheet.entries)


def gradients(sheet: Worksheet) -> Float64Array:
    """All gradients (P,) of a network without hidden layers."""
    return np.array([entry.value for entry in sheet.of("backward", "gradient")])


class TestFormulas:
    @pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: f"{len(output[0])}-{output[1]}-{output[2]}")
    def test_the_numbers_in_every_formula_come_to_its_value(self, output: Any) -> None:
        layers = [
            {"units": 2, "activation": "sigmoid"},
            {"units": 2, "activation": "tanh"},
            {"units": 2, "activation": "silu"},
        ]
        runs = population(layers, output)
        scatter_biases(runs)
        for entry in example_worksheet(runs).entries:
            if "if" not in entry.numbers and "Φ" not in entry.numbers:
                assert calculated(entry.numbers) == pytest.approx(entry.value, rel=1e-3, abs=1e-4), entry.line

    @pytest.mark.parametrize("name", [name for name in TRAINABLE if name in WORDINGS and name != "gelu"])
    @pytest.mark.parametrize("z", [-1.3, 0.4])
    def test_the_words_of_an_activation_give_its_value_and_its_slope(self, name: str, z: float) -> None:
        activation, words = ACTIVATIONS[name], wording(name)
        a, slope = float(activation(np.array(z))), float(activation.slope(np.array(z)))
        for template, expected in ((words.value, a), (words.slope, slope)):
            text = template.format(z=number(z), a=number(a))
            if " if " in text:
                yes, no = text.strip("()").split(f" if {written(z)} > 0, else ")
                text = yes if z > 0 else no
            assert calculated(text) == pytest.approx(expected, rel=1e-4)

    def test_an_activation_without_words_of_its_own_is_phi(self) -> None:
        assert wording("unheard of") == OTHER
        assert OTHER.slope.format(z=number(-1.0)) == "φ′(−1)"

    def test_every_number_of_a_small_step_by_hand(self) -> None:
        initial = {"weights": [[[1.0, 2.0]], [[-2.0]]], "biases": [[0.5], [1.0]]}
        points = {"kind": "points", "task": "regression", "train": [[1.0, -1.0, 2.0]]}
        output = ([], "linear", "squared_error")
        runs = population([{"units": 1, "activation": "relu"}], output, dataset=points, initial=initial)
        runs.theta[0, 0] = 3.0
        assert [entry.line for entry in example_worksheet(runs).entries] == [
            "z^{(1)}_1 = w^{(1)}_{1,1} x_1 + w^{(1)}_{2,1} x_2 + b^{(1)}_1 = 3·1 + 2·(−1) + 0.5 = 1.5",
            "a^{(1)}_1 = max(0, z^{(1)}_1) = max(0, 1.5) = 1.5",
            "z^{(2)}_1 = w^{(2)}_{1,1} a^{(1)}_1 + b^{(2)}_1 = −2·1.5 + 1 = −2",
            "a^{(2)}_1 = z^{(2)}_1 = −2",
            "L = ½ Σ_k (a^{(2)}_k − t_k)^2 = ½ (−2 − 2)^2 = 8",
            "δ^{(2)}_1 = a^{(2)}_1 − t_1 = −2 − 2 = −4",
            "∂L/∂w^{(2)}_{1,1} = δ^{(2)}_1 a^{(1)}_1 = −4·1.5 = −6",
            "∂L/∂b^{(2)}_1 = δ^{(2)}_1 = −4",
            "δ^{(1)}_1 = (δ^{(2)}_1 w^{(2)}_{1,1})·(1 if z^{(1)}_1 > 0, else 0) = (−4·(−2))·(1 if 1.5 > 0, else 0) = 8",
            "∂L/∂w^{(1)}_{1,1} = δ^{(1)}_1 x_1 = 8·1 = 8",
            "∂L/∂w^{(1)}_{2,1} = δ^{(1)}_1 x_2 = 8·(−1) = −8",
            "∂L/∂b^{(1)}_1 = δ^{(1)}_1 = 8",
            "w^{(1)}_{1,1}′ = w^{(1)}_{1,1} − η ∂L/∂w^{(1)}_{1,1} = 3 − 0.1·8 = 2.2",
            "w^{(1)}_{2,1}′ = w^{(1)}_{2,1} − η ∂L/∂w^{(1)}_{2,1} = 2 − 0.1·(−8) = 2.8",
            "b^{(1)}_1′ = b^{(1)}_1 − η ∂L/∂b^{(1)}_1 = 0.5 − 0.1·8 = −0.3",
            "w^{(2)}_{1,1}′ = w^{(2)}_{1,1} − η ∂L/∂w^{(2)}_{1,1} = −2 − 0.1·(−6) = −1.4",
            "b^{(2)}_1′ = b^{(2)}_1 − η ∂L/∂b^{(2)}_1 = 1 − 0.1·(−4) = 1.4",
        ]

    def test_long_sums_are_cut(self) -> None:
        runs = population([{"units": 30, "activation": "tanh"}], OUTPUTS[1])
        lines = [entry.line for entry in example_worksheet(runs).entries]
        assert max(map(len, lines)) < 600
        assert sum("… (22 more)" in line for line in lines) == 3


class TestRecords:
    def test_three_phases_as_json(self) -> None:
        sheet = example_worksheet(population(SKIPS, OUTPUTS[1]))
        document = json.loads(json.dumps(sheet.to_dict(), allow_nan=False))
        assert [phase["name"] for phase in document["phases"]] == list(PHASES) == ["forward", "error", "backward"]
        assert sum(len(phase["entries"]) for phase in document["phases"]) == len(sheet.entries)
        assert document["loss"] == document["phases"][1]["entries"][-1]["value"]

    def test_every_parameter_has_its_gradient_and_its_new_value(self) -> None:
        runs = population(SKIPS, OUTPUTS[1])
        sheet = example_worksheet(runs)
        for quantity in ("gradient", "new weight"):
            places = {(entry.layer, entry.unit, entry.input) for entry in sheet.of("backward", quantity)}
            assert len(places) == runs.network.parameters
        for entry in sheet.of("backward", "new weight"):
            matrix = runs.network.matrices(sheet.theta.reshape(1, -1))[entry.layer][0]
            assert entry.value == matrix[-1 if entry.input is None else entry.input, entry.unit]

    def test_the_phases_have_words(self) -> None:
        assert all(10 <= len(phase.explanation) <= 125 and phase.formula for phase in PHASES.values())

    def test_sides_that_say_the_same_are_written_once(self) -> None:
        entry = Entry("forward", "output", 0, 0, None, "a", "z", "2", 2.0)
        assert entry.line == "a = z = 2"


class TestRefusals:
    def refuse(self, runs: Population, **changes: Any) -> str:
        spec = runs.specs[0]
        given: dict[str, Any] = {"features": [1.0, 2.0], "targets": [1.0], "loss": spec.loss, "learning_rate": 0.1}
        with pytest.raises(WorksheetError) as caught:
            worksheet(runs.network, changes.pop("theta", runs.theta[0]), **(given | changes))
        return str(caught.value)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"features": [1.0]}, "Give 2 inputs, as the network reads them."),
            ({"features": [[1.0, 2.0]]}, "Give 2 inputs"),
            ({"targets": [1.0, 0.0]}, "Give 1 targets, one for each output unit."),
            ({"features": [1.0, float("nan")]}, "Give finite numbers as inputs and targets."),
            ({"loss": "hinge"}, "choose one of them as the loss"),
            ({"learning_rate": float("inf")}, "Give a learning rate"),
            ({"learning_rate": -1.0}, "Give a learning rate"),
            ({"theta": np.full(3, 1e300), "features": [1e10, 1e10]}, "too large to be written"),
        ],
    )
    def test_what_cannot_be_written_out_is_refused_with_a_remedy(self, changes: Any, words: str) -> None:
        assert words in self.refuse(population(), **changes)

    def test_a_large_network_is_refused(self) -> None:
        runs = population([{"units": 40, "activation": "tanh"}] * 2)
        assert f"at most {MOST_PARAMETERS} parameters: take fewer or smaller layers" in self.refuse(runs)

    def test_other_kinds_of_layers_are_refused(self) -> None:
        runs = population([{"units": 2, "activation": "tanh"}])
        runs.network.layers[0]["kind"] = "convolution"
        assert self.refuse(runs).startswith("layer1 is no plain dense layer")

    @pytest.mark.parametrize("example", [-1, 2])
    def test_an_example_that_is_not_there(self, example: int) -> None:
        with pytest.raises(IndexError, match="There are training examples 0 to 1"):
            example_worksheet(population(), example=example)


def test_the_example_in_the_docstring_holds() -> None:
    result = doctest.testmod(engine.worksheet)
    assert result.attempted == 8
    assert result.failed == 0
