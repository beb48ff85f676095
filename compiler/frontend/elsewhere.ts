// What functions are called in other frameworks, so that a name that does not exist leads to the one that does.
import { plain } from "../../runtime/nearest.ts";

/** The namespaces of the language by name: `nn`, `ops`, `losses`, `optim`. */
export type Language = Readonly<Record<string, unknown>>;

/** Names in PyTorch, Keras, TensorFlow.js and NumPy by what they are called here, in small letters and without underscores. */
export const elsewhere: Readonly<Record<string, readonly string[]>> = {
  "nn.linear": ["dense", "fullyconnected", "fc", "affine", "addmm"],
  "nn.conv2d": ["conv", "convolution", "convolution2d"],
  "nn.conv1d": ["convolution1d"],
  "nn.conv3d": ["convolution3d"],
  "nn.convTranspose1d": ["conv1dtranspose"],
  "nn.convTranspose2d": ["conv2dtranspose", "deconv", "deconvolution", "deconv2d"],
  "nn.convTranspose3d": ["conv3dtranspose"],
  "nn.maxPool1d": ["maxpooling1d"],
  "nn.maxPool2d": ["maxpool", "maxpooling", "maxpooling2d"],
  "nn.maxPool3d": ["maxpooling3d"],
  "nn.avgPool1d": ["averagepooling1d", "averagepool1d"],
  "nn.avgPool2d": ["avgpool", "averagepooling", "averagepooling2d", "averagepool2d"],
  "nn.avgPool3d": ["averagepooling3d", "averagepool3d"],
  "nn.adaptiveAvgPool2d": ["globalaveragepooling2d", "globalavgpool2d"],
  "nn.adaptiveMaxPool2d": ["globalmaxpooling2d", "globalmaxpool2d"],
  "nn.upsample": ["interpolate", "upsampling2d", "upsamplingnearest2d", "upsamplingbilinear2d", "resize"],
  "nn.pixelShuffle": ["depthtospace"],
  "nn.leakyRelu": ["lrelu"],
  "nn.silu": ["swish"],
  "nn.step": ["heaviside"],
  "nn.standardize": ["standardscaler", "normalization"],
  "losses.crossEntropy": ["crossentropyloss", "sparsecategoricalcrossentropy", "categoricalcrossentropy", "softmaxcrossentropy"],
  "losses.mse": ["mseloss", "meansquarederror", "l2loss", "l2"],
  "losses.l1": ["l1loss", "mae", "meanabsoluteerror", "absolutedifference"],
  "losses.bce": ["bceloss", "binarycrossentropy", "logloss"],
  "losses.bceWithLogits": ["bcewithlogitsloss", "sigmoidcrossentropy", "multilabelsoftmargin", "multilabelsoftmarginloss"],
  "losses.kl": ["kldiv", "kldivloss", "kldivergence", "kullbackleiblerdivergence"],
  "losses.multiMargin": ["categoricalhinge", "multihinge"],
  "losses.cosineEmbedding": ["cosinedistance", "cosineproximity"],
  "losses.poissonNll": ["poisson"],
  "ops.add": ["plus"],
  "ops.sub": ["subtract", "minus"],
  "ops.mul": ["multiply", "times"],
  "ops.div": ["divide", "truedivide"],
  "ops.pow": ["power"],
  "ops.neg": ["negative"],
  "ops.abs": ["absolute"],
  "ops.matmul": ["mm", "bmm", "dot", "mv"],
  "ops.concat": ["cat", "concatenate", "hstack", "vstack"],
  "ops.broadcast": ["expand", "expandas", "tile", "broadcastto"],
  "ops.reshape": ["view", "squeeze", "unsqueeze", "expanddims"],
  "ops.transpose": ["t"],
  "ops.compare": ["eq", "ne", "lt", "le", "gt", "ge", "equal", "notequal", "less", "lessequal", "greater", "greaterequal"],
  "ops.clamp": ["clip", "clipbyvalue"],
  "ops.var": ["variance"],
  "ops.sum": ["reducesum"],
  "ops.mean": ["reducemean", "average"],
  "optim.sgd": ["momentum", "nesterov", "gd", "gradientdescent"],
  stopGradient: ["detach", "nograd"],
  constant: ["tensor", "array", "tensor1d", "tensor2d", "scalar", "zeros", "ones", "full"],
  parameter: ["variable"],
};

const scalar = (arrow: string): string => `elementwise((v) => ${arrow})(x)`;

/** What the other entries export, by entry. */
const otherEntries: Readonly<Record<string, readonly string[]>> = {
  "gradc/compiler": ["compile", "interpret", "formulas", "differentiate", "bindings"],
  "gradc/runtime": ["load", "fit", "pack"],
};

/** What to write for functions that have no counterpart here. */
export const written: Readonly<Record<string, string>> = {
  logcosh: "ops.mean(elementwise((p, y) => Math.log(Math.cosh(p - y)))(p, y))",
  embedding: "ops.gather(parameter([words, width]), index)",
  argmin: "ops.argmax(ops.neg(x), { dim: -1 })",
  std: "ops.sqrt(ops.var(x))",
  rsqrt: "ops.pow(x, -0.5)",
  reciprocal: "ops.div(1, x)",
  maskedfill: "ops.where(mask, value, x)",
  ...Object.fromEntries(["tan", "sinh", "cosh", "log2", "log10"].map((name) => [name, scalar(`Math.${name}(v)`)])),
};

/** `key`, and what it is called without the ending of PyTorch's losses. */
const withoutEnding = (key: string): string[] => [key, key.replace(/loss$/, "")];

const names = new Map(Object.entries(elsewhere).flatMap(([name, others]) => others.map((other) => [other, name] as const)));

/** The functions of the namespace `name`, or of that which has the type `name`; undefined where it is none. */
function membersOf(language: Language, name: string): string[] | undefined {
  const key = Object.keys(language).find((each) => each.toLowerCase() === name.toLowerCase());
  const space = key === undefined ? undefined : language[key];
  return typeof space === "object" && space !== null ? Object.keys(space) : undefined;
}

/** The function that is called `member`, capitals apart, of the namespace `space` or else of another. */
function namedIn(language: Language, space: string, member: string): string | undefined {
  const keys = withoutEnding(plain(member));
  const all = [space, ...Object.keys(language)].flatMap((name) => membersOf(language, name)?.map((each) => [name, each] as const) ?? []);
  return all.find(([, each]) => keys.includes(plain(each)))?.join(".");
}

/** The functions of a namespace, where nothing else is known to help. */
export function listed(language: Language, name: string): string | undefined {
  const members = membersOf(language, name);
  return members && `${name} has ${members.join(", ")}`;
}

/**
 * What to write for `object.member`, which does not exist: `nn.linear` for `nn.dense`, `nn.relu(x)` for `x.relu`; else what a namespace has.
 * Undefined where nothing is known.
 * @param language what a definition imports from "gradc"
 */
export function insteadOf(object: string, member: string, language: Language): string | undefined {
  const key = plain(member);
  const found = namedIn(language, object, member) ?? names.get(key);
  const isMember = membersOf(language, object) !== undefined;
  if (found !== undefined) return isMember ? found : `a tensor has no methods: ${found}(x)`;
  const formula = withoutEnding(key).find((each) => Object.hasOwn(written, each));
  if (formula === undefined) return listed(language, object);
  return isMember ? written[formula] : `a tensor has no methods: ${written[formula]}`;
}

/** What to write for `name`, which "gradc" does not export: `nn.linear` for `Linear`, another entry for `compile`. Undefined where nothing is known. */
export function insteadOfExport(name: string, language: Language): string | undefined {
  const [entry] = Object.entries(otherEntries).find(([, exported]) => exported.includes(name)) ?? [];
  if (entry !== undefined) return `import { ${name} } from "${entry}"`;
  const key = plain(name);
  return namedIn(language, "", name) ?? names.get(key) ?? (Object.hasOwn(written, key) ? written[key] : undefined);
}
