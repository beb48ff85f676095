// The named forms of attention: `attention(q, k, v)` and, of several heads, `multiHead_2(q, k, v)`, with masks after a semicolon and what
// that means below the equation.
import { type Call, call, type Formula, number, operator, transpose, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, constant, either, fill, is, match } from "../rewrite/pattern.ts";
import { bare, type Composition, nothing, reductionOf, softmax } from "./form.ts";

type Product = OpNode<"contract">;

/** How scores are masked: by a condition under which they stay, one under which they go, or by what is added. */
interface Mask {
  readonly node: Node;
  readonly apply: (scores: Formula, mask: Formula) => Formula;
}

const never = Number.NEGATIVE_INFINITY;
const kept = is("where", any("mask"), any("scores"), fill(never));
const left = is("where", any("mask"), fill(never), any("scores"));
const product = any("product");
const divided = is("div", product, any("root"));

const cases = (condition: Formula, value: Formula, otherwise: Formula): Formula => ({ kind: "cases", condition, value, otherwise });

/** The outermost mask of `node`, and the scores below it. */
function maskedBy(node: Node): { readonly mask: Mask; readonly scores: Node } | undefined {
  const [keeps, leaves] = [match(kept, node, nothing), match(left, node, nothing)];
  const added = match(either("add", any("scores"), any("mask")), node, nothing);
  if (keeps) return { scores: keeps.scores, mask: { node: bare(keeps.mask), apply: (s, m) => cases(m, s, number(never)) } };
  if (leaves) return { scores: leaves.scores, mask: { node: bare(leaves.mask), apply: (s, m) => cases(m, number(never), s) } };
  if (!added) return undefined;
  const [scores, mask] = isScores(added.scores) ? [added.scores, added.mask] : [added.mask, added.scores];
  return { scores, mask: { node: bare(mask), apply: (s, m) => operator("+", s, m) } };
}

const isScores = (node: Node): boolean => maskedBy(node) !== undefined || match(divided, node, nothing) !== undefined;

/** `q·kᵀ / √width` below `masks`, the outermost first. */
interface Scores {
  readonly product: Product;
  readonly width: number;
  readonly masks: readonly Mask[];
}

function scoresOf(node: Node, masks: readonly Mask[] = []): Scores | undefined {
  const masked = maskedBy(node);
  if (masked) return scoresOf(masked.scores, [...masks, masked.mask]);
  const bound = match(divided, node, nothing);
  if (!bound || !isOp(bound.product, "contract")) return undefined;
  const { x, summed } = parseLabels(bound.product.params.spec);
  const width = summed.length === 1 ? elementAt(bound.product.inputs, 0).shape[x.indexOf(summed)] : undefined;
  const isRoot = typeof width === "number" && fillOf(bare(bound.root)) === Math.fround(Math.sqrt(width));
  return isRoot ? { product: bound.product, width, masks } : undefined;
}

const dropped = is("where", is("compare", is("random"), constant("p")), any("kept"), fill(0));

/** Weights of which some are dropped, others divided by their share: those before. */
function undropped(weights: Node): Node | undefined {
  const kept = match(dropped, weights, nothing)?.kept;
  return kept && (match(is("div", any("full"), constant("share")), kept, nothing)?.full ?? kept);
}

interface Attention {
  /** q, k, v and the masks. */
  readonly inputs: readonly Node[];
  readonly scores: Scores;
  readonly isDropped: boolean;
}

/** `softmax(q·kᵀ / √width)·v`: the weights are summed over their last axis, that of keys. */
function attentionOf(node: Node): Attention | undefined {
  if (!isOp(node, "contract")) return undefined;
  const [weights, v] = node.inputs as [Node, Node];
  const { x, summed } = parseLabels(node.params.spec);
  const full = undropped(weights);
  const bound = match(softmax, full ?? weights, nothing);
  const last = weights.shape.length - 1;
  if (!bound || summed !== x[last] || String(reductionOf(bound.total).axes) !== String(last)) return undefined;
  const scores = scoresOf(bound.z);
  return scores && { inputs: [...scores.product.inputs, v, ...scores.masks.map((mask) => mask.node)], scores, isDropped: full !== undefined };
}

export function attention(node: Node): Composition | undefined {
  const found = attentionOf(node);
  const meaning = found && meaningOf(found);
  return found && { inputs: found.inputs, build: (args) => ({ kind: "call", name: "attention", args, meaning: meaning as Meaning, leading: 3 }) };
}

/** The value whose last axis is cut in two in `cut`, the first of them `heads`: `[..., width]` as `[..., heads, width / heads]`. */
const isCut = (cut: Node, whole: Node): boolean =>
  sameShape(whole.shape, [...cut.shape.slice(0, -2), Number(cut.shape.at(-2)) * Number(cut.shape.at(-1))]);

/** Whether the axis before the last one of `of` is one of both operands of `product` and of its result. */
function isShared({ params }: Product, of: "x" | "result"): boolean {
  const labels = parseLabels(params.spec);
  const letter = labels[of].at(-2) as string;
  return [labels.x, labels.y, labels.result].every((letters) => letters.includes(letter)) && labels.y.at(-2) === letter;
}

/** Attention of each head on its columns of q, k and v, the heads side by side again: `multiHead_2(q, k, v)`. */
export function multiHead(node: Node): Composition | undefined {
  const joined = isOp(node, "reshape") ? elementAt(node.inputs, 0) : undefined;
  const found = joined && isCut(joined, node) ? attentionOf(joined) : undefined;
  if (!joined || !found || !isShared(joined as Product, "result") || !isShared(found.scores.product, "x")) return undefined;
  const [parts, masks] = [found.inputs.slice(0, 3), found.inputs.slice(3)];
  const heads = joined.shape.at(-2);
  const wholes = parts.flatMap((part) =>
    isOp(part, "reshape") && part.shape.at(-2) === heads && isCut(part, elementAt(part.inputs, 0)) ? part.inputs : [],
  );
  if (wholes.length < parts.length) return undefined;
  const meaning = meaningOf(found, "head");
  return {
    inputs: [...wholes, ...masks],
    build: (args) => ({ kind: "call", name: "multiHead", args, subscript: String(heads), meaning, leading: 3 }),
  };
}

type Meaning = NonNullable<Call["meaning"]>;

/** `softmax((q·kᵀ) / √width)·v`, or that of each `head`. */
function meaningOf({ scores: { width, masks }, isDropped }: Attention, head?: string): Meaning {
  const formal = ["q", "k", "v"].map((name) => variable(name));
  const [q, k, v] = ["q", "k", "v"].map((name) => variable(head === undefined ? name : `${name}_${head}`)) as [Formula, Formula, Formula];
  const dot = (a: Formula, b: Formula): Formula => ({ kind: "contraction", spec: "ik,kj->ij", args: [a, b] });
  const scores = operator("/", dot(q, transpose(k)), call("sqrt", [number(width)]));
  const conditions = masks.map((_, at) => variable(masks.length > 1 ? `m${at + 1}` : "m"));
  const masked = masks.reduceRight((inner, { apply }, at) => apply(inner, elementAt(conditions, at)), scores);
  const weights = call("softmax", [masked]);
  const attended = dot(isDropped ? call("dropout", [weights]) : weights, v);
  return { formal: [...formal, ...conditions], body: head === undefined ? attended : call("concat", [attended], head) };
}
