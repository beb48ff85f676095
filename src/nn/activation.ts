// How activations are made: layers of one tensor and of settings that are numbers, without parameters.
import { checkOptions, checkSetting, isOptions, type Kind } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { type TwoForms, twoForms } from "./two-forms.ts";

export const attemptOf = (kind: string): string => `Cannot apply "nn.${kind}"`;

/** The activation `kind`, which has no settings. */
export const activation = (kind: string, apply: (x: Tensor) => Tensor): TwoForms<[options?: Named]> =>
  twoForms(kind, (options: Named = {}) => {
    checkOptions(attemptOf(kind), options, namedKinds);
    return createLayer({ kind, name: options.name, apply: ([x]) => apply(x) });
  });

/** The activation `kind` of an f32 tensor. */
export const floatActivation = (kind: string, apply: (x: Tensor) => Tensor): TwoForms<[options?: Named]> =>
  activation(kind, (x) => apply(float(attemptOf(kind), x)));

/** A setting that is a number, and its value where it is left out. */
interface NumberSetting {
  readonly is: Kind;
  readonly unless: number;
}

/** Settings by position, or by name among the options. */
type Given = readonly (number | Named | undefined)[];

/**
 * The settings of a call, `(x, 0.2, { name })` or `(x, { negativeSlope: 0.2, name })`, checked, and the name.
 * @throws GradcError `setting-out-of-range`, `unknown-option`
 */
function settingsOf<N extends string>(kind: string, table: Readonly<Record<N, NumberSetting>>, given: Given): Record<N, number> & Named {
  const attempt = attemptOf(kind);
  const names = Object.keys(table) as N[];
  const rest = given.findIndex(isOptions);
  const count = Math.min(names.length, rest < 0 ? given.length : rest);
  const positional = Object.fromEntries(names.slice(0, count).map((name, i) => [name, given[i]]));
  for (const [name, value] of Object.entries(positional)) if (value !== undefined) checkSetting(attempt, name, value, table[name as N].is);
  const options = (given[count] === undefined ? {} : given[count]) as Named;
  const byName = names.slice(count).map((name) => [name, table[name].is] as const);
  checkOptions<object>(attempt, options, { ...Object.fromEntries(byName), ...namedKinds });
  const all: Readonly<Record<string, unknown>> = { ...positional, ...options };
  const values = names.map((name) => [name, all[name] === undefined ? table[name].unless : all[name]]);
  return { ...Object.fromEntries(values), ...(options.name !== undefined && { name: options.name }) };
}

type Settings<N extends string> = Readonly<Record<N, number>>;

/** The layer `kind` of one tensor with the settings of `table`, in the order of their positions; `check` looks at all of them. */
export const layerWith = <S extends Given, N extends string>(
  kind: string,
  table: Readonly<Record<N, NumberSetting>>,
  apply: (x: Tensor, settings: Settings<N>) => Tensor,
  check: (settings: Settings<N>) => void = () => undefined,
): TwoForms<S> =>
  twoForms(kind, (...given: S): Layer => {
    const { name, ...rest } = settingsOf(kind, table, given);
    const settings = rest as unknown as Record<N, number>;
    check(settings);
    return createLayer({ kind, name, apply: ([x]) => apply(x, settings) });
  });

/** The activation `kind` of an f32 tensor, as `layerWith` makes it. */
export const activationWith = <S extends Given, N extends string>(
  kind: string,
  table: Readonly<Record<N, NumberSetting>>,
  apply: (x: Tensor, settings: Settings<N>) => Tensor,
  check?: (settings: Settings<N>) => void,
): TwoForms<S> => layerWith(kind, table, (x, settings) => apply(float(attemptOf(kind), x), settings), check);
