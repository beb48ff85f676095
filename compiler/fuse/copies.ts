// What is computed again (`barrier`), in the kernels that computed it first: groups are made as if there were no barriers, and then each is taken apart
// into what is computed once and, for each part that is computed again, the copies of its members. So no sum is added up in another order, and no
// code is added. Copies come last, so that each runs where it is first needed, and what reads them comes early, so that they are not kept.
//
//   { h = tanh(x·W) }  { d = δ·(1 - h²) }    =>    { h = tanh(x·W) }  { d = δ·(1 - h̃²) }  { h̃ = tanh(barrier(x)·W) }
//
// Requires: inputs before users. Ensures: no group waits for itself: in a group only a member that reads both what is computed once and a copy of the
//   same group could, and such members read all of it where it is computed once, or stand alone.
// Cost: linear.
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import type { Erased } from "./erase.ts";
import { type Group, type Placed, start } from "./group.ts";
import type { Member } from "./member.ts";
import type { Order } from "./order.ts";

/** For each node that is computed again the number of the part that it is a copy for: the innermost one. */
function copiesIn({ live, image }: Erased): Map<Node, number> {
  const first = new Set(live.filter((node) => image(node) === node));
  const parts = new Map<Node, number>();
  for (const node of live) {
    const [x] = node.inputs as readonly [Node];
    const inputs = isOp(node, "barrier") ? [x] : node.inputs;
    const inner = Math.max(isOp(node, "barrier") ? node.params.part : computedOnce, ...inputs.map((input) => parts.get(input) ?? computedOnce));
    if (inner > computedOnce && (isOp(node, "barrier") || first.has(image(node)))) parts.set(node, inner);
  }
  return parts;
}

const computedOnce = -1;

/** What is made of one group: that of what is computed once, and those of copies by part. */
class Apart {
  readonly byPart = new Map<number, Group>();
  private readonly original: Group;
  private readonly alone = new Set<Group>();
  private readonly home = new Map<Node, Group>();

  constructor(original: Group) {
    this.original = original;
  }

  /** Adds a member that stands for that of the original; one that is not as that is, or needs several of the groups, stands alone. */
  add(given: Member, { member: origin, ...placed }: Placed, part: number | undefined): void {
    const isAlike = given.lowered === origin.lowered;
    const member = isAlike && part === undefined && this.homesOf(given).size > 1 ? this.readingOnce(given, origin) : given;
    const found = isAlike ? this.groupFor(member, part) : undefined;
    const group = found ?? start(member);
    if (found) group.placed.set(member.root, { ...placed, member });
    else this.alone.add(group);
    this.home.set(member.root, group);
  }

  get once(): readonly Group[] {
    return [...this.byPart].flatMap(([part, group]) => (part === computedOnce ? [group] : []));
  }

  get again(): readonly Group[] {
    return [...[...this.byPart].flatMap(([part, group]) => (part === computedOnce ? [] : [group])), ...this.alone];
  }

  private homesOf({ reads }: Member): Set<Group> {
    return new Set(reads.flatMap(({ node }) => this.home.get(node) ?? []));
  }

  /** A member that reads copies beside what is computed once finds all of it there: it is computed in one walk with that. */
  private readingOnce(member: Member, { sources }: Member): Member {
    const once = this.byPart.get(computedOnce);
    const twin = (node: Node): Node => {
      const origin = sources[member.sources.indexOf(node)] as Node;
      return once && this.home.has(node) && this.home.get(origin) === once ? origin : node;
    };
    return { ...member, reads: member.reads.map((read) => ({ ...read, node: twin(read.node) })), sources: member.sources.map(twin) };
  }

  private groupFor(member: Member, part: number | undefined): Group | undefined {
    const read = this.homesOf(member);
    if ([...read].some((group) => this.alone.has(group))) return undefined;
    // What is made of copies alone is at home with them.
    if (part === undefined && read.size > 0) return read.size === 1 ? [...read][0] : undefined;
    const known = this.byPart.get(part ?? computedOnce) ?? { axes: this.original.axes, rigid: this.original.rigid, placed: new Map() };
    this.byPart.set(part ?? computedOnce, known);
    return known;
  }
}

/** The groups of `members`, which are those of the region with its barriers, as `groups` are without them; and those of copies by part. */
export function takeApart(erased: Erased, groups: readonly Group[], members: readonly Member[]) {
  const parts = copiesIn(erased);
  const standing = new Map<Node, Member[]>();
  for (const member of members) {
    const origin = erased.image(member.root);
    standing.set(origin, [...(standing.get(origin) ?? []), member]);
  }
  const apart = groups.map((group) => {
    const made = new Apart(group);
    for (const [root, placed] of group.placed) for (const member of standing.get(root) ?? []) made.add(member, placed, parts.get(member.root));
    return made;
  });
  return {
    groups: [...apart.flatMap(({ once }) => once), ...apart.flatMap(({ again }) => again)],
    copies: apart.flatMap(({ byPart }) => [...byPart].filter(([part]) => part > computedOnce)),
  };
}

/**
 * The order in which copies are computed where they are needed and used up soon. They wait until the gradient is known for which they are computed,
 * or where that is computed with them, until what it is computed from is.
 */
export function delayed({ live }: Erased, copies: readonly (readonly [part: number, Group])[], home: ReadonlyMap<Node, Group>, order: Order) {
  const tokens = new Map(live.flatMap((node) => (isOp(node, "barrier") ? [[node.params.part, node.inputs[1] as Node] as const] : [])));
  const wait = (group: Group, earlier: Group): boolean => {
    if (group === earlier || order.waitsFor(earlier, group)) return false;
    order.wait(group, earlier);
    return true;
  };
  for (const [part, group] of copies) {
    for (const known of groupsOf(tokens.get(part) as Node, home)) {
      if (wait(group, known)) continue;
      for (const { member } of known.placed.values())
        for (const { node } of member.reads) for (const earlier of groupsOf(node, home)) wait(group, earlier);
    }
  }
  const copied = new Set(copies.map(([, group]) => group));
  const readsCopies = ({ placed }: Group) =>
    [...placed.values()].some(({ member }) => member.reads.some(({ node }) => copied.has(home.get(node) as Group)));
  return () => order.sortEagerly((group) => !copied.has(group) && readsCopies(group));
}

/** The groups that compute what `node` is made of. */
function groupsOf(node: Node, home: ReadonlyMap<Node, Group>): Set<Group> {
  const found = new Set<Group>();
  const seen = new Set([node]);
  for (const each of seen) {
    const group = home.get(each);
    if (group) found.add(group);
    else for (const input of each.inputs) seen.add(input);
  }
  return found;
}
