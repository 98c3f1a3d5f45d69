"""The same training in PyTorch and in scikit-learn: one epoch of mini-batches, eager, one thread, nothing recorded."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Epoch = Callable[[], object]

BATCH = 10
RATE = 0.03


def torch_epoch(hidden: Sequence[int], inputs: Any, labels: Any) -> tuple[str, Epoch] | None:
    """PyTorch in eager mode: Linear and Tanh, BCEWithLogitsLoss, SGD. None where it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    widths = [inputs.shape[1], *hidden]
    layers: list[Any] = []
    for before, after in zip(widths, hidden, strict=False):
        layers += [torch.nn.Linear(before, after), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers, torch.nn.Linear(widths[-1], 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loss = torch.nn.BCEWithLogitsLoss()
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(labels[:, None], dtype=torch.float32)

    def epoch() -> None:
        order = torch.randperm(len(x))
        shuffled_x, shuffled_y = x[order], y[order]
        for start in range(0, len(x), BATCH):
            optimizer.zero_grad()
            loss(model(shuffled_x[start : start + BATCH]), shuffled_y[start : start + BATCH]).backward()
            optimizer.step()

    return f"PyTorch {torch.__version__} eager", epoch


def sklearn_epoch(hidden: Sequence[int], inputs: Any, labels: Any) -> tuple[str, Epoch] | None:
    """scikit-learn's MLPClassifier, one ``partial_fit`` an epoch. None where it is not installed."""
    try:
        import sklearn  # type: ignore[import-untyped, unused-ignore]
        from sklearn.neural_network import MLPClassifier  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    model = MLPClassifier(
        tuple(hidden),
        activation="tanh",
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=0.0,
        nesterovs_momentum=False,
    )
    x = np.asarray(inputs, np.float32)
    model.partial_fit(x, labels, classes=np.unique(labels))
    return f"scikit-learn {sklearn.__version__}", lambda: model.partial_fit(x, labels)


PEERS = {"PyTorch eager": torch_epoch, "scikit-learn": sklearn_epoch}
"""What can be compared with; each gives its full name and an epoch to run, or None."""
