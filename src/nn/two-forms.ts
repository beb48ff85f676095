// Both ways to write a layer: `nn.linear(x, 5)` and `nn.linear(5)`.

import { inferredWidth } from "../../compiler/diagnostics/definitions.ts";
import { shown } from "../../compiler/diagnostics/settings.ts";
import { notATensor } from "../../compiler/diagnostics/tensors.ts";
import { isTensor } from "../is-tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { AnyLayer, Layer } from "./layer.ts";

/** The two forms of a layer: with its inputs first it applies, without it gives a `Layer`. */
export interface TwoForms<Settings extends readonly unknown[], L extends AnyLayer = Layer> {
  (...args: [...Required<Parameters<L>>, ...Settings]): ReturnType<L>;
  (...settings: Settings): L;
}

const twoFormed = new WeakSet<object>();

/** Whether `step` is the function of a kind of layer, such as `nn.relu`. */
export const hasTwoForms = (step: unknown): step is () => Layer => typeof step === "function" && twoFormed.has(step);

/** What TypeScript shows for the last number of a call in PyTorch's order, which begins with the width of the input: the call to write. */
export type WidthIsInferred<Last, Call extends string> = Last extends number ? `the input width is inferred: nn.${Call}` : Last;

/**
 * Refuses settings with a number where options belong: they begin with the width of the input, as PyTorch's do. A setting that is one too many for
 * an input of another width, or is true or false, is left to the check of options.
 */
function refuseInputWidth(kind: string, settings: readonly unknown[], required: number, x: Tensor | undefined): void {
  const extra = settings[required];
  if (typeof extra !== "number" && !Array.isArray(extra)) return;
  if (required > 1 && x && x.shape[1] !== settings[0]) return;
  const texts = settings.map((each) => shown(each));
  throw inferredWidth(`nn.${kind}`, texts.join(", "), `nn.${kind}(${texts.slice(1, required + 1).join(", ")})`);
}

/** Whether `value` is an object of tensors, as a body is given them; a list of tensors is one too. */
const holdsTensors = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !isTensor(value) && Object.values(value).some(isTensor);

/**
 * Both forms of the layer `kind` that `create` makes from its settings. What comes first and can be neither a tensor nor a setting was
 * meant as a tensor; a first setting that has a default may be undefined. `inputs`: how many tensors the layer is a function of.
 * `infersWidth`: it finds the width of its input by itself.
 * @throws GradcError `not-a-tensor`, `inferred-width`
 */
export function twoForms<Settings extends readonly unknown[], L extends AnyLayer>(
  kind: string,
  create: (...settings: Settings) => L,
  { inputs = 1, infersWidth = false } = {},
): TwoForms<Settings, L> {
  const both = (...args: readonly unknown[]): unknown => {
    const [first] = args;
    const isNeither = (first === undefined && create.length > 0) || first === null || typeof first === "function" || holdsTensors(first);
    if (args.length > 0 && isNeither) throw notATensor(`Cannot apply "nn.${kind}"`, first);
    const count = Math.min(
      inputs,
      [...args, undefined].findIndex((arg) => !isTensor(arg)),
    );
    const settings = args.slice(count) as unknown as Settings;
    if (infersWidth) refuseInputWidth(kind, settings, create.length, isTensor(first) ? first : undefined);
    const layer = create(...settings);
    return count > 0 ? layer(...(args.slice(0, count) as never)) : layer;
  };
  twoFormed.add(both);
  return both as TwoForms<Settings, L>;
}
