// Values less their mean over some axes, as layers that normalise begin.
//
//   h - mean(h)                             =>   h, over the axes of the mean
//   h - (training ? mean(h) : average)      =>   the same, with a running average
import { bare, meanOf } from "../describe/form.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";

export interface Centring {
  readonly of: Node;
  readonly axes: readonly number[];
  /** Whether something else takes the place of the mean outside of training. */
  readonly isRunning: boolean;
}

/** What `node` is less its mean. */
export function centringAt(node: Node): Centring | undefined {
  if (!isOp(node, "sub")) return undefined;
  const [of, center] = node.inputs as readonly [Node, Node];
  const inner = bare(center);
  const isRunning = isOp(inner, "where") && isOp(bare(inner.inputs[0] as Node), "training");
  const mean = meanOf(isRunning ? bare(inner.inputs[1] as Node) : inner);
  return mean?.body === of ? { of, axes: mean.axes, isRunning } : undefined;
}

/** The axes of `node` along which its elements may differ. */
export function variesAlong(node: Node): number[] {
  const wide = (of: Node) => of.shape.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const [inner] = node.inputs;
  if (isOp(node, "broadcast")) return variesAlong(inner as Node).map((axis) => node.params.axes[axis] as number);
  if (isOp(node, "permute")) return variesAlong(inner as Node).map((axis) => node.params.order.indexOf(axis));
  if (isOp(node, "reshape") && inner) {
    const [from, to] = [wide(inner), wide(node)];
    const isSqueezed = from.length === to.length && from.every((axis, at) => inner.shape[axis] === node.shape[to[at] as number]);
    if (isSqueezed) return variesAlong(inner).flatMap((axis) => (from.includes(axis) ? [to[from.indexOf(axis)] as number] : []));
  }
  return isOp(node, "constant") && node.shape.length === 0 ? [] : wide(node);
}
