import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { definitionOf, type Item } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import { checkOptions } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { createLayer, itemOf, type Layer, type Named, namedKinds } from "./layer.ts";
import { own } from "./own.ts";
import { hasTwoForms } from "./two-forms.ts";

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
 * The steps one after the other. Layers are named by position, `name.0.weight`, unless they were made in a variable of their own. What a
 * function makes is named where the sequence is applied, and made anew at each application.
 * @throws GradcError `setting-out-of-range` for a step that is no function
 */
export const sequential = ((...args: readonly (Tensor | Step | Named)[]): Tensor | Layer => {
  const [x] = args;
  const rest = isTensor(x) ? args.slice(1) : args;
  const last = rest.at(-1);
  const options = typeof last === "object" && !isTensor(last) ? last : undefined;
  if (Array.isArray(options)) throw settingOutOfRange(attempt, "steps", shown(options), aStep, "give them one by one: nn.sequential(...layers)");
  if (options !== undefined) checkOptions(attempt, options, namedKinds);
  const steps = options !== undefined ? rest.slice(0, -1) : rest;
  const odd = steps.findIndex((step) => typeof step !== "function");
  if (odd >= 0) throw notAStep(odd, steps[odd]);
  const layer = chain(steps as readonly Step[], options?.name);
  return isTensor(x) ? layer(x) : layer;
}) as Sequential;

const aStep = "a layer or a function of a tensor";

const notAStep = (position: number, step: unknown) => settingOutOfRange(attempt, `step ${position}`, shown(step), aStep);

function chain(given: readonly Step[], name: string | undefined): Layer {
  // `nn.standardize` is a layer here as `nn.standardize()` is.
  const steps = given.map((step) => (hasTwoForms(step) ? step() : step));
  const apply = ([x]: readonly [Tensor]) =>
    steps.reduce((value, step, at) => {
      const y = read(attempt, step(value));
      definitionOf(y.graph)?.applied.push({ item: places[at] as Item, value: y });
      return y;
    }, x);
  const layer = createLayer({ kind: "sequential", name, apply });
  const item = itemOf(layer) as Item;
  item.positions = steps.length;
  for (const [position, step] of steps.entries()) own(step, item, String(position));
  // What a step gives is called by its place, whatever the step is.
  const places = steps.map((_, at): Item => ({ ...item, kind: "step", name: undefined, owner: { item, segment: String(at) } }));
  return layer;
}
