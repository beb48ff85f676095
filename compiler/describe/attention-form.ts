// The named forms of attention: `attention(q, k, v)` and, of several heads, `multiHead_2(q, k, v)`, with masks after a semicolon and what
// that means below the equation.
import { letterOf } from "../formula/axes.ts";
import { productForm } from "../formula/contraction.ts";
import { type Call, call, type Formula, number, operator, transpose, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, constant, either, fill, is, match } from "../rewrite/pattern.ts";
import { bare, type Composition, nothing, reductionOf, softmax } from "./form.ts";

type Product = OpNode<"contract">;

/** How scores are masked: by a condition under which they stay, one under which they go, or by what is added. */
interface Mask {
  readonly node: Node;
  readonly apply: (scores: Formula, mask: Formula) => Formula;
  /** The letters of its axes among those of the scores, where they are not the last ones. */
  readonly along?: string | undefined;
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
  if (keeps) return { scores: keeps.scores, mask: { ...maskOf(keeps.mask), apply: (s, m) => cases(m, s, number(never)) } };
  if (leaves) return { scores: leaves.scores, mask: { ...maskOf(leaves.mask), apply: (s, m) => cases(m, number(never), s) } };
  if (!added) return undefined;
  const [scores, mask] = isScores(added.scores) ? [added.scores, added.mask] : [added.mask, added.scores];
  return { scores, mask: { ...maskOf(mask), apply: (s, m) => operator("+", s, m) } };
}

/** What a mask repeats, and along which axes that lies. */
function maskOf(mask: Node): Pick<Mask, "node" | "along"> {
  const node = bare(mask);
  const { length } = mask.shape;
  if (!isOp(mask, "broadcast")) return { node };
  const { axes } = mask.params;
  const along = axes.filter((_, from) => elementAt(mask.inputs, 0).shape[from] !== 1);
  const isLast = along.every((axis, at) => axis === length - along.length + at);
  return isLast ? { node } : { node, along: along.map(letterOf).join("") };
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

/** How weights are dropped: those that stay by a condition, and what they are divided by. */
interface Drop {
  readonly stays: Node;
  readonly share?: number | undefined;
}

const dropped = is("where", as("stays", is("compare", is("random"), constant("p"))), any("kept"), fill(0));

/** Weights of which some are dropped, others divided by their share: those before, and how. */
function undropped(weights: Node): { readonly full: Node; readonly drop?: Drop } {
  const bound = match(dropped, weights, nothing);
  if (!bound) return { full: weights };
  const divided = match(is("div", any("full"), constant("share")), bound.kept, nothing);
  return { full: divided?.full ?? bound.kept, drop: { stays: bound.stays, share: divided && fillOf(divided.share) } };
}

interface Attention {
  /** q, k, v, the masks, and which weights stay. */
  readonly inputs: readonly Node[];
  readonly scores: Scores;
  readonly drop?: Drop | undefined;
}

/** What a value is weighed by in an attention without a name, and the scores that this is the softmax of. */
export function weightsIn(node: Node): { readonly weights: Node; readonly scores: Node } | undefined {
  if (!isOp(node, "contract") || !attentionOf(node)) return undefined;
  const { full } = undropped(elementAt(node.inputs, 0));
  const scores = match(softmax, full, nothing)?.z;
  return scores && { weights: full, scores };
}

/** `softmax(q·kᵀ / √width)·v`: the weights are summed over their last axis, that of keys. */
function attentionOf(node: Node): Attention | undefined {
  if (!isOp(node, "contract")) return undefined;
  const [weights, v] = node.inputs as [Node, Node];
  const { x, summed } = parseLabels(node.params.spec);
  const { full, drop } = undropped(weights);
  const bound = match(softmax, full, nothing);
  const last = weights.shape.length - 1;
  if (!bound || summed !== x[last] || String(reductionOf(bound.total).axes) !== String(last)) return undefined;
  const scores = scoresOf(bound.z);
  const conditions = scores?.masks.map((mask) => mask.node) ?? [];
  return scores && { inputs: [...scores.product.inputs, v, ...conditions, ...(drop ? [drop.stays] : [])], scores, drop };
}

/** Whether it is a product of matrices whose rows are those of its first operand. */
function isOfMatrices({ params: { spec } }: Product): boolean {
  const { x, result } = parseLabels(spec);
  return productForm(spec)?.sign === "matrix" && result.slice(0, -1) === x.slice(0, -1);
}

export function attention(node: Node): Composition | undefined {
  const whole = attentionOf(node);
  const found = whole && isOfMatrices(whole.scores.product) && isOfMatrices(node as Product) ? whole : undefined;
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
  const meaning = meaningOf(found, String(heads));
  return {
    inputs: [...wholes, ...masks],
    build: (args) => ({ kind: "call", name: "multiHead", args, subscript: String(heads), meaning, leading: 3 }),
  };
}

type Meaning = NonNullable<Call["meaning"]>;

/** `softmax((q·kᵀ) / √width)·v`, or that of `heads`, side by side. */
function meaningOf({ scores: { width, masks }, drop }: Attention, heads?: string): Meaning {
  const formal = ["q", "k", "v"].map((name) => variable(name));
  const [q, k, v] = (heads === undefined ? formal : formal.map((x) => call("heads", [x], heads))) as [Formula, Formula, Formula];
  const dot = (a: Formula, b: Formula): Formula => ({ kind: "contraction", spec: "ik,kj->ij", args: [a, b] });
  const scores = operator("/", dot(q, transpose(k)), call("sqrt", [number(width)]));
  const conditions = masks.map((_, at) => variable(masks.length > 1 ? `m${at + 1}` : "m"));
  const masked = masks.reduceRight((inner, { apply, along }, at) => apply(inner, placed(elementAt(conditions, at), along)), scores);
  const weights = call("softmax", [masked]);
  const stays = variable("r");
  const shared = drop?.share === undefined ? weights : operator("/", weights, number(drop.share));
  const attended = dot(drop ? operator("*", shared, stays) : weights, v);
  const body = heads === undefined ? attended : call("joined", [attended]);
  return { formal: [...formal, ...conditions, ...(drop ? [stays] : [])], body };
}

/** A mask with the letters of its axes, where they are not the last ones. */
const placed = (mask: Formula, along: string | undefined): Formula =>
  along === undefined ? mask : ({ kind: "view", body: mask, shape: [], at: along } as Formula);
