import { elementAt } from "../../ir/element.ts";
import type { Graph, Node } from "../../ir/node.ts";
import type { Shape } from "../../ir/type.ts";
import * as build from "../../ops/build.ts";
import { operationNamed, toBoolean, toNumber } from "./operations.ts";
import type { Scalar } from "./tree.ts";

/** All sub-trees of `root`, operands before their users: a loop, because a shared tree may be deep. */
function ordered(root: Scalar): Set<Scalar> {
  const done = new Set<Scalar>();
  const stack = [{ scalar: root, entered: false }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { scalar, entered } = top;
    if (done.has(scalar)) continue;
    if (entered || scalar.kind !== "apply") done.add(scalar);
    else stack.push({ scalar, entered: true }, ...scalar.operands.map((operand) => ({ scalar: operand, entered: false })));
  }
  return done;
}

function literalNode(graph: Graph, value: number | boolean, shape: Shape): Node {
  const dtype = typeof value === "boolean" ? "bool" : "f32";
  return build.broadcast(build.constant(graph, [Number(value)], [], dtype), shape, []);
}

const conversions = { number: toNumber, boolean: toBoolean, any: (x: Node) => (x.dtype === "i32" ? toNumber(x) : x) };

/**
 * The graph of a scalar function's `body` applied to `args`, element by element. All of `args` have one shape, which the
 * result has too; i32 counts as f32; the result is f32, or bool where the function gives a boolean.
 */
export function toGraph(body: Scalar, args: readonly Node[], graph: Graph): Node {
  const shape = args[0]?.shape ?? [];
  const images = new Map<Scalar, Node>();
  for (const scalar of ordered(body)) {
    if (scalar.kind === "literal") images.set(scalar, literalNode(graph, scalar.value, shape));
    else if (scalar.kind === "parameter") images.set(scalar, conversions.any(elementAt(args, scalar.index)));
    else {
      const { takes, build } = operationNamed(scalar.operation);
      images.set(scalar, build(...scalar.operands.map((operand) => conversions[takes](images.get(operand) as Node))));
    }
  }
  return images.get(body) as Node;
}
