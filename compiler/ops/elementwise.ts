import { arithmetic } from "./arithmetic.ts";
import { inverse } from "./inverse.ts";
import { rounding } from "./rounding.ts";
import type { ScalarRecord } from "./scalar.ts";
import { selection } from "./selection.ts";
import { transcendental } from "./transcendental.ts";

/** Ops whose operands and result have one dtype; all that is known of them stands in their records. */
export const scalars: typeof arithmetic & typeof transcendental & typeof inverse & typeof rounding = {
  ...arithmetic,
  ...transcendental,
  ...inverse,
  ...rounding,
};

export type ScalarName = keyof typeof scalars;

/** The record of a scalar op by name; undefined for any other op. */
export const scalarNamed = (op: string): ScalarRecord | undefined => (Object.hasOwn(scalars, op) ? scalars[op as ScalarName] : undefined);

export const scalarNames = Object.keys(scalars) as ScalarName[];

/** The scalar ops of one operand for which `holds`. */
export const unaryWhere = (holds: (record: ScalarRecord) => boolean): ScalarName[] =>
  scalarNames.filter((name) => scalars[name].arity === 1 && holds(scalars[name]));

/** A line for each scalar op. */
export const fromScalars = <T>(line: (record: ScalarRecord, name: ScalarName) => T): Record<ScalarName, T> =>
  Object.fromEntries(scalarNames.map((name) => [name, line(scalars[name], name)])) as Record<ScalarName, T>;

/** Ops that work element by element on operands of equal shape. */
export const elementwise = { ...scalars, ...selection };

export const isElementwise = (op: string): op is keyof typeof elementwise => Object.hasOwn(elementwise, op);
