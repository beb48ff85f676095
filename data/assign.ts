// Which columns of a table belong to which inputs of a model.
import { unknownName } from "../runtime/diagnostics.ts";
import type { InputSlot, Manifest } from "../runtime/program.ts";
import { csvHeader, csvNoColumn, csvNoColumns, csvNoInput, csvOneHot, csvTwice, csvUnclear, csvWidth, quoted } from "./diagnostics.ts";
import type { Header } from "./header.ts";

/** Names of columns by input. */
export type Assignment = Readonly<Record<string, readonly string[]>>;

/** What a user says of columns. */
export interface Wishes {
  /** Columns of the inputs that only the loss reads. */
  readonly target?: readonly string[] | undefined;
  /** Columns of inputs by name. */
  readonly input?: Assignment | undefined;
  /** Columns that no input takes unless it names them. */
  readonly ignore?: readonly string[] | undefined;
  /** Columns that become a 0/1 column for each of their categories. */
  readonly oneHot?: readonly string[] | undefined;
}

/** How many numbers an input takes a row. */
export const widthOf = ({ shape }: InputSlot): number =>
  shape.slice(typeof shape[0] === "string" ? 1 : 0).reduce<number>((product, dim) => product * Number(dim), 1);

/** `manifest` without the inputs that no call needs, save those that the table or `wishes` have columns for by name. */
export function withoutUnread(manifest: Manifest, { names }: Header, { input = {} }: Wishes): Manifest {
  const wanted = new Set([...manifest.entries.flatMap(({ inputs }) => inputs), ...names, ...Object.keys(input)]);
  return { ...manifest, inputs: manifest.inputs.filter(({ name }) => wanted.has(name)) };
}

/** The columns that typed names mean: one with a comma may have come apart, and without names in the file a number is the place of a column, from 1. */
function resolve(typed: readonly string[], header: Header): string[] {
  const known = new Set(header.names);
  const resolved: string[] = [];
  for (let at = 0; at < typed.length; ) {
    const { name, parts } = columnAt(typed, at, header, known);
    resolved.push(name);
    at += parts;
  }
  return resolved;
}

function columnAt(
  typed: readonly string[],
  at: number,
  header: Header,
  known: ReadonlySet<string>,
): { readonly name: string; readonly parts: number } {
  const name = typed[at] as string;
  const placed = !header.isNamed && /^\d+$/.test(name) ? `c${Number(name)}` : name;
  if (known.has(placed)) return { name: placed, parts: 1 };
  for (let end = typed.length; end > at + 1; end--) {
    const whole = [",", ", "].map((comma) => typed.slice(at, end).join(comma)).find((each) => known.has(each));
    if (whole !== undefined) return { name: whole, parts: end - at };
  }
  throw csvNoColumn(name, header);
}

/**
 * Gives each input its columns: those that `wishes.input` names, else for the inputs that only the loss reads the columns of `wishes.target`, by name
 * or in order, else the column of its name where one is enough. The one input that is left takes the other columns in the order of the file, without
 * those that are ignored. How many columns there are is left to `checkWidths`.
 * @throws GradcError `unknown-input`, `csv-no-column`, `csv-no-columns`, `csv-no-input`, `csv-unclear`, `csv-twice`, `csv-header`, `csv-one-hot`
 */
export function assignColumns(header: Header, { inputs, targets }: Manifest, wishes: Wishes): Assignment {
  const known = new Set(inputs.map(({ name }) => name));
  for (const name of Object.keys(wishes.input ?? {})) if (!known.has(name)) throw unknownName("input", name, known);
  const assigned = new Map(Object.entries(wishes.input ?? {}).map(([name, typed]) => [name, resolve(typed, header)]));
  const target = resolve(wishes.target ?? [], header);
  const ignored = new Set(resolve(wishes.ignore ?? [], header));
  const oneHot = new Set(resolve(wishes.oneHot ?? [], header));
  const byHand = new Set([...assigned.values(), target].flat());

  assignTargets(assigned, inputs, targets, target);
  const free = new Set(header.ordinary.filter((name) => !byHand.has(name) && !ignored.has(name)));
  for (const slot of inputs) {
    const fits = widthOf(slot) === 1 || oneHot.has(slot.name);
    if (!assigned.has(slot.name) && free.has(slot.name) && fits) assigned.set(slot.name, [slot.name]);
  }
  assignRest(assigned, inputs, targets, free);
  const given = new Set([...assigned.values()].flat());
  const unused = target.find((name) => !given.has(name));
  if (unused !== undefined) throw csvNoInput(unused, targets);
  checkAssignment(assigned, inputs, targets, header);
  checkOneHot(assigned, inputs, oneHot);
  return Object.fromEntries(inputs.map(({ name }) => [name, assigned.get(name) as string[]]));
}

/** Gives the targets that have no columns yet those of `--target`: first each its namesake, then in order; the last takes whatever is left, so that its width is checked. */
function assignTargets(assigned: Map<string, string[]>, inputs: readonly InputSlot[], targets: readonly string[], target: readonly string[]): void {
  const left = [...target];
  const open = () => inputs.filter(({ name }) => targets.includes(name) && !assigned.has(name));
  for (const slot of open()) if (left.includes(slot.name) && widthOf(slot) === 1) assigned.set(slot.name, left.splice(left.indexOf(slot.name), 1));
  for (const slot of open()) {
    if (left.length > 0) assigned.set(slot.name, left.splice(0, open().length === 1 ? left.length : widthOf(slot)));
  }
}

/** Gives the one input that is left the columns that are free. */
function assignRest(assigned: Map<string, string[]>, inputs: readonly InputSlot[], targets: readonly string[], free: ReadonlySet<string>): void {
  const open = inputs.filter(({ name }) => !assigned.has(name) && !targets.includes(name)).map(({ name }) => name);
  if (open.length > 1) throw csvUnclear(open);
  const taken = new Set([...assigned.values()].flat());
  if (open[0] !== undefined)
    assigned.set(
      open[0],
      [...free].filter((name) => !taken.has(name)),
    );
}

function checkAssignment(
  assigned: ReadonlyMap<string, readonly string[]>,
  inputs: readonly InputSlot[],
  targets: readonly string[],
  header: Header,
): void {
  const missing = inputs.find(({ name }) => !assigned.get(name)?.length);
  if (missing) throw csvNoColumns(missing.name, targets.includes(missing.name), header);
  const seen = new Set<string>();
  for (const name of [...assigned.values()].flat()) {
    if (header.repeated.has(name)) throw csvHeader(name, header);
    if (seen.has(name)) throw csvTwice(name);
    seen.add(name);
  }
}

function checkOneHot(assigned: ReadonlyMap<string, readonly string[]>, inputs: readonly InputSlot[], oneHot: ReadonlySet<string>): void {
  const numbers = new Set(inputs.flatMap(({ name, dtype }) => (dtype === "f32" ? (assigned.get(name) ?? []) : [])));
  for (const name of oneHot) if (!numbers.has(name)) throw csvOneHot(name);
}

/** Holds the columns of each input against its width; `widthOfColumn` may not know one yet. @throws GradcError `csv-width` */
export function checkWidths(
  assignment: Assignment,
  inputs: readonly InputSlot[],
  header: Header,
  widthOfColumn: (name: string) => number | undefined,
): void {
  for (const slot of inputs) {
    const columns = assignment[slot.name] ?? [];
    const widths = columns.map(widthOfColumn);
    if (widths.includes(undefined)) continue;
    const width = widths.reduce<number>((sum, each = 0) => sum + each, 0);
    const named = columns.map((name, i) => (widths[i] === 1 ? quoted(name) : `${quoted(name)} (${widths[i]})`));
    if (width !== widthOf(slot)) throw csvWidth(slot, widthOf(slot), named, width, header);
  }
}
