// Which entry points go over blocks of rows, and in what order.
import { evaluate, product, type Sizes } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import type { Buffer, Call } from "../kernel/kernel.ts";
import { levelsOf } from "./levels.ts";
import { type Unit, wholeUnit } from "./units.ts";

/** A part at its level. */
export interface Placed extends Unit {
  readonly level: number;
}

/** An entry point in parts, in order; those of one level stand together. */
export interface Plan {
  readonly units: readonly Placed[];
  /** The buffers of rows of which a block at a time is enough. */
  readonly own: ReadonlySet<Buffer>;
}

/** The calls of an entry point in parts: those within a loop are one. */
function unitsOfEntry(calls: readonly Call[], divide: (call: Call) => readonly Unit[]): Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < calls.length; ) {
    const call = calls[at] as Call;
    const [around] = call.within;
    let end = at + 1;
    while (around && calls[end]?.within[0] === around) end++;
    units.push(...(around ? [wholeUnit(calls.slice(at, end))] : divide(call)));
    at = end;
  }
  return units;
}

/** The temporaries of rows that nothing touches but one loop over blocks. */
function ownOf(units: readonly Placed[]): Set<Buffer> {
  const levels = new Map<Buffer, number | undefined>();
  for (const { reads, writes, level } of units)
    for (const [buffer, access] of [...reads, ...writes]) {
      const own = access === "row" && buffer.kind === "temporary" ? level : undefined;
      levels.set(buffer, !levels.has(buffer) || levels.get(buffer) === own ? own : undefined);
    }
  return new Set([...levels].flatMap(([buffer, level]) => (level === undefined ? [] : [buffer])));
}

const bytesOf = ({ dtype, shape }: Buffer, sizes: Sizes): number => elementBytes[dtype] * evaluate(product(shape), sizes);

/** How many bytes of rows an entry point must write and read again, so that it is worth to go over them in blocks. */
export interface Worth {
  readonly bytes: number;
  readonly sizes: Sizes;
}

/** How the calls of an entry point go over blocks; undefined where that is not worth it. */
export function planOf(calls: readonly Call[], divide: (call: Call) => readonly Unit[], { bytes, sizes }: Worth): Plan | undefined {
  const units = unitsOfEntry(calls, divide);
  const levels = levelsOf(units);
  const placed = units.map((unit, i): Placed => ({ ...unit, level: levels[i] as number }));
  const own = ownOf(placed);
  if ([...own].reduce((sum, buffer) => sum + bytesOf(buffer, sizes), 0) <= bytes) return undefined;
  return { units: placed.sort((a, b) => a.level - b.level), own };
}

/** The parts of one call that stand together at one level. */
export function byCall({ units }: Plan): Placed[][] {
  const groups: Placed[][] = [];
  for (const unit of units) {
    const last = groups.at(-1);
    const [before] = last ?? [];
    if (unit.body && before?.body && before.level === unit.level && before.calls[0] === unit.calls[0]) last?.push(unit);
    else groups.push([unit]);
  }
  return groups;
}
