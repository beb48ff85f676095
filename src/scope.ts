// Where calls stand in the definition's source. The front end rewrites every call of a definition file to
// `at(site, () => f(...args))`, so that layers and values know the variables that they reach.

import { located } from "../compiler/diagnostics/places.ts";
import type { Site } from "../compiler/frontend/site.ts";
import { currentGraph } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import { GradcError } from "../runtime/error.ts";
import { definitionOf, nameOfLayer } from "./definition.ts";
import type { CallFrame } from "./frame.ts";
import { isTensor } from "./is-tensor.ts";

let innermost: CallFrame | undefined;
let serial = 0;

/** The next number in the order of creation. */
export const nextSerial = (): number => serial++;

/** The call that is running now; undefined where the source is not at hand. */
export const currentFrame = (): CallFrame | undefined => innermost;

/** Runs `body` as if no call were around it. */
export function withoutFrames<T>(body: () => T): T {
  const outer = innermost;
  innermost = undefined;
  try {
    return body();
  } finally {
    innermost = outer;
  }
}

/** What the call that is running computes on the way is called by the variable that it is the value of, `rec.h`, or else by the layer that computes it. */
export function nameParts(values: Readonly<Record<string, Node>>): void {
  const frame = innermost?.site.direct && innermost.site.name !== undefined ? innermost : undefined;
  for (const [part, node] of Object.entries(values)) {
    if (node.inputs.length === 0) continue;
    if (frame) definitionOf(node.graph)?.values.push({ node, frame, part });
    else nameOfLayer(node, part);
  }
}

/** Runs one call of the definition: layers, states and values made inside take their names and positions from `site`. */
export function at<T>(site: Site, call: () => T): T {
  const graph = currentGraph();
  const outer = innermost;
  const outerPosition = graph?.here;
  const frame: CallFrame = { site, parent: outer, serial: nextSerial() };
  innermost = frame;
  if (graph) graph.here = site.position;
  try {
    const result = call();
    if (isTensor(result)) nameValue(result, frame);
    else nameTaken(result, frame);
    return result;
  } catch (error) {
    throw error instanceof GradcError && !error.at ? located(error, site.position) : error;
  } finally {
    innermost = outer;
    if (graph) graph.here = outerPosition;
  }
}

/** Names the parts of `result` that variables carry by themselves. */
function nameTaken(result: unknown, frame: CallFrame): void {
  if (typeof result !== "object" || result === null) return;
  for (const { key, name } of frame.site.parts ?? []) {
    const part: unknown = Object.hasOwn(result, key) ? (result as Readonly<Record<string | number, unknown>>)[key] : undefined;
    if (isTensor(part) && part.inputs.length > 0)
      definitionOf(part.graph)?.values.push({ node: part, frame, ...(frame.site.name === undefined ? { part: name } : { name }) });
  }
}

function nameValue(node: Node, frame: CallFrame): void {
  if (frame.site.direct && frame.site.name !== undefined) definitionOf(node.graph)?.values.push({ node, frame });
}
