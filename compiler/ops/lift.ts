// How an op looks with one more axis in front: what a step of a loop computes, for all of its steps at once.
//
//   tanh(x_t)  =>  tanh(X)          x_t·W  =>  X·W, "tbi,ij->tbj"          sum(x_t, [1])  =>  sum(X, [2])
import { elementAt } from "../ir/element.ts";
import { make } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import * as build from "./build.ts";
import { parseLabels } from "./contraction.ts";
import { fromScalars } from "./elementwise.ts";
import { isOp, type OpName, type OpNode, opOf } from "./table.ts";

/** The steps of a loop, and values of its body at all of them. */
export interface AllSteps {
  readonly steps: number;
  /** Whether a value is another one in each step. */
  varies(value: Node): boolean;
  /** `value` at all steps, [steps, ...]. */
  all(value: Node): Node;
}

type Lift<K extends OpName> = (node: OpNode<K>, over: AllSteps) => Node;

const letters = "abcdefghijklmnopqrstuvwxyz";

/** A letter that a contraction has not. */
export const freeLetter = (spec: string): string | undefined => [...letters].find((letter) => !spec.includes(letter));

const behind = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1);

const first = <K extends OpName>({ inputs }: OpNode<K>, { all }: AllSteps): Node => all(elementAt(inputs, 0));

const elementwise = ({ op, inputs, params }: Node, { all }: AllSteps): Node => make(op, inputs.map(all), params);

/** Factors that are the same in all steps stay as they are. */
function product({ params: { spec }, inputs: [x, y] }: OpNode<"contract">, { varies, all }: AllSteps): Node {
  const step = freeLetter(spec);
  const labels = parseLabels(spec);
  const word = (value: Node, own: string) => (varies(value) ? `${step}${own}` : own);
  const factor = (value: Node) => (varies(value) ? all(value) : value);
  const [left, right] = [x as Node, y as Node];
  return build.contract(factor(left), factor(right), `${word(left, labels.x)},${word(right, labels.y)}->${step}${labels.result}`);
}

const table: { readonly [K in OpName]: Lift<K> | null } = {
  // The same in all steps, or a leaf of what a step computes.
  ...{ input: null, parameter: null, state: null, constant: null, iota: null, size: null, training: null, slot: null },
  // Random numbers are drawn by the number of the step; a loop in a loop is run in each; the others wait for the last differentiation.
  ...{ random: null, loop: null, stack: null, last: null, recompute: null, barrier: null, withGradient: null },
  // Rows of all steps would be added to the same result.
  scatterAdd: null,
  ...fromScalars(() => elementwise),
  ...{ compare: elementwise, where: elementwise, cast: elementwise, stopGradient: elementwise, oneHot: elementwise },
  contract: product,
  sum: (node, over) => build.sum(first(node, over), behind(node.params.axes)),
  max: (node, over) => build.max(first(node, over), behind(node.params.axes), node.params.ties),
  argmax: (node, over) => build.argmax(first(node, over), node.params.axis + 1),
  reshape: (node, over) => build.reshape(first(node, over), [over.steps, ...node.shape]),
  permute: (node, over) => build.permute(first(node, over), [0, ...behind(node.params.order)]),
  broadcast: (node, over) => build.broadcast(first(node, over), [over.steps, ...node.shape], [0, ...behind(node.params.axes)]),
  slice: (node, over) => build.slice(first(node, over), [0, ...node.params.start], [over.steps, ...node.shape]),
  pad: (node, over) => build.pad(first(node, over), [0, ...node.params.low], [0, ...node.params.high], node.params.value),
  flip: (node, over) => build.flip(first(node, over), behind(node.params.axes)),
  concat: ({ inputs, params }, { all }) => build.concat(inputs.map(all), params.axis + 1),
  window: (node, over) => make("window", [first(node, over)], { ...node.params, axis: node.params.axis + 1 }),
  fold: (node, over) => make("fold", [first(node, over)], { ...node.params, axis: node.params.axis + 1 }),
  gather: ({ inputs: [x, index] }, { all }) => build.gather(x as Node, all(index as Node)),
};

/** Whether `lifted` gives a node for `node`. */
export function canLift(node: Node, varies: AllSteps["varies"]): boolean {
  if (table[opOf(node)] === null) return false;
  if (isOp(node, "gather")) return !varies(elementAt(node.inputs, 0));
  return !isOp(node, "contract") || freeLetter(node.params.spec) !== undefined;
}

/** What `node`, for which `canLift` holds, is at all steps. */
export const lifted = (node: Node, over: AllSteps): Node => (table[opOf(node)] as Lift<OpName>)(node as OpNode<OpName>, over);
