// What statements touch, and whether row by row: a loop over the rows of a batch is at its own row of everything that has rows.
import type { Dim } from "../ir/dim.ts";
import { soleAxis } from "../kernel/affine.ts";
import { type Affine, type Axis, type Buffer, type Local, type Statement, wholeOf } from "../kernel/kernel.ts";
import type { Element } from "../kernel/rewrite.ts";
import { computedBy, type Loop, loadsOf, loopsOf, type Site, sitesOf } from "../kernel/visit.ts";

/** What is touched: of some buffers, a row at each point of the loop over rows; of others, anything. */
export interface Accesses {
  readonly reads: ReadonlyMap<Buffer, "row" | "whole">;
  readonly writes: ReadonlyMap<Buffer, "row" | "whole">;
}

/** Whether statements go over rows. */
export const hasRows = (body: readonly Statement[], rows: Dim): boolean => loopsOf(body).some(({ axis }) => axis.extent === rows);

const isAt = ({ terms }: Affine, axis: Axis): boolean => terms.some(({ atom }) => atom === axis);

/** How an element lies to the row at hand; undefined where it is another row's, or may be. */
function accessTo({ buffer, index: [first, ...others] }: Element, row: Axis | undefined, rows: Dim): "row" | "whole" | undefined {
  const isElsewhere = row === undefined || others.every((index) => !isAt(index, row));
  if (row && buffer.shape[0] === rows && !buffer.view && first && soleAxis(first) === row && isElsewhere) return "row";
  const isFree = !buffer.shape.includes(rows) && isElsewhere && (row === undefined || first === undefined || !isAt(first, row));
  return isFree ? "whole" : undefined;
}

/** The row that a statement is at; undefined where there is none; null where there are several. */
function rowOf({ loops }: Site, rows: Dim): Axis | undefined | null {
  const over = loops.filter(({ axis }) => axis.extent === rows);
  return over.length > 1 ? null : over[0]?.axis;
}

/**
 * Whether a sum over rows inside of other loops is complete only when all rows are there, or a sum is read on the way: what is made of it then is no row's
 * own. Sums that start outside of all loops are left in memory behind them.
 */
export function needsAllRows(body: readonly Statement[], rows: Dim): boolean {
  const sites = sitesOf(body);
  const starts = new Map(sites.flatMap(({ statement, loops }) => (statement.kind === "accumulator" ? [[statement.local, loops] as const] : [])));
  const isOpen = (local: Local, loops: readonly Loop[]): boolean => {
    const around = starts.get(local);
    return around !== undefined && loops.some((loop) => loop.axis.extent === rows && !around.includes(loop));
  };
  return sites.some(({ statement, loops }) => {
    const isRead = computedBy(statement).some((expr) => expr.kind === "local" && isOpen(expr.local, loops));
    return isRead || (statement.kind === "combine" && isOpen(statement.local, loops) && starts.get(statement.local)?.length !== 0);
  });
}

/** What `body` touches, where it goes over rows one by one and what it leaves behind of all of them are sums alone; undefined where it does not. */
export function accessesByRow(body: readonly Statement[], rows: Dim): Accesses | undefined {
  const [reads, writes] = [new Map<Buffer, "row" | "whole">(), new Map<Buffer, "row" | "whole">()];
  for (const site of sitesOf(body)) {
    const { statement } = site;
    const row = rowOf(site, rows);
    if (row === null) return undefined;
    for (const load of loadsOf(statement)) {
      const access = accessTo(load, row, rows);
      if (!access) return undefined;
      reads.set(wholeOf(load.buffer), access);
    }
    if (statement.kind !== "store") continue;
    const access = accessTo(statement, row, rows);
    if (!access || (access === "whole" && !statement.accumulate)) return undefined;
    writes.set(wholeOf(statement.buffer), access);
  }
  const isComplete = [...writes].every(([buffer, access]) => access === "row" || !reads.has(buffer));
  return isComplete ? { reads, writes } : undefined;
}

/** All that statements touch, as a whole. */
export function accessesOf(reads: Iterable<Buffer>, writes: Iterable<Buffer>): Accesses {
  const whole = (buffers: Iterable<Buffer>) => new Map([...buffers].map((buffer) => [wholeOf(buffer), "whole"] as const));
  return { reads: whole(reads), writes: whole(writes) };
}
