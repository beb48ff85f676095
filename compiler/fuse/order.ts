// Which groups run before which, with numbers that respect it while more is asked for: the dynamic topological order of Pearce and Kelly (2007).
// A question or an addition looks only at groups whose numbers lie between the two concerned.
import type { Node } from "../ir/node.ts";
import type { Group } from "./group.ts";

type Neighbours = ReadonlyMap<Group, Set<Group>>;

/** What each group must wait for at first: the groups whose values it reads. */
function producers(groups: readonly Group[], home: ReadonlyMap<Node, Group>): Neighbours {
  const before = new Map(groups.map((group) => [group, new Set<Group>()]));
  for (const group of groups) {
    for (const { member } of group.placed.values()) {
      for (const { node } of member.reads) {
        const producer = home.get(node);
        if (producer && producer !== group) before.get(group)?.add(producer);
      }
    }
  }
  return before;
}

function reversed(before: Neighbours): Neighbours {
  const after = new Map([...before.keys()].map((group) => [group, new Set<Group>()]));
  for (const [group, earlier] of before) for (const one of earlier) after.get(one)?.add(group);
  return after;
}

/** Groups in an order that respects `before`, otherwise as they came. */
function sorted(groups: readonly Group[], before: Neighbours): Group[] {
  const done = new Set<Group>();
  const stack = [...groups].reverse();
  for (let group = stack.pop(); group; group = stack.pop()) {
    if (done.has(group)) continue;
    const waiting = [...(before.get(group) ?? [])].filter((earlier) => !done.has(earlier));
    if (waiting.length > 0) stack.push(group, ...waiting);
    else done.add(group);
  }
  return [...done];
}

export class Order {
  private readonly groups: readonly Group[];
  private readonly before: Neighbours;
  private readonly after: Neighbours;
  private readonly numbers: Map<Group, number>;

  constructor(groups: readonly Group[], home: ReadonlyMap<Node, Group>) {
    this.groups = groups;
    this.before = producers(groups, home);
    this.after = reversed(this.before);
    this.numbers = new Map(sorted(groups, this.before).map((group, number) => [group, number]));
  }

  /** Whether `group` runs after `other` in every order. */
  waitsFor(group: Group, other: Group): boolean {
    const least = this.numberOf(other);
    return this.reached(group, this.before, (number) => number >= least).has(other);
  }

  /** Makes `group` wait for `earlier`, which does not wait for it. */
  wait(group: Group, earlier: Group): void {
    this.before.get(group)?.add(earlier);
    this.after.get(earlier)?.add(group);
    const [least, most] = [this.numberOf(group), this.numberOf(earlier)];
    if (least > most) return;
    const first = this.reached(earlier, this.before, (number) => number > least);
    const then = this.reached(group, this.after, (number) => number < most);
    const moved = [first, then].flatMap((part) => [...part].sort((a, b) => this.numberOf(a) - this.numberOf(b)));
    const free = moved.map((one) => this.numberOf(one)).sort((a, b) => a - b);
    for (const [i, one] of moved.entries()) this.numbers.set(one, free[i] as number);
  }

  /** All groups in order, otherwise as they came. */
  sort(): Group[] {
    return sorted(this.groups, this.before);
  }

  /** The same order, where those that nothing waits for, and those that `isEager` takes, come as early as they can. */
  sortEagerly(isEager: (group: Group) => boolean): Group[] {
    const order: Group[] = [];
    for (const group of this.sort()) {
      const last = Math.max(-1, ...[...(this.before.get(group) ?? [])].map((earlier) => order.indexOf(earlier)));
      if (isEager(group) || this.after.get(group)?.size === 0) order.splice(last + 1, 0, group);
      else order.push(group);
    }
    return order;
  }

  private numberOf(group: Group): number {
    return this.numbers.get(group) as number;
  }

  /** `from` and what is reached from it along `edges` over groups whose numbers `within` takes. */
  private reached(from: Group, edges: Neighbours, within: (number: number) => boolean): Set<Group> {
    const seen = new Set<Group>();
    const stack = [from];
    for (let at = stack.pop(); at; at = stack.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const next of edges.get(at) ?? []) if (within(this.numberOf(next))) stack.push(next);
    }
    return seen;
  }
}
