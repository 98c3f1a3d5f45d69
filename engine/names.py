"""The names that may be chosen."""

ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "sine", "softmax")
LOSSES = ("squared_error", "cross_entropy")
OPTIMIZERS = ("sgd",)
REGULARIZERS = ("none", "l1", "l2")
INITIALIZERS = ("uniform", "normal", "glorot_uniform", "he_normal", "constant")
