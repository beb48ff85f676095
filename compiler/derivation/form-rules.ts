// The rules of named forms: what a teacher takes in one step although it is made of several ops. Forms that are not here are taken op by op.
import { words } from "../words/words.ts";
import { byOperand, chain, powerRule, type Saying } from "./rule.ts";

const { forms, kinks, slopes } = words.rules;
const { shifted } = forms;

const softmax: Saying = { words: forms.softmax.whole, paths: forms.softmax.paths, shifted };
const logSoftmax: Saying = { words: forms.logSoftmax, shifted };

const { queries, keys, values, several } = forms.attention;
const attention: Saying = { words: (_, operands) => (operands.length > 1 ? several : ([queries, keys, values][operands[0] ?? 0] ?? several)) };

const between: Saying = { words: forms.upsampleBetween };

/** By the name of the form. */
export const formRules: ReadonlyMap<string, Saying> = new Map<string, Saying>([
  ["square", { words: powerRule(2) }],
  ["mean", { words: forms.mean }],
  ["variance", { words: forms.variance }],
  ["norm", chain(slopes.norm)],
  ["norm of any vector", chain(slopes.norm, kinks.zero)],
  ["relu", chain("relu′(u) = [u > 0]", "relu′(0) = 0")],
  ["leakyRelu", chain(slopes.leakyRelu, kinks.slope)],
  ["elu", chain(slopes.elu)],
  ["logsigmoid", chain("logsigmoid′(u) = sigmoid(−u)")],
  ["silu", chain(slopes.silu)],
  ["mish", chain(slopes.mish)],
  ["softsign", chain("softsign′(u) = 1/(1 + |u|)²")],
  ["tanhshrink", chain("tanhshrink′(u) = tanh(u)²")],
  ["gelu", chain(slopes.gelu)],
  ["gelu by tanh", chain(slopes.geluByTanh)],
  ["softmax", softmax],
  ["softmax of logSoftmax", softmax],
  ["logSoftmax", logSoftmax],
  ["logSoftmax by sum", logSoftmax],
  ["logSumExp", { ...chain(slopes.logSumExp), shifted }],
  ["element of the class", { words: forms.ofClass, isQuiet: true }],
  ["cross-entropy of classes", { words: forms.classEntropy.whole, paths: forms.classEntropy.paths, shifted }],
  ["cross-entropy of distributions", { words: forms.distributionEntropy.whole, paths: forms.distributionEntropy.paths, shifted }],
  ["standardize", { words: forms.standardize }],
  ["normalisation", { words: (_, [operand]) => (operand === 0 ? forms.normalisation.value : forms.normalisation.affine) }],
  ["attention", attention],
  ["attention of heads", attention],
  ["heads", { words: forms.heads, isQuiet: true }],
  ["heads joined", { words: forms.joined, isQuiet: true }],
  ["convolution", { words: byOperand(forms.convolution) }],
  ["transposed convolution", { words: forms.convTranspose }],
  ["max-pool", { words: forms.maxPool }],
  ["average pool", { words: forms.avgPool }],
  ["upsample between two", between],
  ["upsample between corners", between],
  ["upsample to the nearest", { words: forms.upsample }],
  ["clamp from below", chain(slopes.clamp, kinks.low)],
  ["held above", { words: forms.held }],
]);
