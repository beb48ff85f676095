// Updates see old values: where a new value may be written straight over the old one, and what its kernel waits for then.
import type { Update } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { soleAxis } from "../kernel/affine.ts";
import type { Group, Placed } from "./group.ts";
import type { MemberAxis, Read } from "./member.ts";
import type { Order } from "./order.ts";

/** The groups that read each node. */
function readersOf(groups: readonly Group[]): ReadonlyMap<Node, ReadonlySet<Group>> {
  const readers = new Map<Node, Set<Group>>();
  for (const group of groups) {
    for (const { member } of group.placed.values()) {
      for (const { node } of member.reads) readers.set(node, (readers.get(node) ?? new Set()).add(group));
    }
  }
  return readers;
}

const readsOf = (placed: Placed, source: Node): readonly Read[] => placed.member.reads.filter(({ node }) => node === source);

/** Reads the very element that it computes. */
function readsOwnPoint({ member }: Placed, { index }: Read): boolean {
  return index.length === member.out.length && index.every((i, axis) => soleAxis(i) === member.out[axis]?.symbol);
}

const atEachPoint = ({ member, part, on }: Placed): boolean => part === "phase" && member.out.every((axis) => on.has(axis));

/** At each point of the walk both compute the element of one index; a permuted value is at another. */
const atSameIndex = (a: Placed, b: Placed): boolean =>
  atEachPoint(a) && atEachPoint(b) && a.member.out.every((axis, i) => a.on.get(axis) === b.on.get(b.member.out[i] as MemberAxis));

/** In the writer's own kernel the old value may be read at the point that is written, or by phases that are over by then. */
function readsBeforeWrite(group: Group, writer: Placed, target: Node): boolean {
  let written = false;
  for (const placed of group.placed.values()) {
    const reads = readsOf(placed, target);
    const atOwnPoint = reads.every((read) => readsOwnPoint(placed, read));
    const walkIsOver = group.axes.length === 0 || (writer.part === "tail" && placed.part !== "tail");
    const over = !written && (walkIsOver || (atOwnPoint && atSameIndex(placed, writer)));
    const harmless = placed === writer ? atOwnPoint : over;
    if (reads.length > 0 && !harmless) return false;
    written ||= placed === writer;
  }
  return true;
}

const canWriteEarly = (placed: Placed): boolean => placed.part !== "ride" && placed.member.reduce.every((axis) => !placed.on.has(axis));

/**
 * The updates whose value may be stored over the old one; for these all readers of the old value are added to `order`.
 * The others are copied after the last kernel.
 */
export function inPlace(updates: readonly Update[], groups: readonly Group[], home: ReadonlyMap<Node, Group>, order: Order): Set<Update> {
  const chosen = new Set<Update>();
  const readersByNode = readersOf(groups);
  for (const update of updates) {
    const group = home.get(update.value);
    const writer = group?.placed.get(update.value);
    if (!group || !writer || !canWriteEarly(writer)) continue;
    const readers = [...(readersByNode.get(update.target) ?? [])].filter((reader) => reader !== group);
    if (!readsBeforeWrite(group, writer, update.target) || readers.some((reader) => order.waitsFor(reader, group))) continue;
    for (const reader of readers) order.wait(group, reader);
    chosen.add(update);
  }
  return chosen;
}
