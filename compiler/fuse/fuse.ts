// What: an entry point's graph -> calls of kernels. Every value that is worth it is computed once (roots), roots that can share a walk over
//   their axes share a kernel (groups), and all else is computed where it is read.
// Before: x·W + b, tanh, ... as nodes.  After: one kernel  `parallel i, j { s = sum k x[i,k] W[k,j]; hidden[i,j] = tanh(s + b[j]) }`.
// Requires: `training`, `stopGradient`, `recompute` and `withGradient` are gone (specialise). Ensures: calls in an order in which updates see old values.
// Cost: n log n in the nodes of the graph.
import { mapRegion, type Program, type Region, rootsOf, type Update } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { upTo } from "../ir/walk.ts";
import type { Buffer, Call, EntryCalls, Statement } from "../kernel/kernel.ts";
import { isOp } from "../ops/table.ts";
import { assemble, type Storage } from "./assemble.ts";
import { copy, Splits } from "./axes.ts";
import type { SharedBuffers } from "./buffers.ts";
import { delayed, takeApart } from "./copies.ts";
import { isSource } from "./cost.ts";
import { partsBeforeLoops, withoutBarriers } from "./erase.ts";
import type { Functions } from "./functions.ts";
import { type Group, group, isLocal, loopOf, type Placed, readsRegister } from "./group.ts";
import { formOfGroup } from "./group-form.ts";
import { copied, type Known, type LoopPlan, planLoops, type Wanted } from "./loops.ts";
import { loopMember, type Member } from "./member.ts";
import { kernelName, userNames } from "./name-kernel.ts";
import { Order } from "./order.ts";
import { findRoots } from "./roots.ts";
import { inPlace } from "./update.ts";

/** The calls of one entry point in order, and the buffers of its results. */
export interface Fused extends EntryCalls {
  readonly results: readonly { readonly name: string; readonly buffer: Buffer }[];
}

const isLoop = ({ member }: Placed): boolean => member.root.op === "loop";

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
  for (const { placed } of groups) for (const one of placed.values()) if (!isLocal(one) && !isLoop(one)) needed.add(one.member.root);
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
function fill(entry: string, group: Group, target: Buffer, functions: Functions): Call {
  const computes = target.kind === "variable" ? `${target.name}'` : target.name;
  return call(functions, `${entry}.${target.name}`, [computes], group, { targets: () => [target], source: () => undefined });
}

/** What is lowered together: an entry point, or what a step of a loop computes. */
interface Work {
  readonly name: string;
  readonly wanted: readonly Wanted[];
  readonly updates: readonly Update[];
  readonly known: Known;
}

interface Placement {
  readonly storage: Storage;
  /** Updates whose value lies elsewhere until the last kernel has run. */
  readonly copies: readonly { readonly from: Buffer; readonly to: Buffer }[];
}

/** What places values. */
interface Placing {
  readonly work: Work;
  readonly needed: ReadonlySet<Node>;
  /** Updates that are written over the old value. */
  readonly direct: ReadonlySet<Update>;
  readonly views: ReadonlyMap<Node, Buffer>;
  readonly shared: SharedBuffers;
}

function placeValues({ work: { wanted, updates, known }, needed, direct, views, shared }: Placing): Placement {
  const targets = new Map<Node, Buffer[]>();
  const add = (node: Node, buffer: Buffer) => targets.set(node, [...new Set([...(targets.get(node) ?? []), buffer])]);
  const variable = (update: Update) => shared.variables.get(update.target) as Buffer;
  for (const update of direct) add(update.value, variable(update));
  for (const { node, target } of wanted) add(node, target);
  const temporary = (node: Node) => add(node, shared.temporary(node, userNames(node)[0] ?? `t${node.id}`));
  const late = updates.filter((update) => !direct.has(update));
  for (const { value } of late) if (!targets.get(value)?.some((buffer) => buffer.kind === "temporary")) temporary(value);
  for (const node of needed) if (!targets.has(node)) temporary(node);
  const copies = late.map((update) => ({
    from: targets.get(update.value)?.find((buffer) => buffer.kind === "temporary") as Buffer,
    to: variable(update),
  }));
  const storage: Storage = {
    targets: (root) => targets.get(root) ?? [],
    source: (node) => targets.get(node)?.[0] ?? views.get(node) ?? known(node),
  };
  return { storage, copies };
}

/** What lowering is about, the same in all parts of an entry point. */
interface Lowering extends Pick<Program, "capacity" | "graph"> {
  readonly shared: SharedBuffers;
  readonly functions: Functions;
}

/** Lowers a region to calls of `functions`, which are added where they are not known. */
export function fuse({ capacity, graph }: Pick<Program, "capacity" | "graph">, given: Region, shared: SharedBuffers, functions: Functions): Fused {
  const region = withoutBarriersBeforeLoops(given);
  const results = region.results.map(({ name, node: { dtype, shape } }) => {
    const buffer: Buffer = { name: `${region.name}.${name}`, kind: "result", dtype, shape };
    return { name, buffer };
  });
  const wanted = region.results.map(({ node }, i): Wanted => ({ node: copied(node), target: (results[i] as (typeof results)[number]).buffer }));
  const updates = region.updates.map((update) => ({ ...update, value: copied(update.value) }));
  const calls = lower({ capacity, graph, shared, functions }, { name: region.name, wanted, updates, known: shared.of });
  return { name: region.name, calls, results };
}

/** What a loop depends on, or is in, is not computed again: where its steps would run a second time is not decided yet. */
function withoutBarriersBeforeLoops(region: Region): Region {
  const parts = partsBeforeLoops(rootsOf(region));
  const erased = parts.size > 0 ? withoutBarriers(rootsOf(region), (part) => parts.has(part)) : undefined;
  return erased ? mapRegion(region, erased.image) : region;
}

type Home = ReadonlyMap<Node, Group>;

/** Where values lie that are computed, known or asked of loops, and how roots are looked at. */
interface Members {
  readonly isStored: (node: Node) => boolean;
  readonly memberOf: (root: Node) => Member;
}

/** What tells members where values lie: `isRoot` those that are computed once. */
function membersFor(isRoot: (node: Node) => boolean, work: Work, loops: ReadonlyMap<Node, LoopPlan>, functions: Functions): Members {
  const views = new Set([...loops.values()].flatMap((plan) => [...plan.views.keys()]));
  const isStored = (node: Node) => isRoot(node) || views.has(node) || work.known(node) !== undefined;
  const memberOf = (root: Node): Member => {
    const loop = loops.get(root);
    return loop ? loopMember(root, upTo(loop.reads, isStored).filter(isStored), [...loop.views.keys()]) : functions.members.analyse(root, isStored);
  };
  return { isStored, memberOf };
}

/** The groups of what is computed, to which barriers make no difference, where values lie, and what tells the order. */
function groupsOf(work: Work, roots: readonly Node[], loops: ReadonlyMap<Node, LoopPlan>, { capacity, functions }: Lowering) {
  const erased = withoutBarriers(roots);
  const found = findRoots(erased?.roots ?? roots, work.known);
  const isRoot = (node: Node) => found.roots.has(node);
  const { isStored, memberOf } = membersFor(isRoot, work, loops, functions);
  const groups = group(found.live.filter(isRoot).map(memberOf), capacity);
  if (!erased) return { groups, isStored, orderOf: (_: Home, order: Order) => () => order.sort() };
  const isRootAgain = (node: Node) => !isOp(node, "barrier") && isRoot(erased.image(node));
  const again = membersFor(isRootAgain, work, loops, functions);
  const apart = takeApart(erased, groups, erased.live.filter(isRootAgain).map(again.memberOf));
  return { groups: apart.groups, isStored: again.isStored, orderOf: (home: Home, order: Order) => delayed(erased, apart.copies, home, order) };
}

/** The calls of one part of an entry point. */
function lower(lowering: Lowering, given: Work): Call[] {
  const { graph, shared, functions } = lowering;
  const isEnd = (node: Node) => !isSource(node) && given.known(node) !== undefined;
  const values = ({ wanted, updates }: Work) => [...wanted.map(({ node }) => node), ...updates.map(({ value }) => value)];
  const loops = new Map(planLoops(upTo(values(given), isEnd), shared, given.known).map((plan): [Node, LoopPlan] => [plan.node as Node, plan]));
  const work = { ...given, wanted: [...given.wanted, ...[...loops.values()].flatMap(({ before }) => before)] };
  const begun = new Set([...loops.values()].flatMap((plan) => plan.begun));
  const outputs = new Set(values(work));
  const views = new Map([...loops.values()].flatMap((plan) => [...plan.views]));
  const { groups, isStored, orderOf } = groupsOf(work, [...outputs], loops, lowering);
  const home = new Map(groups.flatMap((one) => homes(one)));
  const order = new Order(groups, home);
  const inOrder = orderOf(home, order);
  const direct = inPlace(work.updates, groups, home, order);
  const { storage, copies } = placeValues({ work, needed: stored(groups, home, outputs), direct, views, shared });
  const updated = new Map(work.updates.map(({ target, value }): [Node, string] => [value, graph.declarations.get(target)?.name ?? "state"]));
  const declaredAt = new Map(work.updates.map(({ target, value }) => [value, graph.positions.get(target)]));
  const calls = inOrder().flatMap((one): Call[] => {
    const loop = loops.get(loopOf(one) as Node);
    if (loop) {
      // What else is stored here may be computed after the loop.
      const read = new Set(upTo(loop.reads, isStored).filter((node) => isStored(node) && !begun.has(node)));
      return loopCalls(lowering, work.name, loop, (node) => (read.has(node) ? storage.source(node) : work.known(node)));
    }
    const roots = [...one.placed.keys()];
    if (isFill(one)) return roots.flatMap((root) => storage.targets(root).map((target) => fill(work.name, one, target, functions)));
    const computes = [...new Set(roots.flatMap((root) => [...userNames(root), ...(updated.has(root) ? [`${updated.get(root)}'`] : [])]))];
    const made = call(functions, kernelName(work.name, roots, updated), computes, one, storage);
    functions.places.set(
      made.name,
      roots.flatMap((root) => graph.positions.get(root) ?? declaredAt.get(root) ?? []),
    );
    return [made];
  });
  const last = copies.map(({ from, to }) =>
    functions.call({ name: functions.name(`${work.name}.${to.name}.copy`), body: copyBody(from, to), computes: [to.name] }),
  );
  return [...calls, ...last];
}

/** The group that computes each value, and what is asked of a loop. */
const homes = (one: Group): [Node, Group][] =>
  [...one.placed.values()].flatMap(({ member }) => [member.root, ...(member.views ?? [])].map((node): [Node, Group] => [node, one]));

/** The calls of the steps of a loop. */
function loopCalls(lowering: Lowering, name: string, plan: LoopPlan, outside: Known): Call[] {
  const calls = lower(lowering, { name, updates: [], ...plan.inside(outside) });
  return calls.map((one) => ({ ...one, within: [plan.repeat, ...one.within] }));
}
