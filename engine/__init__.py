"""The training engine: NumPy alone. It knows no web, no clock and no threads.

>>> from engine import Population, RunSpec
>>> spec = RunSpec.from_dict({"dataset": {"kind": "spiral"}, "layers": [{"units": 8}, {"units": 8}]})
>>> population = Population([spec.replace(seed=seed) for seed in range(100)])
>>> population.advance_epochs(10)
>>> population.losses()["test"].shape
(100,)

To learn how a network is trained, read the modules in this order:

1. What is trained on: ``types`` (the shape letters), ``datasets``, ``features``, ``batches``.
2. What a unit computes and how wrong it is: ``activations`` (with ``gaussian``), ``losses``, ``layers.dense``.
3. How layers make a network: ``wiring``, ``network``, ``initializers``. The other layers, each when it is needed, after
   ``layers.layer``, which says what they have in common: ``layers.maxout``; for images ``layers.convolution`` and
   ``layers.pooling``; for sequences ``layers.embedding``, ``layers.recurrent``, ``layers.simple_rnn``, ``layers.lstm``
   and ``layers.gru``; and ``layers.noise`` (with ``layers.tape``) and ``layers.merge``. ``layers.reading`` takes them
   from a document.
4. Forward and backward: ``plan``. This is back-propagation, written as a list of calls on buffers; ``looking`` is the
   forward pass once more, as plainly as it can be said.
5. How a gradient becomes a step: ``optimizers``, ``regularizers``, ``schedules``, ``holding``, ``rates``, ``updates``.
6. The loop: ``training``, then ``population``, which adds what is measured on the way: ``evaluation``, ``metrics``,
   ``curve``, ``stopping``, ``divergence``; ``member`` is one replica taken out, and ``checkpoint`` its bytes.
7. What can be seen of it: ``probes``, and with ``landscape`` the loss around the place where a network stands.
8. Another way to begin: ``pretraining``, layer by layer.

Beside the networks stand small things to be followed by hand, with every number in its formula (``writing``):
``classic`` is the single unit and the rules that taught it before back-propagation, ``autodiff`` the chain rule on the
graph of any expression, ``worksheet`` one training step of a dense network.

The rest says what may be asked for: ``spec`` is the document that describes a run, made of ``parts``; ``reading``,
``validation``, ``hyperparameters``, ``optimizing``, ``pins``, ``initial`` and ``merging`` read it, within ``limits``
and the rules of ``compatibility``, and name all ``errors``; ``catalog``, ``controls`` and ``ideas`` are the words.
"""

from engine.catalog import catalog
from engine.network import Network, cost
from engine.population import Population
from engine.spec import Issue, RunSpec, SpecError

__all__ = ["Issue", "Network", "Population", "RunSpec", "SpecError", "catalog", "cost"]
