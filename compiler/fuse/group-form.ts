// What a group computes, as text that is equal where it is the same on other buffers: it is assembled once.
import type { Node } from "../ir/node.ts";
import { type Argument, isScalar } from "../kernel/kernel.ts";
import type { Storage } from "./assemble.ts";
import { typeText } from "./form.ts";
import type { Group, Placed } from "./group.ts";
import type { MemberAxis } from "./member.ts";

/** A text and what it leaves open, in the order of the text. */
export interface GroupForm {
  readonly text: string;
  readonly given: readonly Argument[];
}

/** Numbers things as they come. */
function numbering<T>(): { readonly all: ReadonlyMap<T, number>; of(thing: T): number } {
  const all = new Map<T, number>();
  return {
    all,
    of(thing) {
      const number = all.get(thing) ?? all.size;
      all.set(thing, number);
      return number;
    },
  };
}

/** What passes over kernels depend on of a buffer; where it lies is not known yet. */
export const argumentText = (argument: Argument): string => (isScalar(argument) ? "scalar" : `${argument.kind} ${typeText(argument)}`);

/** The form of a group whose values lie in `storage`. */
export function formOfGroup(group: Group, storage: Storage): GroupForm {
  const placed = [...group.placed.values()];
  const positions = new Map(placed.map(({ member }, i) => [member.root, i]));
  const given = numbering<Argument>();
  const sourceText = (node: Node): string => {
    const buffer = storage.source(node);
    return `${positions.get(node) ?? ""}@${buffer ? given.of(buffer) : ""}`;
  };
  const lineOf = ({ member, part, on }: Placed): string => {
    const { root, lowered, out, reduce, sources, scalars } = member;
    const axes = [...out, ...reduce].map((axis) => group.axes.indexOf(on.get(axis) as MemberAxis));
    return [lowered.number, part, axes, sources.map(sourceText), storage.targets(root).map(given.of), scalars.map(given.of)].join(" ");
  };
  const axes = group.axes.map((axis) => placed[0]?.member.out.indexOf(axis));
  const lines = placed.map(lineOf);
  const arguments_ = [...given.all.keys()];
  return { text: [axes, ...lines, ...arguments_.map(argumentText)].join("\n"), given: arguments_ };
}
