// Linear layers in a row as the one that they are:
//
//   h = x·V + a,  y = h·W + b   =>   y = x·(V·W) + (a·W + b)
import { type Formula, operator, view } from "../formula/tree.ts";
import { readLabels } from "../ir/labels.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { bare } from "./form.ts";

/** A value as x·W + b, of one layer or of several in a row. */
interface Affine {
  readonly x: Node;
  readonly weight: Formula;
  readonly bias: Formula | undefined;
  readonly layers: number;
  /** The letters of the product with x. */
  readonly spec: string;
}

const product = (spec: string, x: Formula, y: Formula): Formula => ({ kind: "contraction", spec, args: [x, y] });

const grouped = (body: Formula): Formula => ({ kind: "group", body });

/** One layer: x·W or x·W + b, W and b parameters. */
function layerOf(node: Node): { readonly x: Node; readonly weight: Node; readonly bias?: Node; readonly spec: string } | undefined {
  if (isOp(node, "add")) {
    const at = node.inputs.findIndex((term) => isOp(bare(term), "parameter"));
    const [bias, rest] = [node.inputs[at], node.inputs[1 - at]];
    const inner = bias && rest && isVector(bias) ? layerOf(rest) : undefined;
    return inner && !inner.bias ? { ...inner, bias: bare(bias as Node) } : undefined;
  }
  if (!isOp(node, "contract")) return undefined;
  const [x, weight] = node.inputs as readonly [Node, Node];
  const labels = readLabels(node.params.spec);
  const isLinear = labels && labels.y.length === 2 && labels.x.at(-1) === labels.y[0] && labels.result === labels.x.slice(0, -1) + labels.y[1];
  return isLinear && isOp(weight, "parameter") ? { x, weight, spec: node.params.spec } : undefined;
}

const isVector = (bias: Node): boolean => bare(bias).shape.length === 1;

function affineOf(node: Node, nameOf: (parameter: Node) => Formula): Affine | undefined {
  const layer = layerOf(node);
  if (!layer) return undefined;
  const { x, spec } = layer;
  const weight = nameOf(layer.weight);
  const own = layer.bias && nameOf(layer.bias);
  const before = affineOf(x, nameOf);
  if (!before) return { x, weight, bias: own, layers: 1, spec };
  const carried = before.bias && product("i,ij->j", before.bias, weight);
  const bias = carried && own ? operator("+", carried, own) : (carried ?? own);
  return { x: before.x, weight: product("ij,jk->ik", before.weight, weight), bias, layers: before.layers + 1, spec: before.spec };
}

/** `node` as one linear layer of what stands before the first of several in a row; undefined where there are no two. */
export function collected(node: Node, nameOf: (parameter: Node) => Formula, formulaOfInput: (x: Node) => Formula): Formula | undefined {
  const affine = affineOf(node, nameOf);
  if (!affine || affine.layers < 2) return undefined;
  const { x, weight, bias, spec } = affine;
  const whole = product(spec, formulaOfInput(x), grouped(weight));
  const last = node.shape.length - 1;
  return bias ? operator("+", whole, view(isSum(bias) ? grouped(bias) : bias, node.shape, [last])) : whole;
}

const isSum = (formula: Formula): boolean => formula.kind === "operator" && formula.op === "+";
