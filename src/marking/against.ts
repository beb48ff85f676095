// Gradients that a function computes by hand, value by value against those of the page.
import { backwardFailed, noBackward } from "../../compiler/diagnostics/formulas.ts";
import { shown } from "../../compiler/diagnostics/settings.ts";
import { make, type Tensor } from "../../compiler/reading/tensor.ts";
import { GradcError } from "../../runtime/error.ts";
import { isOptions } from "../settings.ts";
import { type Data, flatten } from "../tensor.ts";
import type { Marker } from "./mark.ts";
import type { Point, Roles } from "./points.ts";
import type { Verdict } from "./verdict.ts";

/** Numbers in nested arrays, row by row. */
export type Nested = number | readonly Nested[];

/** What a function that computes gradients is given; rows of a batch come first. */
export interface BackwardGiven {
  readonly inputs: Readonly<Record<string, Nested>>;
  /** By full names: `z.weight`. */
  readonly parameters: Readonly<Record<string, Nested>>;
  /** What layers keep beside parameters, such as means. */
  readonly states: Readonly<Record<string, Nested>>;
}

/** Gradients by the full names of parameters or by names of the page; errors such as `δ_z` and forward values may stand beside them. */
export type Backward = (given: BackwardGiven) => unknown;

const nested = (data: readonly number[], shape: readonly number[]): Nested => {
  const [rows, ...rest] = shape;
  if (rows === undefined) return data[0] as number;
  const size = data.length / rows;
  return Array.from({ length: rows }, (_, row) => nested(data.slice(row * size, (row + 1) * size), rest));
};

/** The function among the exports of a file: the default one, else the only one or `backward`. @throws GradcError `no-backward` */
export function backwardIn(path: string, exports: Readonly<Record<string, unknown>>): Backward {
  const functions = Object.entries(exports).filter(([, value]) => typeof value === "function");
  const named = functions.find(([name]) => name === "default") ?? functions.find(([name]) => name === "backward") ?? functions[0];
  if (!named) throw noBackward(path, Object.keys(exports).join(", ") || "no exports");
  return named[1] as Backward;
}

/** What `backward` gives at a point. @throws GradcError `backward-failed` */
async function valuesOf(path: string, backward: Backward, point: Point, roles: Roles): Promise<Readonly<Record<string, unknown>>> {
  const of = (role: string) =>
    Object.fromEntries(
      [...point.sources].filter(([name]) => roles.get(name) === role).map(([name, { data, shape }]) => [name, nested(Array.from(data), shape)]),
    );
  const given: BackwardGiven = { inputs: of("input"), parameters: of("parameter"), states: of("state") };
  const values = await attempt(path, () => backward(given));
  if (!isOptions(values)) throw backwardFailed(path, `it returned ${shown(values)}, not values by name`);
  return values as Readonly<Record<string, unknown>>;
}

async function attempt(path: string, call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    throw backwardFailed(path, error instanceof Error ? error.message : String(error), error);
  }
}

/** The verdicts on all that `backward` gives. @throws GradcError `backward-failed` */
export async function markBackward(path: string, backward: Backward, marker: Marker): Promise<Verdict[]> {
  const given = new Map<Point, Readonly<Record<string, unknown>>>();
  for (const point of marker.comparedAt()) given.set(point, await valuesOf(path, backward, point, marker.roles));
  const names = Object.keys([...given.values()][0] ?? {});
  return names.map((name) => {
    try {
      return marker.markValues(name, (point) => tensorOf(path, name, given.get(point)?.[name]));
    } catch (error) {
      if (error instanceof GradcError)
        return { line: 0, claim: name, verdict: "unread", kind: "unreadable", hint: error.message.replace(/\n\s+/g, "; ") };
      throw error;
    }
  });
}

function tensorOf(path: string, name: string, value: unknown): Tensor {
  const { data, shape } = flatten(`Cannot read "${name}" of "${path}"`, value as Data);
  return make(shape, Float64Array.from(data));
}
