"""The classic unit: threshold, logic gates, and the rules that taught single units before back-propagation.

>>> from engine.classic import UnitProblem, UnitTraining
>>> training = UnitTraining(UnitProblem.from_dict({"rule": "perceptron", "gate": "and", "learning_rate": 0.5}))
>>> training.step().lines()[0]
'v = Σ w x − μ = 0·(−1) + 0·(−1) − 0 = 0'
>>> training.run().state
'converged'

In the order to read: ``threshold`` is the unit, ``gates`` what it can and cannot compute, ``rules`` how it learns,
``problem`` what it is asked, ``training`` the loop, with ``records`` of every update and ``judging`` how it ends.
"""

from engine.classic.gates import GATES, Gate
from engine.classic.problem import UnitProblem
from engine.classic.rules import RULES, Rule
from engine.classic.threshold import XOR_NETWORKS, ThresholdNetwork, ThresholdUnit
from engine.classic.training import UnitTraining

__all__ = [
    "GATES",
    "RULES",
    "XOR_NETWORKS",
    "Gate",
    "Rule",
    "ThresholdNetwork",
    "ThresholdUnit",
    "UnitProblem",
    "UnitTraining",
]
