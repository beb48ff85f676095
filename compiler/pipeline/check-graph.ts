// What `CHECK=1` and `CHECK=2` do after each pass over graphs.
import { InternalError } from "../../runtime/error.ts";
import { evaluate, valueAt } from "../interpret.ts";
import { elementAt } from "../ir/element.ts";
import { type Program, rootsOf } from "../ir/entry.ts";
import { printProgram } from "../ir/print.ts";
import { verify } from "../ir/verify.ts";
import { indexRanges } from "../passes/index-ranges.ts";
import type { CheckLevel } from "./debug.ts";
import { drawSources, smallSizes } from "./draw.ts";

/** Throws an InternalError that prints the program before a pass, where `after` is not in order or computes other values. */
export function checkProgram(before: Program, after: Program, level: CheckLevel): void {
  try {
    if (level >= 1) verify(after, before);
    if (level >= 2) compare(before, after);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new InternalError(`${error.message}\nbefore it:\n${printProgram(before)}`);
  }
}

// Constants that were folded are rounded to f32, 6e-8 each, and a difference of such values magnifies that.
const tolerance = 1e-4;

function compare(before: Program, after: Program): void {
  const roots = before.entries.flatMap(rootsOf);
  const sizes = smallSizes(before.capacity);
  const ranges = indexRanges(before);
  const sources = drawSources(roots, sizes, (node) => ranges.get(node)?.upper ?? 2);
  for (const [i, entry] of before.entries.entries()) {
    const others = rootsOf(elementAt(after.entries, i));
    const values = [rootsOf(entry), others].map((nodes) => {
      const known = evaluate(nodes, { sizes, sources, training: entry.training });
      return nodes.map((node) => valueAt(known, node).data);
    }) as [Float64Array[], Float64Array[]];
    const at = values[0].findIndex((data, root) => !data.every((element, position) => close(element, values[1][root]?.[position] as number)));
    if (at >= 0) throw new InternalError(`result or update ${at} of "${entry.name}" is [${values[1][at]}] in place of [${values[0][at]}]`);
  }
}

const close = (x: number, y: number) => Object.is(x, y) || x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x));
