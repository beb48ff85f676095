// Lines of a long part in groups that fold: those of a layer together, small layers with their neighbours.
import type { JsonLine } from "./types.ts";

/** Lines under a title; without one they do not fold. */
export interface Fold {
  readonly title: string | undefined;
  readonly lines: readonly JsonLine[];
}

/** Lines of a part that is not folded. */
const most = 12;
/** Lines below which a group is put together with the next one. */
const least = 6;

interface Group {
  readonly names: readonly string[];
  readonly lines: readonly JsonLine[];
}

const headOf = (layer: string, depth: number): string => layer.split(".").slice(0, depth).join(".");

/** The layer of each line by its first names, of a line without one that of the next that has one, else of the one before. */
function headsOf(lines: readonly JsonLine[], depth: number): string[] {
  let known: string | undefined;
  const heads = [...lines].reverse().map(({ layer }) => {
    known = layer === undefined ? known : headOf(layer, depth);
    return known;
  });
  const last = heads.find((head) => head !== undefined) ?? "";
  return heads.reverse().map((head) => head ?? last);
}

/** Neighbours of one head. */
function runsOf(lines: readonly JsonLine[], heads: readonly string[]): Group[] {
  const groups: Group[] = [];
  for (const [i, line] of lines.entries()) {
    const [head, last] = [heads[i] as string, groups.at(-1)];
    if (last?.names[0] === head) groups[groups.length - 1] = { ...last, lines: [...last.lines, line] };
    else groups.push({ names: [head], lines: [line] });
  }
  return groups;
}

/** Groups in which small ones are put together. */
function joined(groups: readonly Group[]): Group[] {
  const all: Group[] = [];
  for (const group of groups) {
    const last = all.at(-1);
    const isSmall = last && last.lines.length < least && group.lines.length < least;
    if (isSmall) all[all.length - 1] = { names: [...last.names, ...group.names], lines: [...last.lines, ...group.lines] };
    else all.push(group);
  }
  return all;
}

function titleOf({ names }: Group): string {
  const [first = "", last = first] = [names[0], names.at(-1)];
  return first === last ? first : `${first} … ${last}`;
}

/** The deepest names that are told apart. */
const deepest = 6;

/** The lines of a part, in groups where they are many. */
export function foldsOf(lines: readonly JsonLine[]): Fold[] {
  if (lines.length <= most) return [{ title: undefined, lines }];
  for (let depth = 1; depth <= deepest; depth++) {
    const groups = joined(runsOf(lines, headsOf(lines, depth)));
    if (groups.length > 1 && groups.some((group) => titleOf(group) !== ""))
      return groups.map((group) => ({ title: titleOf(group), lines: group.lines }));
  }
  return [{ title: undefined, lines }];
}
