// Where values are 0 because others are: |x|³·sign(x) is 0 where |x| is.
import type { Node } from "../../ir/node.ts";
import { upTo } from "../../ir/walk.ts";
import { isElementwise } from "../../ops/elementwise.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf } from "../../rewrite/fill.ts";
import { unheld, zeroIn } from "./lengths.ts";

/** What is 0 wherever `node` is: that of which it is a size or a power, chosen where it is not 0 or not. */
export function zerosOf(node: Node): Node[] {
  const [x, y, z] = node.inputs as readonly [Node, Node, Node];
  if (isOp(node, "abs")) return [node, ...zerosOf(x)];
  if (isOp(node, "where") && fillOf(y) === 0 && zeroIn(x)) return [node, ...zerosOf(unheld(z, x))];
  const [ofX, ofY] = isOp(node, "mul") ? [zerosOf(x), zerosOf(y)] : [[], []];
  return [node, ...ofX.filter((each) => ofY.includes(each))];
}

const odd: ReadonlySet<string> = new Set<OpName>(["sign", "abs", "neg"]);

/** Whether `node` is 0 where `zeros` are, if it is finite there. */
export function vanishes(node: Node, zeros: ReadonlySet<Node>): boolean {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (zeros.has(node)) return true;
  if (isOp(node, "mul")) return vanishes(x, zeros) || vanishes(y, zeros);
  return (odd.has(node.op) || isOp(node, "div")) && vanishes(x, zeros);
}

const elementwise = (roots: readonly Node[]): Node[] => upTo(roots, ({ op }) => !isElementwise(op));

/** Whether a logarithm, a power or a quotient in `node` may be infinite where `zeros` are 0. */
export function mayDiverge(node: Node, zeros: ReadonlySet<Node>): boolean {
  const isMet = (roots: readonly Node[]) => elementwise(roots).some((part) => zeros.has(part));
  return elementwise([node]).some(({ op, inputs }) => (op === "log" || op === "pow" ? isMet(inputs) : op === "div" && isMet(inputs.slice(1))));
}
