// Panels: what a loop reads again and again, copied once into the order in which it is read.
//
//   parallel j { parallel i { reduce k { s += x[i, k]·w[k, j] } } }   =>   parallel j { parallel k.2 { panel[k.2] = w[k.2, j] }
//                                                                                       parallel i { reduce k { s += x[i, k]·panel[k] } } }
//
// When j then runs in vectors, the panel has an element for each of its points: rows of neighbours, however far apart those of w are.
//
// Requires: a buffer that the kernel does not store to, read under no guard.
// Ensures: the same values.
// Cost: linear in the loop.
import { evaluate, type Sizes } from "../../ir/dim.ts";
import { affineKey, along } from "../../kernel/affine.ts";
import { atPoint, withPlaces } from "../../kernel/copy.ts";
import type { Axis, Buffer, Statement } from "../../kernel/kernel.ts";
import type { Element } from "../../kernel/rewrite.ts";
import { dependence, type Load, type Loop, loadsOf, sitesOf } from "../../kernel/visit.ts";

interface Panel {
  readonly buffer: Buffer;
  /** The loops inside with which what is read changes. */
  readonly loops: readonly Loop[];
  readonly load: Load;
}

const keyOf = ({ index }: Element): string => index.map(affineKey).join(",");

/** The panels of what the loop reads of `buffer`: one for each place that is read. */
function panelsOf({ body }: Loop, buffer: Buffer, capacity: Sizes): Map<string, Panel> {
  const depends = dependence(body);
  const panels = new Map<string, Panel>();
  for (const { statement, loops } of sitesOf(body))
    for (const load of loadsOf(statement)) {
      if (load.buffer !== buffer || panels.has(keyOf(load))) continue;
      const changing = depends.expr(load);
      const within = loops.filter(({ axis }) => changing.has(axis));
      const shape = within.map(({ axis }) => evaluate(axis.extent, capacity));
      panels.set(keyOf(load), { loops: within, load, buffer: { name: `${buffer.name}.panel`, kind: "scratch", dtype: buffer.dtype, shape } });
    }
  return panels;
}

/** Fills a panel, in loops of its own that go over the same points. */
function filled({ buffer, loops, load }: Panel): readonly Statement[] {
  const store: Statement = { kind: "store", buffer, index: loops.map(({ axis }) => along(axis)), value: load, accumulate: false, inside: [] };
  return loops.reduceRight<readonly Statement[]>(
    (body, { axis, course }) => {
      const own: Axis = { ...axis };
      return [
        {
          kind: "loop",
          role: "parallel",
          axis: own,
          ...(course && { course }),
          body: atPoint(body, { axis, index: along(own), place: (element) => element }),
        },
      ];
    },
    [store],
  );
}

/** The loop with panels of what it reads of `buffer`; dynamic extents count by `capacity`. */
export function packed(loop: Loop, buffer: Buffer, capacity: Sizes): Statement {
  const panels = panelsOf(loop, buffer, capacity);
  const place = (element: Element): Element => {
    const panel = element.buffer === buffer ? panels.get(keyOf(element)) : undefined;
    return panel ? { buffer: panel.buffer, index: panel.loops.map(({ axis }) => along(axis)) } : element;
  };
  return { ...loop, body: [...[...panels.values()].flatMap(filled), ...withPlaces(loop.body, place)] };
}
