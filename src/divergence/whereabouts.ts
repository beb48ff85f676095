// How a user knows a value that has no name: by the nearest that has one, and by the layer.
import { describe, placeOf } from "../../compiler/diagnostics/places.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { usersOf, withBodies } from "../../compiler/ir/walk.ts";
import { isOp, type OpName } from "../../compiler/ops/table.ts";
import { layerOf } from "../variables.ts";
import type { Traced } from "./trace.ts";

/** Where a value is in a model. */
export interface Whereabouts {
  /** What it is, or what it is computed for. */
  readonly value: string;
  /** Such as `layer "hidden"`, or `after layer "hidden"`. */
  readonly layer?: string | undefined;
  /** The place in the source, where it or what uses it was written. */
  readonly place?: string | undefined;
}

const isNamed = (node: Node): boolean => node.graph.names.has(node) || node.op === "input";

const moved: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "permute"]);

const unmoved = (node: Node): Node => (moved.has(node.op) ? unmoved(elementAt(node.inputs, 0)) : node);

/** The layer whose parameters `node` is directly computed from. */
function layerAt(node: Node): string | undefined {
  const parameter = [node, ...node.inputs.map(unmoved)].find((each) => isOp(each, "parameter"));
  const name = parameter && node.graph.declarations.get(parameter)?.name;
  return name === undefined ? undefined : layerOf(name);
}

const layerIn = (nodes: Iterable<Node>): string | undefined => {
  for (const node of nodes) {
    const layer = layerAt(node);
    if (layer !== undefined) return layer;
  }
  return undefined;
};

/** `node` and what it is computed from, the nearest first. */
function inward(node: Node): Set<Node> {
  const found = new Set([node]);
  for (const each of found) for (const input of each.inputs) found.add(input);
  return found;
}

const after = (layer: string | undefined, word: string): string | undefined => layer && `${word} "${layer}"`;

/** `node` and what uses it, the nearest first. */
function* outward(node: Node, roots: readonly Node[]): Generator<Node> {
  const users = usersOf(withBodies(roots));
  const found = new Set([node]);
  for (const each of found) {
    yield each;
    for (const user of users.get(each) ?? []) found.add(user);
  }
}

/** Where the origin of what is not finite is. */
export function whereaboutsOf({ node, phase, parts: { loss, gradients, updates } }: Traced): Whereabouts {
  if (phase === "forward pass") return inForward(node, loss);
  const roots = phase === "gradients" ? gradients : updates;
  const all = [...outward(node, [...roots.values()])];
  const [name] = all.flatMap((each) => [...roots].filter(([, root]) => root === each).map(([own]) => own));
  // What a gradient is computed from of the forward pass stands in the source.
  const placed = [node, ...node.inputs, ...node.inputs.flatMap(({ inputs }) => inputs), ...all].map(placeOf).find((place) => place !== undefined);
  const what = phase === "gradients" ? "gradient" : "update";
  return { value: name === undefined ? `a ${what}` : `the ${what} of "${name}"`, layer: after(name && layerOf(name), "layer"), place: placed };
}

function inForward(node: Node, loss: Node): Whereabouts {
  const all = [...outward(node, [loss])];
  const named = all.find(isNamed);
  const layer = after(layerAt(node), "layer") ?? after(layerIn(inward(node)), "after layer") ?? after(layerIn(all), "before layer");
  const place = all.map(placeOf).find((each) => each !== undefined);
  const value =
    node === loss
      ? "the loss"
      : named === node
        ? describe(node)
        : named
          ? `what ${describe(named)} is computed from`
          : "what the loss is computed from";
  return { value, layer, place };
}
