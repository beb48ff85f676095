// What a step is called in a picture: the name of its layer, function or operation.
import { forms } from "../../compiler/describe/forms.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { isView, partsOfLoop } from "../../compiler/ops/loops.ts";
import { isOp, opOf } from "../../compiler/ops/table.ts";
import type { Step } from "./steps.ts";

const signs: Readonly<Record<string, string>> = { add: "+", sub: "−", mul: "⊙", div: "÷", neg: "−", where: "choice", gather: "lookup" };

/** Ops that change no value, and so are not worth a word beside others. */
const silent: ReadonlySet<string> = new Set(["reshape", "permute", "broadcast", "cast", "stopGradient", "barrier", "slice", "flip"]);

const callNames: Readonly<Record<string, string>> = { multiHead: "attention", scaledDotProductAttention: "attention" };

/** A word for the step, and whether it says anything where there are others. */
export interface Word {
  readonly text: string;
  readonly isMinor: boolean;
}

export function wordOf(step: Step): Word {
  const { node, formula, parameters, isRandom } = step;
  if (isOp(node, "loop") || isView(node)) return { text: cellOf(node), isMinor: false };
  if (isRandom && formula.kind !== "call") return { text: "dropout", isMinor: false };
  if (isFlattening(node)) return { text: "flatten", isMinor: false };
  if (isOp(node, "gather") && parameters.length > 0) return { text: "embedding", isMinor: false };
  const matrix = parameters.find(({ shape }) => shape.length > 1);
  if (formula.kind === "call")
    return { text: ofCall(formula, matrix?.shape ?? []), isMinor: (silent.has(node.op) && !callNames[formula.name]) || isOp(node, "oneHot") };
  if (formula.kind === "contraction" && matrix) return { text: matrix.shape.length === 2 ? "linear" : "contract", isMinor: false };
  const form = forms.find(({ match }) => match(node))?.name.replace(/ of (classes|distributions)$/, "");
  return { text: form ?? signs[node.op] ?? opOf(node), isMinor: silent.has(node.op) || step.from.length === 1 };
}

const isFlattening = (node: Node): boolean => {
  const [input] = node.inputs;
  return isOp(node, "reshape") && input !== undefined && input.shape.length > 2 && node.shape.length === 2 && node.shape[0] === input.shape[0];
};

/** `conv 3×3, stride 2`, `maxPool 2×2`, `attention, 4 heads`. */
function ofCall(formula: Extract<Formula, { kind: "call" }>, matrix: Shape): string {
  const { name, subscript = "" } = formula;
  if (name === "multiHead") return `attention, ${subscript} heads`;
  if (!name.startsWith("conv")) return [callNames[name] ?? name, ...(subscript === "" ? [] : [subscript])].join(" ");
  const window = matrix.slice(2).join("×");
  const settings = subscript.split(",").filter((setting) => /^(stride|groups|dilation)=/.test(setting));
  return [`${name} ${window}`.trim(), ...settings.map((setting) => setting.replace("=", " "))].join(", ");
}

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
