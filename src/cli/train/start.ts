// The variables of a net before its first step, to know afterwards what the steps were good for.
import type { EpochEntry, Net } from "../../../runtime/index.ts";
import { entryNamed } from "../../../runtime/program.ts";
import { type Rows, sampleOf } from "../../constant/rows.ts";
import type { Course } from "./lints/rate-too-high.ts";

/** So many rows tell whether a loss fell. */
const mostRows = 4096;

/** A net before its first step. */
export interface Start {
  /** The losses on some of `rows` at the start and now, and in the epoch `last`; none where the net cannot evaluate as many rows. */
  courseTo(last: EpochEntry | undefined, rows: Rows, lr: number): Course[];
}

/** Keeps what the steps of `net` change, but for the statistics of `nn.standardize`, which are set before the first. */
export function rememberStart(net: Net): Start {
  const { variables, standardize, entries } = net.manifest;
  const prepared = new Set(standardize.flatMap(({ mean, deviation }) => [mean, deviation]));
  const names = variables.flatMap(({ name, role }) => ((role === "parameter" || role === "layer") && !prepared.has(name) ? [name] : []));
  const values = () => names.map((name) => net.read(name).slice());
  const write = (all: readonly ArrayLike<number>[]) => {
    for (const [at, name] of names.entries()) net.write(name, all[at] as ArrayLike<number>);
  };
  const start = values();
  return {
    courseTo(last, rows, lr) {
      if (!last || !entryNamed(entries, "evaluate")?.splittable) return [];
      const some = sampleOf(net, rows, mostRows);
      const after = net.evaluate(some).loss;
      const now = values();
      write(start);
      const before = net.evaluate(some).loss;
      write(now);
      return [{ lr, before, during: last.loss, after }];
    },
  };
}
