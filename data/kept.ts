// What was learned from a table, kept with the weights of a net as texts in JSON: "columns", "classes", and "table" with the rest.
import { badWeights } from "../runtime/diagnostics.ts";
import { given } from "../runtime/record.ts";
import { type Learned, learnedOf } from "../runtime/rows.ts";
import type { Assignment } from "./assign.ts";
import type { MissingPolicy } from "./missing.ts";

/** What a training knew of its table. */
export interface Kept extends Learned {
  /** What became of missing cells, where they were no error. */
  readonly missing?: MissingPolicy | undefined;
}

/** Keeps it with the weights. */
export function keepLearned(metadata: Map<string, string>, { columns, classes, oneHot = [], fill = {}, labels = {}, missing }: Kept): void {
  metadata.set("columns", JSON.stringify(columns));
  metadata.set("classes", JSON.stringify(classes));
  const rest = {
    ...(oneHot.length > 0 && { oneHot }),
    ...(Object.keys(fill).length > 0 && { fill }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(missing && missing !== "error" && { missing }),
  };
  metadata.set("table", JSON.stringify(rest));
}

const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

const isListOf = (value: unknown, type: "string" | "number"): boolean => Array.isArray(value) && value.every((each) => typeof each === type);

const areLists = (value: unknown, type: "string" | "number"): boolean =>
  isRecord(value) && Object.values(value).every((each) => isListOf(each, type));

/** What was kept; nothing for fresh weights. @throws GradcError `bad-weights` where it is damaged */
export function keptOf(metadata: ReadonlyMap<string, string>): Kept {
  let kept: Kept;
  try {
    kept = learnedOf(metadata);
  } catch {
    throw badWeights("what they keep of a table is damaged");
  }
  const { columns, classes, oneHot = [], fill = {}, labels = {} } = kept;
  const checks = {
    columns: areLists(columns, "string"),
    classes: areLists(classes, "string"),
    table: isListOf(oneHot, "string") && areLists(fill, "number") && isRecord(labels) && Object.values(labels).every(Array.isArray),
  };
  const damaged = Object.entries(checks).find(([, isGood]) => !isGood);
  if (damaged) throw badWeights(`the ${damaged[0]} is damaged`);
  return kept;
}

/** The same for a table in which columns have other names: an input's columns are those that it was trained on, in order. */
export function renamed(kept: Kept, assignment: Assignment): Kept {
  const before = new Map<string, string>();
  for (const [input, names] of Object.entries(assignment)) {
    const trained = given(kept.columns, input);
    if (trained?.length !== names.length) continue;
    for (const [at, name] of names.entries()) before.set(name, trained[at] as string);
  }
  const under = <T>(record: Readonly<Record<string, T>> = {}): Record<string, T> =>
    Object.fromEntries([...before].flatMap(([name, old]) => (Object.hasOwn(record, old) ? [[name, record[old] as T]] : [])));
  const oneHot = [...before].flatMap(([name, old]) => (kept.oneHot?.includes(old) ? [name] : []));
  return { ...kept, columns: assignment, classes: under(kept.classes), fill: under(kept.fill), oneHot };
}
