// The named forms: what a mathematician calls by a name although the graph has no op for it. Adding one is an entry of the table.

import { axisName } from "../formula/axes.ts";
import { call, type Formula, number, operator, sum } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import type { Relation } from "../ops/params.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { choosesShares } from "../passes/rules/choices.ts";
import { any, as, type Bound, either, fill, is, type Pattern } from "../rewrite/pattern.ts";
import { activationForms } from "./activation-forms.ts";
import { attention, multiHead } from "./attention-form.ts";
import { atPlace, sideBySide, stacked } from "./beside-form.ts";
import { cumulative } from "./cumulative-form.ts";
import {
  bare,
  below,
  type Composition,
  expOfShifted,
  type Form,
  form,
  meanOf,
  named,
  namesOf,
  ofRows,
  oneOf,
  overAll,
  overRows,
  reductionOf,
  shifted,
  sumOf,
  varianceOf,
  z,
} from "./form.ts";
import { heads, joined } from "./heads-form.ts";
import { lengthForms } from "./length-forms.ts";
import { normForms } from "./norm-forms.ts";
import { choice, relu, step } from "./relu-forms.ts";
import { shiftedForms } from "./shifted-forms.ts";
import { spatialForms } from "./spatial-forms.ts";
import { mayBeNoNumber, takenAt } from "./taken-form.ts";

function mean(node: Node): Composition | undefined {
  const found = meanOf(node);
  return found && named("mean", found.body, overAll(found));
}

function variance(node: Node): Composition | undefined {
  const found = varianceOf(node);
  return found && { ...named("var", found.body, overAll(found)), nearer: mean(node) };
}

const isStateOf = (node: Node, suffix: string): boolean => {
  const source = bare(node);
  return isOp(source, "state") && source.params.name.endsWith(suffix);
};

/** Whether no other layer has a state of that kind: else a function by its name alone would be two. */
const isOnly = (node: Node): boolean => [...node.graph.declarations.values()].filter(({ name }) => name.endsWith("standardize.mean")).length < 2;

const logSum = is("log", sumOf(expOfShifted));
const weightedRow = <N extends string>(weights: Pattern<N>) => below(is("sum", either("mul", weights, shifted)));

/** Σ z [q ≠ 0]: the class of the one-hot row q. */
const chosenOf = below(is("sum", is("where", as("condition", is("compare", as("q", is("oneHot")), fill(0))), shifted, fill(0))));

/** log Σ exp z - Σ onehot(y) z: the rows of a cross-entropy, both parts shifted alike. One-hot rows add up to 1. */
export const classEntropy = is("sub", logSum, oneOf(weightedRow(as("q", is("oneHot"))), chosenOf));

/** (Σ q) log Σ exp z - Σ q z, for any weights q. */
export const distributionEntropy = is("sub", either("mul", below(is("sum", any("q"))), logSum), weightedRow(any("q")));

/** -Σ q logSoftmax z over the last axis */
function entropy({ z, q, total }: Bound<"z" | "q" | "total">): Composition | undefined {
  if (overRows(z, reductionOf(total).axes) !== undefined) return undefined;
  const axis = z.shape.length - 1;
  const row = (truth: Formula, logits: Formula) => sum([axisName(z.shape, axis)], operator("*", truth, call("logSoftmax", [logits])), [axis]);
  return { inputs: [q, z], build: ([truth, logits]) => operator("neg", row(truth as Formula, logits as Formula)) };
}

const larger = ({ z, low }: Bound<"z" | "low">): Composition => ({ inputs: [z, low], build: (xs) => call("max", xs) });
const lowest = any("low");
/** max(z, low), of values through which no gradient flows */
const held = below(is("maximum", below(z), lowest));
const compares = (condition: Node, relation: Relation): boolean => (condition as OpNode<"compare">).params.relation === relation;

const lengthOf = <N extends string>(x: N) => is("sqrt", either("add", below(is("sum", is("mul", any(x), any(x)))), fill(Math.fround(1e-12))));

/** What is largest where x is smallest: −x, of whole numbers −1 − x, which has no overflow. */
const opposite = oneOf(is("neg", any("x")), is("sub", fill(-1), any("x")));

const square = (x: Node): Composition => ({ inputs: [x], build: ([base]) => operator("^", base as Formula, number(2)) });

/** Every named form. The first that matches is printed, so that the larger ones stand above their parts. */
export const forms: readonly Form[] = [
  // (x - mean)/deviation with the states of nn.standardize
  form("standardize", is("div", is("sub", any("x"), any("mean")), any("deviation")), ({ x, mean, deviation }) =>
    isStateOf(mean, "standardize.mean") && isStateOf(deviation, "standardize.deviation") && isOnly(mean) ? named("standardize", x) : undefined,
  ),
  ...normForms,
  { name: "attention of heads", match: multiHead },
  { name: "attention", match: attention },
  { name: "heads", match: heads },
  { name: "heads joined", match: joined },
  ...spatialForms,
  { name: "variance", match: variance },
  { name: "mean", match: mean },
  // Σ onehot(y) x, to which what stands at other classes adds nothing, whatever it is
  form("element of the class", is("where", as("condition", is("compare", as("q", is("oneHot")), fill(0))), z, fill(0)), ({ q, condition, z: x }) =>
    compares(condition, "ne") ? { inputs: [q, x], build: ([truth, value]) => operator("*", truth as Formula, value as Formula) } : undefined,
  ),
  form("cross-entropy of classes", classEntropy, entropy),
  form("cross-entropy of distributions", distributionEntropy, entropy),
  // exp(logSoftmax z)
  form("softmax of logSoftmax", is("exp", is("sub", shifted, below(is("log", sumOf(expOfShifted))))), ({ z, total }) => ofRows("softmax", z, total)),
  // (z - max z) - log Σ exp(z - max z), or z - log Σ exp(z)
  form("logSoftmax", is("sub", shifted, below(is("log", sumOf(expOfShifted)))), ({ z, total }) => ofRows("logSoftmax", z, total)),
  form("logSoftmax by sum", is("sub", z, below(is("log", sumOf(is("exp", z))))), ({ z, total }) => ofRows("logSoftmax", z, total)),
  ...shiftedForms,
  ...lengthForms,
  { name: "sums and products so far", match: cumulative },
  { name: "parts side by side", match: sideBySide },
  { name: "values stacked", match: stacked },
  { name: "value at a place", match: atPlace },
  { name: "values at places", match: takenAt },
  form("cosine", is("div", below(is("sum", is("mul", any("a"), any("b")))), is("mul", lengthOf("a"), lengthOf("b"))), ({ a, b }) => ({
    inputs: [a, b],
    build: (xs) => call("cosineSimilarity", xs),
  })),
  // with slope 1 on the bounds, as ops.clamp makes them
  form(
    "clamp",
    is(
      "where",
      as("condition", is("compare", z, lowest)),
      is("where", as("under", is("compare", z, any("high"))), z, any("outside")),
      as("outside", below(is("minimum", held, any("high")))),
    ),
    ({ z, low, high, condition, under }) =>
      compares(condition, "ge") && compares(under, "le")
        ? { inputs: [z, low, high], build: ([x, least, most]) => call("min", [call("max", [x as Formula, least as Formula]), most as Formula]) }
        : undefined,
  ),
  form(
    "clamp from above",
    is("where", as("condition", is("compare", z, any("high"))), z, below(is("minimum", below(z), any("high")))),
    ({ z, high, condition }) => (compares(condition, "le") ? { inputs: [z, high], build: (xs) => call("min", xs) } : undefined),
  ),
  form("clamp from below", is("where", as("condition", is("compare", z, lowest)), z, held), (bound) =>
    compares(bound.condition, "ge") ? larger(bound) : undefined,
  ),
  // with slope 1 everywhere, as losses.gaussianNll makes it
  form("held above", is("where", as("condition", is("compare", z, lowest)), either("add", is("sub", z, below(z)), held), z), (bound) =>
    compares(bound.condition, "lt") ? larger(bound) : undefined,
  ),
  ...activationForms,
  form("relu", choice, relu),
  step,
  // of a row in which nothing takes part no share is a number, and no element where there is no such place
  form("shares that take part", is("where", any("c"), any("x"), fill(0)), ({ c, x }, node) =>
    choosesShares(node) || mayBeNoNumber(x)
      ? {
          inputs: [c, x],
          build: ([condition, value]) => ({
            kind: "cases",
            condition: condition as Formula,
            value: value as Formula,
            otherwise: number(0),
            isWhole: true,
          }),
        }
      : undefined,
  ),
  form("argmin", is("argmax", opposite), ({ x }, node) => named("argmin", x, namesOf(x, [(node as OpNode<"argmax">).params.axis]))),
  form("min", is("neg", is("max", opposite)), ({ x }, node) => {
    const { axes } = (node.inputs[0] as OpNode<"max">).params;
    return x.dtype === "f32" ? named("min", x, namesOf(x, axes)) : undefined;
  }),
  form(
    "is the smallest",
    is("compare", is("neg", any("x")), as("repeated", is("broadcast", as("largest", is("max", is("neg", any("x"))))))),
    ({ x, repeated, largest }, node) => {
      const least = build.broadcast(build.neg(largest), x.shape, (repeated as OpNode<"broadcast">).params.axes);
      return compares(node, "eq") ? { inputs: [x, least], build: (xs) => operator("=", ...xs) } : undefined;
    },
  ),
  form("square", is("mul", any("x"), any("x")), ({ x }) => square(x)),
];

/** The named forms of `node`, the one that is printed first, each with its own name. */
export function* formsOf(node: Node): Generator<Composition & Pick<Form, "name">> {
  for (const { name, match } of forms) {
    const step = match(node);
    if (step) yield { ...step, name };
  }
}

/** The named form of `node`, if it has one. */
export const formOf = (node: Node): Composition | undefined => formsOf(node).next().value ?? undefined;
