/** The setup that tests begin with, in the server's full form. */

export const dense = (units, activation = "tanh") => ({ kind: "dense", units, activation });

/** @param {...number} units of the hidden layers */
export const usualSpec = (...units) => ({
  version: 1,
  dataset: { kind: "circle", samples: 500, noise: 0, train_fraction: 0.5, seed: 1 },
  features: ["x1", "x2"],
  layers: units.map((count) => dense(count)),
  output: { activation: "sigmoid" },
  loss: "cross_entropy",
  optimizer: { kind: "sgd", learning_rate: 0.03 },
  regularizer: { kind: "none", rate: 0 },
  initializer: { kind: "glorot_uniform", scale: 1, bias: 0 },
  batch_size: 10,
  shuffle: true,
  seed: 7,
  dtype: "float32",
});
