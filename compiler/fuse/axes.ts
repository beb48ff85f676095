// Loops of a kernel: an axis of the graph runs as one loop, or as several where a reshape inside needs its parts.
import { type Dim, divide, product } from "../ir/dim.ts";
import { along, fixed, plus, type Split, scale } from "../kernel/affine.ts";
import type { Affine, Axis, Buffer, Expr, Statement } from "../kernel/kernel.ts";
import { type Loops, nest } from "../kernel/loops.ts";

interface Owner {
  readonly key: string;
  readonly part: number;
}

/** Extents of the loops of each axis by key, outermost first; refined until no split is asked for any more. */
export class Splits {
  private readonly factors = new Map<string, readonly Dim[]>();
  private readonly owners = new Map<Axis, Owner>();
  /** Whether a split was asked for since the last `restart`. */
  changed = false;

  /** Splits of a loop from the next time that loops are made. */
  readonly split: Split = (axis, inner) => {
    const owner = this.owners.get(axis);
    const outer = divide(axis.extent, inner);
    if (!owner || outer === undefined || this.changed) return;
    const parts = this.factors.get(owner.key) ?? [axis.extent];
    this.factors.set(owner.key, [...parts.slice(0, owner.part), outer, inner, ...parts.slice(owner.part + 1)]);
    this.changed = true;
  };

  restart(): void {
    this.changed = false;
    this.owners.clear();
  }

  /** Fresh loops for the axis `key`. */
  loops(key: string, name: string, extent: Dim): Loops {
    const parts = this.factors.get(key) ?? [extent];
    const axes = parts.map((part, i): Axis => ({ name: parts.length === 1 ? name : `${name}${i}`, extent: part }));
    for (const [part, axis] of axes.entries()) this.owners.set(axis, { key, part });
    const index = axes.reduce((sum, axis, i) => plus(sum, scale(along(axis), product(parts.slice(i + 1)))), fixed(0));
    return { axes, index };
  }
}

/** One statement at every point of `extents`, over fresh parallel loops of the axes `key.0`, `key.1`, ... */
export function everyPoint(
  splits: Splits,
  key: string,
  extents: readonly { readonly name: string; readonly extent: Dim }[],
  statement: (index: readonly Affine[]) => Statement,
): readonly Statement[] {
  const loops = extents.map(({ name, extent }, i) => splits.loops(`${key}.${i}`, name, extent));
  return nest(loops, "parallel", [statement(loops.map(({ index }) => index))]);
}

/** `from` to `to`, element by element. */
export function copy(splits: Splits, key: string, extents: Parameters<typeof everyPoint>[2], from: Buffer, to: Buffer): readonly Statement[] {
  return everyPoint(splits, key, extents, (index) => {
    const value: Expr = { kind: "load", dtype: from.dtype, buffer: from, index };
    return { kind: "store", buffer: to, index, value, accumulate: false, inside: [] };
  });
}
