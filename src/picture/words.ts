// What a step is called in a picture: the name of its layer, function or operation.
import { forms } from "../../compiler/describe/forms.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { isView, partsOfLoop } from "../../compiler/ops/loops.ts";
import { isOp, opOf } from "../../compiler/ops/table.ts";
import { words } from "../../compiler/words/words.ts";
import type { Step } from "./steps.ts";

const signs: Readonly<Record<string, string>> = { add: "+", sub: "−", mul: "⊙", div: "÷", neg: "−", where: "choice", gather: "lookup" };

/** Ops that change no value, and so are not worth a word beside others. */
const silent: ReadonlySet<string> = new Set(["reshape", "permute", "broadcast", "cast", "stopGradient", "barrier", "slice", "flip"]);

const callNames: Readonly<Record<string, string>> = { multiHead: "attention", scaledDotProductAttention: "attention" };

/** What a step is, in a word, and whether that says anything where there are others. */
export interface Word {
  /** The name of a function, an op or a form, or one of those of the table of words. */
  readonly id: string;
  readonly text: string;
  readonly isMinor: boolean;
}

const word = (id: string, isMinor = false, text = words.picture.steps[id] ?? id): Word => ({ id, text, isMinor });

export function wordOf(step: Step): Word {
  const { node, formula, parameters, isRandom } = step;
  if (isOp(node, "loop") || isView(node)) return word(cellOf(node));
  if (isRandom && formula.kind !== "call") return word("dropout");
  if (isFlattening(node)) return word("flatten");
  if (isOp(node, "gather") && parameters.length > 0) return word("embedding");
  const matrix = parameters.find(({ shape }) => shape.length > 1);
  if (formula.kind === "call") {
    const known = callNames[formula.name];
    return word(known ?? formula.name, (silent.has(node.op) && !known) || isOp(node, "oneHot"), ofCall(formula, matrix?.shape ?? []));
  }
  if (formula.kind === "contraction" && matrix) return word(matrix.shape.length === 2 ? "linear" : "contract");
  const form = forms.find(({ match }) => match(node))?.name;
  return word(form ?? signs[node.op] ?? opOf(node), silent.has(node.op) || step.from.length === 1);
}

const isFlattening = (node: Node): boolean => {
  const [input] = node.inputs;
  return isOp(node, "reshape") && input !== undefined && input.shape.length > 2 && node.shape.length === 2 && node.shape[0] === input.shape[0];
};

/** `conv 3×3, stride 2`, `maxPool 2×2`, `attention, 4 heads`. */
function ofCall({ name, subscript = "" }: Extract<Formula, { kind: "call" }>, matrix: Shape): string {
  const { steps, settings, heads } = words.picture;
  if (name === "multiHead") return heads(subscript);
  const called = callNames[name] ?? name;
  if (!name.startsWith("conv")) return [steps[called] ?? called, ...(isAxes(subscript) ? [] : [subscript])].join(" ");
  const window = matrix.slice(2).join("×");
  const said = subscript.split(",").flatMap((setting) => {
    const [own = "", value] = setting.split("=");
    return settings[own] === undefined ? [] : [`${settings[own]} ${value}`];
  });
  return [`${name} ${window}`.trim(), ...said].join(", ");
}

/** Letters of axes, which only a formula needs. */
const isAxes = (subscript: string): boolean => /^[a-z,]*$/.test(subscript);

/** The usual cells by how many of their gates are sigmoids and how many tanh, where a layer of recurrences made them. */
const cells: Readonly<Record<string, string>> = { "3 2": "lstm", "2 1": "gru", "0 1": "rnn", "0 0": "rnn" };

function cellOf(node: Node): string {
  const loop = isOp(node, "loop") ? node : node.inputs[0];
  if (!loop || !isOp(loop, "loop")) return "loop";
  const inside = withBodies(partsOfLoop(loop).next);
  if (!inside.some((part) => isOp(part, "parameter") && /(^|\.)weight_hh_/.test(part.params.name))) return "loop";
  const counted = (op: string) => inside.filter((part) => part.op === op && part.loops.length > 0).length;
  return cells[`${counted("sigmoid")} ${counted("tanh")}`] ?? "loop";
}
