// What: an entry point's graph -> calls of kernels. Every value that is worth it is computed once (roots), roots that can share a walk over
//   their axes share a kernel (groups), and all else is computed where it is read.
// Before: x·W + b, tanh, ... as nodes.  After: one kernel  `parallel i, j { s = sum k x[i,k] W[k,j]; hidden[i,j] = tanh(s + b[j]) }`.
// Requires: `training` and `stopGradient` are gone (specialise). Ensures: calls in an order in which updates see old values.
// Cost: n log n in the nodes of the graph.
import { mapRegion, type Program, type Region, type Update } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import type { Buffer, Call, EntryCalls, Statement } from "../kernel/kernel.ts";
import { stopGradient } from "../ops/build.ts";
import { fillOf } from "../rewrite/fill.ts";
import { assemble, type Storage } from "./assemble.ts";
import { copy, Splits } from "./axes.ts";
import type { SharedBuffers } from "./buffers.ts";
import { isSource } from "./cost.ts";
import type { Functions } from "./functions.ts";
import { type Group, group, isLocal, readsRegister } from "./group.ts";
import { formOfGroup } from "./group-form.ts";
import { kernelName, userNames } from "./name-kernel.ts";
import { Order } from "./order.ts";
import { findRoots } from "./roots.ts";
import { inPlace } from "./update.ts";

/** The calls of one entry point in order, and the buffers of its results. */
export interface Fused extends EntryCalls {
  readonly results: readonly { readonly name: string; readonly buffer: Buffer }[];
}

// A source that is given back or assigned as it is has to be copied: an op of its own that does nothing. So has one number: what reads it elsewhere
// would wait for the kernel that writes it.
const copySources = (region: Region): Region =>
  mapRegion(region, (node) => (isSource(node) || fillOf(node) !== undefined ? stopGradient(node) : node));

/** Which roots need memory: those that leave the kernel, and those that later phases read other than from a register. */
function stored(groups: readonly Group[], home: ReadonlyMap<Node, Group>, outputs: ReadonlySet<Node>): Set<Node> {
  const needed = new Set(outputs);
  for (const reader of groups) {
    for (const placed of reader.placed.values()) {
      for (const { node } of placed.member.reads) {
        const group = home.get(node);
        const source = group?.placed.get(node);
        if (source && !(group === reader && readsRegister(reader, placed, source))) needed.add(node);
      }
    }
  }
  for (const { placed } of groups) for (const one of placed.values()) if (!isLocal(one)) needed.add(one.member.root);
  return needed;
}

function copyBody(from: Buffer, to: Buffer): readonly Statement[] {
  const extents = from.shape.map((extent, axis) => ({ name: "ijkl"[axis % 4] as string, extent }));
  return copy(new Splits(), "copy", extents, from, to);
}

/** Whether a group computes of nothing, as the zeros that states start with are. */
const isFill = ({ placed }: Group): boolean => placed.size === 1 && [...placed.values()].every(({ member }) => member.reads.length === 0);

const call = (functions: Functions, name: string, computes: readonly string[], group: Group, storage: Storage): Call =>
  functions.callOfForm(formOfGroup(group, storage), { name: functions.name(name), computes }, () => assemble(group, storage));

/** Each buffer is filled by a call of its own, so that those of one size are of one function. */
function fill(region: Region, group: Group, target: Buffer, functions: Functions): Call {
  const computes = target.kind === "variable" ? `${target.name}'` : target.name;
  return call(functions, `${region.name}.${target.name}`, [computes], group, { targets: () => [target], source: () => undefined });
}

interface Placement {
  readonly storage: Storage;
  readonly results: Fused["results"];
  /** Updates whose value lies elsewhere until the last kernel has run. */
  readonly copies: readonly { readonly from: Buffer; readonly to: Buffer }[];
}

function placeValues(region: Region, needed: ReadonlySet<Node>, direct: ReadonlySet<Update>, shared: SharedBuffers): Placement {
  const targets = new Map<Node, Buffer[]>();
  const add = (node: Node, buffer: Buffer) => targets.set(node, [...(targets.get(node) ?? []), buffer]);
  const variable = (update: Update) => shared.variables.get(update.target) as Buffer;
  for (const update of direct) add(update.value, variable(update));
  const results = region.results.map(({ name, node }) => {
    const buffer: Buffer = { name: `${region.name}.${name}`, kind: "result", dtype: node.dtype, shape: node.shape };
    add(node, buffer);
    return { name, buffer };
  });
  const temporary = (node: Node) => add(node, shared.temporary(node, userNames(node)[0] ?? `t${node.id}`));
  const late = region.updates.filter((update) => !direct.has(update));
  for (const { value } of late) if (!targets.get(value)?.some((buffer) => buffer.kind === "temporary")) temporary(value);
  for (const node of needed) if (!targets.has(node)) temporary(node);
  const copies = late.map((update) => ({
    from: targets.get(update.value)?.find((buffer) => buffer.kind === "temporary") as Buffer,
    to: variable(update),
  }));
  const storage: Storage = { targets: (root) => targets.get(root) ?? [], source: (node) => targets.get(node)?.[0] ?? shared.of(node) };
  return { storage, results, copies };
}

/** Lowers a region to calls of `functions`, which are added where they are not known. */
export function fuse({ capacity, graph }: Pick<Program, "capacity" | "graph">, original: Region, shared: SharedBuffers, functions: Functions): Fused {
  const region = copySources(original);
  const found = findRoots(region);
  const isStored = (node: Node) => found.roots.has(node) || (isSource(node) && shared.of(node) !== undefined);
  const members = found.live.filter((node) => found.roots.has(node)).map((root) => functions.members.analyse(root, isStored));
  const groups = group(members, capacity);
  const home = new Map(groups.flatMap((one) => [...one.placed.keys()].map((root): [Node, Group] => [root, one])));
  const order = new Order(groups, home);
  const direct = inPlace(region.updates, groups, home, order);
  const outputs = new Set([...region.results.map(({ node }) => node), ...region.updates.map(({ value }) => value)]);
  const { storage, results, copies } = placeValues(region, stored(groups, home, outputs), direct, shared);
  const updated = new Map(region.updates.map(({ target, value }): [Node, string] => [value, graph.declarations.get(target)?.name ?? "state"]));
  const calls = order.sort().flatMap((one): Call[] => {
    const roots = [...one.placed.keys()];
    if (isFill(one)) return roots.flatMap((root) => storage.targets(root).map((target) => fill(region, one, target, functions)));
    const computes = [...new Set(roots.flatMap((root) => [...userNames(root), ...(updated.has(root) ? [`${updated.get(root)}'`] : [])]))];
    return [call(functions, kernelName(region.name, roots, updated), computes, one, storage)];
  });
  const last = copies.map(({ from, to }) =>
    functions.call({ name: functions.name(`${region.name}.${to.name}.copy`), body: copyBody(from, to), computes: [to.name] }),
  );
  return { name: region.name, calls: [...calls, ...last], results };
}
