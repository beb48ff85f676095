import type { Node } from "../ir/node.ts";

/** Gives a name that was not given before, by a number behind it where needed. */
export type Naming = (wanted: string) => string;

export function uniqueNames(): Naming {
  const count = new Map<string, number>();
  return (wanted) => {
    const used = count.get(wanted) ?? 0;
    count.set(wanted, used + 1);
    return used === 0 ? wanted : `${wanted}.${used}`;
  };
}

/** What the user calls a value. */
export const userNames = (node: Node): string[] => [...(node.graph.names.get(node) ?? [])].map(({ text }) => text);

/** A kernel is named after the entry point and the last value in it that has a name, else after its op. */
export function kernelName(entry: string, roots: readonly Node[], updated: ReadonlyMap<Node, string>): string {
  const named = roots.flatMap((root) => updated.get(root) ?? userNames(root)[0] ?? []);
  return `${entry}.${named.at(-1) ?? (roots.at(-1) as Node).op}`;
}
