// Which members share a kernel. A group walks its axes once; at each point its phases run in order.
//
//   a = x·W + b    begins a group over i and j: its sum over k lives in a register at each point, so that the axes stay (rigid)
//   h = tanh(a)    reads a[i, j] at the point where it is computed: a phase
//   s = Σ_i h      adds each h[i, j] to s[j] along the walk: a ride, as long as the sum is short
//   m = s / n      needs all of s: a tail
//   z = h·V        needs whole rows of h: a group of its own
import { evaluate, product, type Sizes } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { soleAxis } from "../kernel/affine.ts";
import { target } from "../target.ts";
import { isWholeReduction } from "./cost.ts";
import type { Member, MemberAxis, Read } from "./member.ts";

/** How a member takes part in its group. */
export type Part =
  /** Computed at each point of the group's axes, over inner loops of its own. */
  | "phase"
  /** A sum over some of the group's axes: added to while the group walks them, complete after. */
  | "ride"
  /** Computed after the walk, from rides or whole results. */
  | "tail";

export interface Placed {
  readonly member: Member;
  readonly part: Part;
  /** The group's axis that an axis of the member runs with. */
  readonly on: Map<MemberAxis, MemberAxis>;
}

export interface Group {
  /** Axes of its first member, perhaps fewer. */
  axes: readonly MemberAxis[];
  /** A reduction lives in registers at each point, so that the axes cannot change any more. */
  rigid: boolean;
  /** By root, in order of computation. */
  readonly placed: Map<Node, Placed>;
}

const isReduction = (member: Member) => member.reduce.length > 0;

/** The member's axis that runs with each of the group's axes, as far as all its reads agree. */
function align(member: Member, group: Group, reads: readonly Read[]): Map<MemberAxis, MemberAxis> {
  const partners = new Map<MemberAxis, MemberAxis | undefined>();
  const axisOf = new Map([...member.out, ...member.reduce].map((axis) => [axis.symbol, axis]));
  for (const { node, index } of reads) {
    const { member: source, on } = group.placed.get(node) as Placed;
    source.out.forEach((axis, i) => {
      const shared = on.get(axis);
      if (!shared) return;
      const symbol = soleAxis(index[i] as Read["index"][number]);
      const partner = symbol && axisOf.get(symbol);
      const agrees = partner && partner.extent === shared.extent && (!partners.has(shared) || partners.get(shared) === partner);
      partners.set(shared, agrees ? partner : undefined);
    });
  }
  const found = [...partners].filter((pair): pair is [MemberAxis, MemberAxis] => pair[1] !== undefined);
  const distinct = new Set(found.map(([, partner]) => partner)).size === found.length;
  return new Map(distinct ? found : []);
}

const invert = (partners: ReadonlyMap<MemberAxis, MemberAxis>) => new Map([...partners].map(([shared, own]) => [own, shared]));

/** Whether a sum becomes part of a group's walk; longer ones over the group's axes are cut into chunks by a kernel of their own. */
function canRide(member: Member, group: Group, partners: ReadonlyMap<MemberAxis, MemberAxis>, capacity: Sizes): boolean {
  if (member.root.op !== "sum" || !group.axes.every((axis) => partners.has(axis))) return false;
  const reduced = group.axes.filter((axis) => member.reduce.includes(partners.get(axis) as MemberAxis));
  if (member.out.length === 0) return true;
  const inner = member.out.some((axis) => ![...partners.values()].includes(axis));
  const points = evaluate(product(reduced.map((axis) => axis.extent)), capacity);
  return points <= target.terms && (inner || !reduced.includes(group.axes.at(-1) as MemberAxis));
}

/** Keeps only the group's axes that a new phase shares. */
function narrow(group: Group, kept: readonly MemberAxis[]): void {
  group.axes = kept;
  for (const { on } of group.placed.values()) for (const [own, shared] of on) if (!kept.includes(shared)) on.delete(own);
}

function place(group: Group, member: Member, part: Part, on: Map<MemberAxis, MemberAxis>): true {
  group.placed.set(member.root, { member, part, on });
  if (part === "phase" && isReduction(member)) group.rigid = true;
  return true;
}

/**
 * Adds `member` to the group that computes what it reads, where that can be done in one walk. A tensor that only follows the walk
 * stays only where all that it reads is computed here: else each tensor that a scalar scales would end up in the scalar's kernel.
 */
function join(member: Member, group: Group, isProduced: (node: Node) => boolean, capacity: Sizes): boolean {
  if (isWholeReduction(member.root) || member.root.op === "loop" || loopOf(group)) return false;
  const reads = member.reads.filter(({ node }) => group.placed.has(node));
  const complete = reads.some(({ node }) => group.placed.get(node)?.part !== "phase");
  const follows = complete || group.axes.length === 0;
  const foreign = member.reads.some(({ node }) => isProduced(node) && !group.placed.has(node));
  if (follows && foreign && member.out.length > 0) return false;
  if (complete) return place(group, member, "tail", new Map());
  const partners = align(member, group, reads);
  const shared = group.axes.filter((axis) => member.out.includes(partners.get(axis) as MemberAxis));
  if (shared.length === group.axes.length) return place(group, member, "phase", invert(partners));
  if (canRide(member, group, partners, capacity)) return place(group, member, "ride", invert(partners));
  if (group.rigid || shared.length === 0 || [...group.placed.values()].some(({ part }) => part !== "phase")) return false;
  narrow(group, shared);
  return place(group, member, "phase", new Map(shared.map((axis) => [partners.get(axis) as MemberAxis, axis])));
}

/** A scatter walks its operand, not its result, and a loop is no kernel: they have no axes to share. */
const startsAlone = ({ root }: Member): boolean => root.op === "scatterAdd" || root.op === "loop";

/** The loop that a group is, which no other member joins. */
export const loopOf = ({ placed }: Group): Node | undefined => [...placed.keys()].find(({ op }) => op === "loop");

/** A group of one. */
export function start(member: Member): Group {
  const axes = startsAlone(member) ? [] : member.out;
  const placed: Placed = { member, part: "phase", on: new Map(axes.map((axis) => [axis, axis])) };
  return { axes, rigid: isReduction(member), placed: new Map([[member.root, placed]]) };
}

/**
 * Groups in an order in which each comes after the groups that it reads. `members` in topological order; a member may only join the
 * last group that it depends on, so no cycle can arise.
 */
export function group(members: readonly Member[], capacity: Sizes): Group[] {
  const groups: Group[] = [];
  const at = new Map<Node, number>();
  for (const member of members) {
    const producers = member.reads.flatMap(({ node }) => at.get(node) ?? []);
    const last = producers.reduce((latest, position) => Math.max(latest, position), -1);
    const host = groups[last];
    const joined = host !== undefined && join(member, host, (node) => at.has(node), capacity);
    if (!joined) groups.push(start(member));
    for (const node of [member.root, ...(member.views ?? [])]) at.set(node, joined ? last : groups.length - 1);
  }
  return groups;
}

/** Whether a member's value is one scalar at each point of its group, so that later phases read it from a register. */
export function isLocal({ member, part, on }: Placed): boolean {
  if (startsAlone(member)) return false;
  if (part === "ride") return member.out.length === 0;
  return part === "phase" ? member.out.every((axis) => on.has(axis)) : member.out.length === 0;
}

/** Whether `reader` finds the value of `source` in a register: a phase's value is there only while its own point is walked. */
export const readsRegister = (group: Group, reader: Placed, source: Placed): boolean =>
  isLocal(source) && (reader.part !== "tail" || source.part !== "phase" || group.axes.length === 0);
