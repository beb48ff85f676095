// An entry point as its exported function will be: the sizes that it takes, what it checks, what it calls.
import type { SharedBuffers } from "./fuse/buffers.ts";
import { namesOf } from "./ir/dim.ts";
import { type Entry, type Program, rootsOf, withFinish } from "./ir/entry.ts";
import type { Node } from "./ir/node.ts";
import { withBodies, withoutBodies } from "./ir/walk.ts";
import type { Buffer, Call, EntryPlan, IndexCheck } from "./kernel/kernel.ts";
import { isOp } from "./ops/table.ts";
import type { IndexRange } from "./passes/index-ranges.ts";

interface Parts {
  readonly calls: readonly Call[];
  readonly shared: SharedBuffers;
  /** The indices that inputs may hold. */
  readonly ranges: ReadonlyMap<Node, IndexRange>;
}

export const planEntry = (program: Program, entry: Entry, parts: Parts): EntryPlan => ({
  name: entry.name,
  dims: dimsOf(entry),
  calls: parts.calls,
  checks: checksOf(program, entry, parts),
});

/** The dynamic dimensions that an entry point depends on, in the order of its arguments. */
function dimsOf(entry: Entry): string[] {
  const dims = withBodies(rootsOf(entry)).flatMap((node) => [...node.shape, ...(isOp(node, "size") ? [node.params.dim] : [])]);
  return [...new Set(dims.flatMap((dim) => namesOf(dim)))].sort();
}

function checksOf(program: Program, entry: Entry, { shared, ranges }: Parts): IndexCheck[] {
  const live = new Set(withoutBodies(withFinish(program, entry).flatMap(rootsOf)));
  return program.inputs.flatMap((input) => {
    const range = ranges.get(input);
    return range && live.has(input) ? [{ buffer: shared.inputs.get(input) as Buffer, ...range }] : [];
  });
}
