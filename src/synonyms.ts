// What options are called elsewhere: in PyTorch, Keras, TensorFlow.js and scikit-learn.
import { nearest, plain } from "../runtime/nearest.ts";

/** Other names of options, and of their values, by the name that they have here, in small letters and without underscores. */
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
  p: ["rate", "dropoutrate", "dropprob"],
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
  xavierUniform: ["glorotuniform", "xavier", "glorot"],
  xavierNormal: ["glorotnormal"],
  kaimingUniform: ["heuniform", "kaiming", "he"],
  kaimingNormal: ["henormal"],
  truncatedNormal: ["truncnormal"],
  eye: ["identity"],
  min: ["low", "lower"],
  max: ["high", "upper"],
};

const names = new Map(Object.entries(synonyms).flatMap(([name, others]) => others.map((other) => [other, name])));

const byPosition = "it is given by position, without a name";
/** What is said of options for the width of the input. */
export const inferred = "the width of the input is inferred: leave it out";

/** What stands here for options of other tools that have no counterpart, in small letters and without underscores. */
const instead: Readonly<Record<string, string>> = {
  activation: "apply it to what the layer gives: nn.relu(nn.linear(x, 5))",
  device: "a module runs where it is loaded: leave it out",
  dtype: "numbers are f32: leave it out",
  inputshape: inferred,
  inputdim: inferred,
  infeatures: inferred,
  inchannels: inferred,
  numfeatures: inferred,
  numchannels: inferred,
  dmodel: inferred,
  embeddim: inferred,
  kdim: inferred,
  vdim: inferred,
  batchfirst: "the batch comes first: leave it out",
  units: byPosition,
  filters: byPosition,
  outfeatures: byPosition,
  outchannels: byPosition,
  kernelsize: byPosition,
  poolsize: byPosition,
  nhead: byPosition,
  numheads: byPosition,
  numgroups: byPosition,
  numembeddings: byPosition,
  embeddingdim: byPosition,
  lr: "the optimizer has it: optim.adam({ lr: 0.01 })",
  learningrate: "the optimizer has it: optim.adam({ lr: 0.01 })",
  momentum: "optim.sgd has it: optim.sgd({ momentum: 0.9 })",
  weightdecay: "the optimizer has it: optim.adamw({ weightDecay: 0.01 })",
  epochs: "fit has it: fit(net, data, { epochs: 10 })",
  seed: "load has it: load(built, { seed: 1 })",
  loss: "the body returns it: return { outputs, loss }",
  metrics: "the body returns them: return { outputs, loss, metrics }",
};

/** What to write in place of an option of another tool; undefined where nothing is known. */
export const insteadOfOption = (name: string): string | undefined => (Object.hasOwn(instead, plain(name)) ? instead[plain(name)] : undefined);

/** The known option that `name` means: one that other frameworks call so, else the nearest; undefined where there is none. */
export function meant(name: string, known: readonly string[]): string | undefined {
  const own = names.get(plain(name));
  if (own !== undefined && known.includes(own)) return own;
  const near = nearest(name, known);
  return near !== undefined && (plain(near) === plain(name) || insteadOfOption(name) === undefined) ? near : undefined;
}
