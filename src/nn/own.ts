// Layers that are named by the layer that they are steps of.
import type { Item } from "../definition.ts";
import type { CallFrame } from "../frame.ts";
import { itemOf } from "./layer.ts";

/** Names a step after `whole`, as its part `segment` if one is given, unless it has a name of its own. */
export function own(step: unknown, whole: Item, segment?: string): Item | undefined {
  const part = itemOf(step);
  if (!part || part.owner || part.name !== undefined || hasOwnVariable(part, whole)) return undefined;
  part.owner = segment === undefined ? { item: whole } : { item: whole, segment };
  return part;
}

/** Whether a call between the part and the function that makes the chain gave its value to a variable. */
function hasOwnVariable(part: Item, whole: Item): boolean {
  const around = new Set<CallFrame | undefined>([undefined]);
  for (let frame = whole.frame; frame; frame = frame.parent) around.add(frame);
  for (let frame = part.frame; frame && !around.has(frame); frame = frame.parent) {
    if (frame.site.direct && frame.site.name !== undefined) return true;
  }
  return false;
}
