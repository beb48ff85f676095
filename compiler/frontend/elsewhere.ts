// What functions are called in other frameworks, so that a name that does not exist leads to the one that does.

/** The namespaces of the language by name: `nn`, `ops`, `losses`, `optim`. */
export type Language = Readonly<Record<string, unknown>>;

/** Names in PyTorch, Keras, TensorFlow.js and NumPy by what they are called here, in small letters and without underscores. */
export const elsewhere: Readonly<Record<string, readonly string[]>> = {
  "nn.linear": ["dense", "fullyconnected", "fc", "affine", "addmm"],
  "nn.conv2d": ["conv", "convolution", "convolution2d"],
  "nn.maxPool2d": ["maxpool", "maxpooling", "maxpooling2d"],
  "nn.standardize": ["standardscaler", "normalization"],
  "losses.crossEntropy": ["crossentropyloss", "sparsecategoricalcrossentropy", "categoricalcrossentropy", "softmaxcrossentropy"],
  "losses.mse": ["mseloss", "meansquarederror", "l2loss", "l2"],
  "losses.l1": ["l1loss", "mae", "meanabsoluteerror", "absolutedifference"],
  "losses.bce": ["bceloss", "binarycrossentropy", "logloss"],
  "losses.bceWithLogits": ["bcewithlogitsloss", "sigmoidcrossentropy"],
  "ops.add": ["plus"],
  "ops.sub": ["subtract", "minus"],
  "ops.mul": ["multiply", "times"],
  "ops.div": ["divide", "truedivide"],
  "ops.pow": ["power"],
  "ops.neg": ["negative"],
  "ops.abs": ["absolute"],
  "ops.matmul": ["mm", "bmm", "dot", "mv"],
  "ops.concat": ["cat", "concatenate", "hstack", "vstack"],
  "ops.reshape": ["view", "squeeze", "unsqueeze", "expanddims"],
  "ops.transpose": ["t"],
  "ops.compare": ["eq", "ne", "lt", "le", "gt", "ge", "equal", "notequal", "less", "lessequal", "greater", "greaterequal"],
  "ops.clamp": ["clip", "clipbyvalue"],
  "ops.var": ["variance"],
  "ops.sum": ["reducesum"],
  "ops.mean": ["reducemean", "average"],
  stopGradient: ["detach", "nograd"],
  constant: ["tensor", "array", "tensor1d", "tensor2d", "scalar"],
  parameter: ["variable"],
};

const plain = (name: string): string => name.toLowerCase().replaceAll("_", "");

const names = new Map(Object.entries(elsewhere).flatMap(([name, others]) => others.map((other) => [other, name] as const)));

/** The functions of the namespace `name`; undefined where it is none. */
function membersOf(language: Language, name: string): string[] | undefined {
  const space = Object.hasOwn(language, name) ? language[name] : undefined;
  return typeof space === "object" && space !== null ? Object.keys(space) : undefined;
}

/** The function that is called `member`, capitals apart, of the namespace `space` or else of another. */
function namedIn(language: Language, space: string, member: string): string | undefined {
  const all = [space, ...Object.keys(language)].flatMap((name) => membersOf(language, name)?.map((each) => [name, each] as const) ?? []);
  return all.find(([, each]) => plain(each) === plain(member))?.join(".");
}

/**
 * What to write for `object.member`, which does not exist: `nn.linear` for `nn.dense`, `nn.relu(x)` for `x.relu`. Undefined where nothing is known.
 * @param language what a definition imports from "gradc"
 */
export function insteadOf(object: string, member: string, language: Language): string | undefined {
  const found = namedIn(language, object, member) ?? names.get(plain(member));
  if (found === undefined) return undefined;
  return membersOf(language, object) ? found : `a tensor has no methods: ${found}(x)`;
}
