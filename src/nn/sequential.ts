import { settingOutOfRange, shown } from "../../compiler/diagnostics.ts";
import type { Item } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import type { Frame } from "../scope.ts";
import { checkOptions } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { asPartsOf } from "../variables.ts";
import { createLayer, itemOf, type Layer, type Named, namedKinds } from "./layer.ts";

const attempt = 'Cannot apply "nn.sequential"';

/** What `nn.sequential` takes: a layer, or any function of tensors such as `nn.relu`. */
export type Step = (x: Tensor) => Tensor;

interface Sequential {
  (x: Tensor, ...steps: readonly Step[]): Tensor;
  (x: Tensor, ...steps: readonly [...Step[], Named]): Tensor;
  (...steps: readonly Step[]): Layer;
  (...steps: readonly [...Step[], Named]): Layer;
}

/**
 * The steps one after the other. Layers are named by position, `name.0.weight`, unless they were made in a variable of their own.
 * @throws GradcError `setting-out-of-range` for a step that is no function
 */
export const sequential = ((...args: readonly (Tensor | Step | Named)[]): Tensor | Layer => {
  const [x] = args;
  const rest = isTensor(x) ? args.slice(1) : args;
  const last = rest.at(-1);
  const options = typeof last === "object" && !isTensor(last) ? last : undefined;
  if (options !== undefined) checkOptions(attempt, options, namedKinds);
  const steps = options !== undefined ? rest.slice(0, -1) : rest;
  const odd = steps.findIndex((step) => typeof step !== "function");
  if (odd >= 0) throw notAStep(odd, steps[odd]);
  const layer = chain(steps as readonly Step[], options?.name);
  return isTensor(x) ? layer(x) : layer;
}) as Sequential;

const notAStep = (position: number, step: unknown) =>
  settingOutOfRange(attempt, `step ${position}`, shown(step), "a layer or a function of a tensor");

/** A function as a layer: what it makes has its name. */
function functionLayer(step: Step): Layer {
  const layer: Layer = createLayer({
    kind: "function",
    apply: (x) => asPartsOf(itemOf(layer) as Item, () => read(attempt, step(x))),
  });
  return layer;
}

function chain(steps: readonly Step[], name: string | undefined): Layer {
  const layers = steps.map((step) => (itemOf(step) ? (step as Layer) : functionLayer(step)));
  const layer = createLayer({ kind: "sequential", name, apply: (x) => layers.reduce((value, step) => step(value), x) });
  const item = itemOf(layer) as Item;
  item.positions = steps.length;
  for (const [position, step] of layers.entries()) {
    const part = itemOf(step) as Item;
    if (!part.owner && part.name === undefined && !hasOwnVariable(part, item)) part.owner = { item, segment: String(position) };
  }
  return layer;
}

/** Whether a call between the part and the function that makes the chain gave its value to a variable. */
function hasOwnVariable(part: Item, whole: Item): boolean {
  const around = new Set<Frame | undefined>([undefined]);
  for (let frame = whole.frame; frame; frame = frame.parent) around.add(frame);
  for (let frame = part.frame; frame && !around.has(frame); frame = frame.parent) {
    if (frame.site.direct && frame.site.name !== undefined) return true;
  }
  return false;
}
