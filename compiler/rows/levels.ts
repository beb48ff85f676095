// The order of what goes over rows and of what does not: levels, the odd ones of which are loops over blocks of rows.
//
//   count | rows: a, b, loss, errors, sums of gradients | updates
//
// Within a block the parts of a level stand in order, so that a row finds what it needs of itself. What all rows give is there one level further. Each part
// stands as late as it can, since most is asked for by what comes last: a layer is computed in the loop over blocks that its gradients are computed in, and
// the number of rows that count in one before.
//
// Requires: parts in an order in which they may run. Ensures: whatever touches the same elements stays in order.
// Cost: linear in what the parts touch.
import type { Buffer } from "../kernel/kernel.ts";
import type { Unit } from "./units.ts";

/** How a part touches a buffer: its own rows in a loop over blocks, or all of it there, or outside. */
type Way = "row" | "block" | "outside";

/** The most levels from the end at which a buffer is touched in each way; -1 where it is not. */
type Reached = { readonly [way in Way]: number };

interface Uses {
  readonly reads: Reached;
  readonly writes: Reached;
}

const none: Reached = { row: -1, block: -1, outside: -1 };
const unused: Uses = { reads: none, writes: none };

/** The first level before what touches the buffer later, counted from the end. */
function before({ row, block, outside }: Reached, way: Way): number {
  if (way === "outside") return Math.max(row + 1, block + 1, outside);
  const apart = (level: number) => (level < 0 ? level : level + 2);
  return Math.max(way === "row" ? row : apart(row), apart(block), outside + 1);
}

const wayOf = ({ isByRows }: Unit, access: "row" | "whole"): Way => {
  if (!isByRows) return "outside";
  return access === "row" ? "row" : "block";
};

/** What is known of buffers, of the parts from one on. */
class Later {
  private readonly uses = new Map<Buffer, Uses>();

  /** The level of a part before these, counted from the end. */
  levelOf(unit: Unit): number {
    const reads = [...unit.reads].map(([buffer, access]) => before(this.of(buffer).writes, wayOf(unit, access)));
    const writes = [...unit.writes].flatMap(([buffer, access]) => {
      const { reads: read, writes: written } = this.of(buffer);
      return [read, written].map((one) => before(one, wayOf(unit, access)));
    });
    return Math.max(unit.isByRows ? 1 : 0, ...reads, ...writes);
  }

  add(unit: Unit, level: number): void {
    for (const kind of ["reads", "writes"] as const)
      for (const [buffer, access] of unit[kind]) {
        const [uses, way] = [this.of(buffer), wayOf(unit, access)];
        this.uses.set(buffer, { ...uses, [kind]: { ...uses[kind], [way]: Math.max(uses[kind][way], level) } });
      }
  }

  private of = (buffer: Buffer): Uses => this.uses.get(buffer) ?? unused;
}

/** The level of each part, from 0 up: even outside of loops over blocks, odd in them. */
export function levelsOf(units: readonly Unit[]): number[] {
  const later = new Later();
  const fromEnd = [...units].reverse().map((unit) => {
    const level = later.levelOf(unit);
    later.add(unit, level);
    return level;
  });
  const last = 2 * Math.ceil(Math.max(0, ...fromEnd) / 2);
  return fromEnd.reverse().map((level) => last - level);
}
