// What a kernel does, counted from its loops before their schedule: floating-point operations, and the bytes that it touches.
import type { Sizes } from "../ir/dim.ts";
import { inverse } from "../ops/inverse.ts";
import { transcendental } from "../ops/transcendental.ts";
import { boundsOfCourse, type Condition, conditionsOf, insideOf, when } from "./conditions.ts";
import type { Expr, Kernel, ScalarOp } from "./kernel.ts";
import { pointsOf } from "./points.ts";
import { distinct, type Touch } from "./touched.ts";
import { kept, type Loop, type Site, sitesOf } from "./visit.ts";

export interface Work {
  /** Arithmetic and comparisons of f32, each counts one. */
  readonly operations: number;
  /** Of functions such as exp, and of random numbers, each counts one. */
  readonly functions: number;
  /** Of distinct elements. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

const elementBytes = 4;

/** Neither computes: a choice between values, and values in another type. */
const moving: ReadonlySet<ScalarOp> = new Set(["where", "toF32", "toI32", "toBool"]);
const isFunction = (op: ScalarOp): boolean => op === "uniform" || Object.hasOwn(transcendental, op) || Object.hasOwn(inverse, op);
const isOfFloats = ({ dtype, args }: Extract<Expr, { kind: "op" }>): boolean => dtype === "f32" || args.some((arg) => arg.dtype === "f32");

type Conditions = readonly Condition[];
type Counts = Pick<Work, "operations" | "functions">;

/** The conditions, where loops that go over a part of their points do. */
const within = (conditions: Conditions, loops: readonly Loop[]): Conditions => when(conditions, loops.flatMap(boundsOfCourse), true);

function countsOf({ statement, loops }: Site, sizes: Sizes): Counts {
  const axes = loops.map(({ axis }) => axis);
  const points = kept((conditions: Conditions) => pointsOf(axes, within(conditions, loops), sizes));
  const counts = { operations: 0, functions: 0 };
  for (const [expr, conditions] of conditionsOf(statement)) {
    if (expr.kind !== "op" || moving.has(expr.op) || !isOfFloats(expr)) continue;
    counts[isFunction(expr.op) ? "functions" : "operations"] += points(conditions);
  }
  const combines = statement.kind === "combine" && statement.value.dtype === "f32";
  const adds = statement.kind === "store" && statement.accumulate && statement.buffer.dtype === "f32";
  if (combines || adds) counts.operations += points(insideOf(statement));
  return counts;
}

const loads = ({ statement, loops }: Site): Touch[] =>
  [...conditionsOf(statement)].flatMap(([expr, conditions]) =>
    expr.kind === "load" ? [{ buffer: expr.buffer, index: expr.index, conditions: within(conditions, loops) }] : [],
  );

const stores = ({ statement, loops }: Site): Touch[] =>
  statement.kind === "store" ? [{ buffer: statement.buffer, index: statement.index, conditions: within(insideOf(statement), loops) }] : [];

/** What is added to is read too. */
const addedTo = (site: Site): Touch[] => (site.statement.kind === "store" && site.statement.accumulate ? stores(site) : []);

/** What one run of `kernel` does at `sizes`. */
export function workOf(kernel: Kernel, sizes: Sizes): Work {
  const sites = sitesOf(kernel.body);
  const counts = sites.map((site) => countsOf(site, sizes));
  return {
    operations: counts.reduce((sum, { operations }) => sum + operations, 0),
    functions: counts.reduce((sum, { functions }) => sum + functions, 0),
    bytesRead:
      elementBytes *
      distinct(
        sites.flatMap((site) => [...loads(site), ...addedTo(site)]),
        sizes,
      ),
    bytesWritten: elementBytes * distinct(sites.flatMap(stores), sizes),
  };
}
