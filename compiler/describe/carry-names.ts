// What steps of loops hand on by name: where several loops hand on one of the same name, as the error ε, behind it stands the layer.
import type { Node } from "../ir/node.ts";
import { type LoopNode, partsOfLoop } from "../ops/loops.ts";
import { isOp, type OpNode } from "../ops/table.ts";

/** The loop that a loop is derived from, by name; itself where it is derived from none. */
const original = (loop: string): string => loop.replace(/('\d*)+$/, "");

/** What stands before the names of all that the steps of `loop` hand on: `rec` of `rec_h` and `rec_c`. */
function layerOfLoop(loop: LoopNode, names: ReadonlyMap<Node, string>): string | undefined {
  const { carries } = loop.params;
  const found = partsOfLoop(loop).next.map((value, i) => {
    const [name, ending] = [names.get(value), `_${carries[i]}`];
    return name?.endsWith(ending) ? name.slice(0, -ending.length) : undefined;
  });
  return found.every((layer) => layer === found[0]) ? found[0] : undefined;
}

/** The names of carries of the loops among `nodes`, whose values are called as in `names`. */
export function carryNames(nodes: readonly Node[], names: ReadonlyMap<Node, string>): (slot: OpNode<"slot">) => string {
  const loops = nodes.filter((node) => isOp(node, "loop")) as unknown as LoopNode[];
  const layers = new Map(loops.map((loop) => [loop.params.loop, layerOfLoop(loop, names)]));
  const all = loops.flatMap((loop) => loop.params.carries);
  return ({ params: { loop, name } }) => {
    const layer = layers.get(original(loop));
    const isShared = all.indexOf(name) !== all.lastIndexOf(name);
    return isShared && layer !== undefined ? `${name}_${layer}` : name;
  };
}
