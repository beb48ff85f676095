// The reference interpreter: slow, obviously right, the oracle of every test.
import { InternalError } from "../runtime/error.ts";
import { evaluate as extent, type Sizes } from "./ir/dim.ts";
import type { Node } from "./ir/node.ts";
import { withoutBodies } from "./ir/walk.ts";
import type { Value } from "./ops/op.ts";
import { recordOf } from "./ops/table.ts";

/** A source's content; dtype f32 unless stated. */
export interface Source {
  readonly dtype?: Value["dtype"];
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Inputs {
  readonly sizes?: Sizes;
  /** Values of input, parameter and state sources by name. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly training?: boolean;
  /** `f32` rounds the result of every f32 node; without it everything is f64. */
  readonly round?: "f32";
  /** Values that are taken as they are instead of being computed. */
  readonly held?: ReadonlyMap<Node, Value>;
}

const toValue = ({ dtype = "f32", shape, data }: Source): Value => ({ dtype, shape, data: Float64Array.from(data) });

/** The values of `roots` and of all nodes that they depend on. */
export function evaluate(roots: readonly Node[], { sizes = {}, sources, training = false, round, held }: Inputs): Map<Node, Value> {
  const known = new Map([...sources].map(([name, source]) => [name, toValue(source)]));
  const values = new Map<Node, Value>();
  for (const node of withoutBodies(roots)) {
    const fixed = held?.get(node);
    if (fixed) {
      values.set(node, fixed);
      continue;
    }
    const { evaluate } = recordOf(node);
    const inputs = node.inputs.map((input) => valueAt(values, input));
    const shape = node.shape.map((dim) => extent(dim, sizes));
    const value = evaluate(inputs, node.params, { dtype: node.dtype, shape, sizes, sources: known, training });
    values.set(node, round === "f32" && node.dtype === "f32" ? { ...value, data: value.data.map(Math.fround) } : value);
  }
  return values;
}

/** The value of `node` among those that `evaluate` gave. */
export function valueAt(values: ReadonlyMap<Node, Value>, node: Node): Value {
  const value = values.get(node);
  if (!value) throw new InternalError(`"${node.op}" was not evaluated`);
  return value;
}
