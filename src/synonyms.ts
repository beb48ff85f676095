// What options are called elsewhere: in PyTorch, Keras, TensorFlow.js and scikit-learn.
import { nearest, plain } from "../runtime/nearest.ts";

/** Other names by the name that they have here, in small letters and without underscores. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  lr: ["learningrate", "stepsize", "eta"],
  batch: ["batchsize", "minibatch"],
  epochs: ["numepochs", "nepochs", "maxepochs", "maxiter", "iterations"],
  validation: ["validationsplit", "valsplit", "validationdata", "testsize"],
  seed: ["randomstate", "randomseed", "manualseed"],
  optimizer: ["opt", "optim"],
  data: ["dataset", "csv", "table", "file"],
  target: ["label", "labels", "targetcolumn"],
  out: ["outdir", "output", "outputdir", "savedir"],
  resume: ["continue"],
  onEpoch: ["callbacks", "onepochend", "verbose"],
  onStep: ["onbatchend", "onstepend"],
  weightDecay: ["decay", "l2", "wd"],
  betas: ["beta1", "beta2"],
  eps: ["epsilon"],
  momentum: ["beta"],
  clip: ["gradclip", "clipnorm", "clipvalue", "maxnorm", "gradientclipping"],
  freeze: ["frozen", "nontrainable"],
  wrt: ["withrespectto"],
  bias: ["usebias", "hasbias"],
  init: ["initializer", "kernelinitializer", "weightinit", "weightinitializer"],
  dim: ["axis", "axes", "dims"],
  keepDim: ["keepdims"],
  stride: ["strides"],
  dilation: ["dilationrate"],
  labelSmoothing: ["smoothing"],
  weight: ["classweight", "classweights", "weights"],
  ignoreIndex: ["ignore", "ignorelabel"],
  reduction: ["reduce", "sizeaverage", "aggregate"],
  correction: ["unbiased", "ddof"],
  min: ["low", "lower"],
  max: ["high", "upper"],
};

const names = new Map(Object.entries(synonyms).flatMap(([name, others]) => others.map((other) => [other, name])));

/** The known option that `name` means: one that other frameworks call so, else the nearest; undefined where there is none. */
export function meant(name: string, known: readonly string[]): string | undefined {
  const own = names.get(plain(name));
  return own !== undefined && known.includes(own) ? own : nearest(name, known);
}
