// What is said where there is no gradient, or no single number to take it of.
import { GradcError } from "../../runtime/error.ts";
import type { Node, Position } from "../ir/node.ts";
import { formatType } from "../ir/type.ts";
import { enumerate } from "./definitions.ts";
import { describe, detailed, formatPosition, placeOf } from "./places.ts";

/** Something that is not one f32 number, where one is needed: what is differentiated, or the parts of a metric. */
export function nonScalarLoss(y: Node, what = describe(y)): GradcError {
  return new GradcError("non-scalar-loss", `Cannot use ${what} as a single number\n  got       ${formatType(y)}\n  expected  f32[]`, {
    at: placeOf(y),
    help: y.dtype === "f32" ? "take its mean or sum first" : undefined,
  });
}

/** A gradient with respect to something that the result does not depend on smoothly. */
export function noGradient(x: Node): GradcError {
  return new GradcError(
    "no-gradient",
    `Cannot differentiate with respect to ${describe(x)}: the result does not depend on it in a way that has a gradient`,
    {
      at: placeOf(x),
      help: x.dtype === "f32" ? undefined : "what has no fractions has no slope",
    },
  );
}

/** Parameters that the gradient of a loss does not reach: those that it does not use, and those cut off from it by some ops. */
interface Unreached {
  readonly unused: readonly Node[];
  readonly cutOff: readonly Node[];
  readonly cuts: readonly Node[];
}

const steps = "its slope is 0 everywhere: compute the loss from the value before it";
const wholes = "what has no fractions has no slope: compute the loss from the f32 value";

const same = "a value over itself, as a softmax of one element is, is 1, and less itself 0: for one score take nn.sigmoid, or losses.bceWithLogits";

const constant = "it is the same whatever the parameters are, as sin(x)^2 + cos(x)^2 is, or a softmax summed up: compute the loss from what changes";

const cutHelps: Readonly<Record<string, string>> = {
  cast: wholes,
  add: constant,
  sum: constant,
  minimum: constant,
  maximum: constant,
  where: "a branch that is never taken, or bounds that leave one number, leave nothing of the gradient",
  div: same,
  sub: same,
  compare: "a comparison has no slope: compute the loss from the numbers that it compares",
  argmax: "an index has no slope: compute the loss from the scores, as losses.crossEntropy does",
  stopGradient: "compute the loss from the value itself, without stopGradient",
};

const cutHelp = ({ op, graph }: Node): string =>
  cutHelps[op] ?? (graph.rules.ops[op]?.gradient === null ? steps : "a factor of 0, or a branch that is never taken, leaves nothing of the gradient");

const opsOf = (cuts: readonly Node[]): string => [...new Set(cuts.map(({ op }) => `"${op}"`))].join(", ");

const namesOf = (parameters: readonly Node[]): string => enumerate(parameters.map(describe));

/** A gradient of the user's that does not fit its function. */
export const ownGradient = (problem: string, help: string): GradcError =>
  new GradcError("own-gradient", `Cannot apply "withGradient": ${problem}`, { help });

/** Gradients cannot be accumulated where `node` takes rows together in another way than by sums of a few numbers, to which the rows of a call are added. */
export function cannotAccumulate(model: string, node: Node): GradcError {
  return new GradcError(
    "loss-not-of-sums",
    `Cannot accumulate gradients of "${model}": its loss is more than a function of sums over rows\n  got  ${describe(node)}`,
    {
      at: placeOf(node),
      help: "take a mean or a sum of one number for each row, or of at most 16, or compile with a larger batch",
    },
  );
}

/** An optimizer was asked for that has nothing to change; `frozen` are the parameters that it may not change. */
export function trainsNothing(model: string, game: string | undefined, { unused, cutOff, cuts }: Unreached, frozen: readonly Node[]): GradcError {
  const unreached = cutOff.length + unused.length;
  const groups: readonly [string, readonly Node[], string][] = [
    ["cut off", cutOff, `, by ${opsOf(cuts)}`],
    ["unused", unused, ""],
    ["frozen", frozen, ""],
  ];
  const lines = groups.filter(([, nodes]) => nodes.length > 0).map(([title, nodes, more]) => `\n  ${title.padEnd(7)}  ${namesOf(nodes)}${more}`);
  const problem =
    lines.length === 0
      ? "it has no parameters"
      : unreached > 0
        ? "the gradient of its loss reaches no parameter"
        : "all of its parameters are frozen";
  const [place] = [...cuts, ...unused].flatMap((node) => placeOf(node) ?? []);
  const what = game === undefined ? `"${model}"` : `"${model}" by the game "${game}"`;
  return new GradcError("no-gradient", `Cannot train ${what}: ${problem}${lines.join("")}`, {
    at: place,
    help: trainingHelp(cuts, unused, frozen),
  });
}

function trainingHelp([cut]: readonly Node[], unused: readonly Node[], frozen: readonly Node[]): string {
  if (cut) return cutHelp(cut);
  if (unused.length > 0) return "compute the loss from what the parameters give";
  const other = "or compile without an optimizer";
  return frozen.length > 0
    ? `leave a parameter out of "freeze", declare it trainable, ${other}`
    : `apply a layer such as nn.linear in the body, ${other}`;
}

/** The warning of a module that is compiled without the step that `error` says could train nothing; which parameters it is about are other warnings. */
export const withoutStep = ({ message }: GradcError): string => `${message.slice(0, message.indexOf("\n"))}: there is no step`;

/** The warning about parameters that values without a gradient keep from the loss; a step leaves them as they are. */
export function cutOffBy(cuts: readonly Node[], cutOff: readonly Node[]): string {
  const [cut] = cuts as readonly [Node, ...Node[]];
  const ends = `the gradient of the loss ends at ${opsOf(cuts)}, before ${namesOf(cutOff)}: not trained`;
  return detailed(ends, { at: placeOf(cut), help: cutHelp(cut) });
}

/** The warning about parameters that the loss does not depend on; a step leaves them as they are. */
export function notUsed(unused: readonly Node[]): string {
  const [first] = unused as readonly [Node, ...Node[]];
  return detailed(`the loss does not use ${namesOf(unused)}: not trained`, { at: placeOf(first) });
}

/** The warning about an input that is declared, at the position of its model, and not used. */
export const nothingReads = (input: string, position: Position | undefined): string =>
  detailed(`nothing reads the input "${input}": no call needs it`, { at: position && formatPosition(position) });

/** The warning about parameters of a model with games that none of them trains. */
export const inNoGame = (parameters: readonly Node[]): string => `no game trains ${namesOf(parameters)}`;

/** Something that needs a loss was asked of a model without one. */
export function missingLoss(model: string, wanted: string): GradcError {
  return new GradcError("missing-loss", `Cannot build ${wanted} of "${model}": its body returns no loss`, {
    help: "return { outputs, loss } from the body",
  });
}

/** Where a scalar function is lost. */
export interface Overflow {
  /** `value`, or `slope` by one of the arguments. */
  readonly what: string;
  /** NaN or infinite. */
  readonly result: number;
  /** `v = 100`. */
  readonly at: string;
  /** The part that is not finite first, and what it is. */
  readonly part: string;
  readonly is: number;
}

/** The warning about a scalar function that f32 loses although its value is within f32. */
export function overflowing(source: string, { what, result, at, part, is }: Overflow, node: Node): string {
  const cause = Object.is(result, is) && what === "value" ? `${part} is ${is} in f32` : `${part} is ${is} there in f32`;
  return detailed(`the ${what} of "${source}" is ${result} at ${at}: ${cause}`, {
    at: placeOf(node),
    help: "keep that part finite there, or in a choice: of c ? a : b only the branch that is taken counts",
  });
}

/** A choice that does not keep what is behind it from the gradient. */
export interface EndedChoice {
  readonly choice: Node;
  /** Where the mask ends. */
  readonly end: Node;
  /** What is not finite everywhere. */
  readonly part: Node;
}

/** The warning about a choice that cannot keep NaN and infinity of its branches from the gradient. */
export function endedChoice({ choice, end, part }: EndedChoice): string {
  const [place] = [choice, end, part].flatMap((node) => placeOf(node) ?? []);
  const example = ["div", "pow"].includes(part.op) ? `ops.${part.op}(x, ops.where(c, y, 1))` : `ops.${part.op}(ops.where(c, x, 1))`;
  const text = `a choice does not keep NaN and infinity of ${describe(part)} from the gradient: ${describe(end)} lies between, which mixes elements`;
  return detailed(text, { at: place, help: `choose what it is given: ${example}` });
}

/** The warning about an index that is computed when the module runs, so that every use of it is guarded. */
export function guardedIndex(node: Node, extent: number): string {
  const outside: Readonly<Record<string, string>> = { gather: "gives NaN", oneHot: "gives a row of zeros", scatterAdd: "adds nothing" };
  return detailed(`the index of ${describe(node)} is computed: outside [0, ${extent}) it ${outside[node.op] ?? "is ignored"}`, { at: placeOf(node) });
}
