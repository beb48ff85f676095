// Functions that a page defines by formulas, given values for their arguments.
import type { Definition, Definitions } from "./definitions.ts";
import { type Evaluate, lettersOf } from "./indices.ts";
import type { Formula } from "./parse.ts";
import { alongOf, reduce, total } from "./reduce.ts";
import type { Scope } from "./scope.ts";
import { type Axis, build, cut, plain, reader, scalar, sideBySide, type Tensor, Unreadable } from "./tensor.ts";

const isAxes = (settings: string): boolean =>
  settings.split(",").every((letter) => letter === "batch" || letter === "group" || /^[i-z]$/.test(letter));

/** What the page defines under that name: with the same below it, else for any axes that stand there. */
export function definitionFor(name: string, settings: string | undefined, count: number, { formulas }: Definitions): Definition | undefined {
  const named = formulas.filter((definition) => definition.name === name && definition.params.length === count);
  const same = named.filter((definition) => definition.settings === settings);
  return (
    same.at(-1) ?? (settings !== undefined && isAxes(settings) ? named.filter((definition) => definition.settings === undefined).at(-1) : undefined)
  );
}

/** The value of `definition` for `args`; `settings` stand below its name. */
export function applied(definition: Definition, settings: string | undefined, args: readonly Tensor[], scope: Scope, evaluate: Evaluate): Tensor {
  if (definition.letters) return byGroups(definition, args, scope, evaluate);
  const { params, body, along } = definition;
  const given = new Map(params.map((param, i) => [param, args[i] as Tensor]));
  const axes = settings !== undefined && definition.settings === undefined ? settings.split(",") : along === "last" ? ("last" as const) : undefined;
  const groups = /^\d+/u.exec(definition.settings ?? "")?.[0];
  return evaluate(body, { ...within(scope, given), ...(axes && { along: axes }), ...(groups !== undefined && { groups: Number(groups) }) });
}

function within({ letters: _, along: __, outside: ___, ...scope }: Scope, given: ReadonlyMap<string, Tensor>): Scope {
  return { ...scope, value: (name, step, t) => (step === undefined ? given.get(name) : undefined) ?? scope.value(name, step, t) };
}

/** `o and i of the same one of the groups`: what belongs to each for itself, side by side. */
function byGroups(definition: Definition, args: readonly Tensor[], scope: Scope, evaluate: Evaluate): Tensor {
  const groups = Number(/groups=(\d+)/u.exec(definition.settings ?? "")?.[1] ?? 1);
  if (groups === 1) return indexed(definition, args, scope, evaluate);
  const [x, weights] = args as [Tensor, Tensor];
  const parts = Array.from({ length: groups }, (_, at) =>
    indexed(definition, [part(plain(x), 1, at, groups), part(plain(weights), 0, at, groups)], scope, evaluate),
  );
  return sideBySide(parts, 1);
}

/** One of equal parts along an axis. */
function part(x: Tensor, along: number, at: number, of: number): Tensor {
  const extent = (x.axes[along] as Axis).extent / of;
  return cut(x, along, at * extent, extent);
}

/** A function that is given by the elements of its value. */
function indexed(definition: Definition, args: readonly Tensor[], scope: Scope, evaluate: Evaluate): Tensor {
  const { params, body, over, outside, letters } = withRank(definition, args[0] as Tensor);
  const given = new Map(params.map((param, i) => [param, plain(args[i] as Tensor)]));
  for (const [name, extent] of extentsOf(definition, given)) given.set(name, scalar(extent));
  const inside = within(scope, given);
  const cells = new Map([...[...(over?.cells ?? [])].map(([letter, extent]) => [letter, { extent }] as const), ...cellsOf(definition, given)]);
  const behind = outside === undefined ? [] : paddingsOf(definition.settings ?? "");
  const known = lettersOf(body, inside, evaluate, cells, letters ?? [], behind);
  const value = evaluate(body, { ...inside, letters: known, ...(outside !== undefined && { outside }) });
  const taken = over && over.what !== "each" ? overCells(value, over) : value;
  return inOrder(taken, letters ?? []);
}

/** What names of extents stand for. */
const extentsOf = ({ extents }: Definition, args: ReadonlyMap<string, Tensor>): [string, number][] =>
  (args.get(extents?.of ?? "")?.axes.slice(-(extents?.names.length ?? 0)) ?? []).map(({ extent }, i) => [extents?.names[i] as string, extent]);

/** The axes of letters that the definition says how many values they have. */
function cellsOf({ cells }: Definition, args: ReadonlyMap<string, Tensor>): [string, Axis][] {
  if (!cells) return [];
  const { letters, of } = cells;
  const axes = typeof of === "string" ? (args.get(of)?.axes.slice(-letters.length) ?? []) : of.map((extent): Axis => ({ extent }));
  return letters.map((letter, i) => [letter, axes[i] as Axis]);
}

function overCells(value: Tensor, { what, cells }: NonNullable<Definition["over"]>): Tensor {
  const along = alongOf(
    value,
    [...cells.keys()].filter((letter) => value.axes.some((axis) => axis.letter === letter)),
  );
  return reduce(value, along, (values) => {
    const counted = values.filter((each) => !Number.isNaN(each));
    return what === "maximum" ? Math.max(...counted) : total(counted) / counted.length;
  });
}

/** The axes in the order of `letters`; the same value at all places of a letter that `known` knows and `given` is without. */
export function inOrder(given: Tensor, letters: readonly string[], known: ReadonlyMap<string, Axis> = new Map()): Tensor {
  const x = letters.reduce((all, letter) => spread(all, letter, known.get(letter)), given);
  const order = letters.map((letter) => x.axes.findIndex((axis) => axis.letter === letter));
  if (order.includes(-1) || order.length !== x.axes.length)
    throw new Unreadable(`not an axis each: ${letters} of ${x.axes.map(({ letter }) => letter)}`);
  const read = reader(x);
  const index = order.map(() => 0);
  const value = build(
    order.map((axis) => x.axes[axis] as Axis),
    (at) => {
      for (const [to, from] of order.entries()) index[from] = at[to] as number;
      return read(index);
    },
  );
  return { ...value, axes: value.axes.map(({ extent, batch }) => ({ extent, ...(batch && { batch }) })) };
}

function spread(x: Tensor, letter: string, axis: Axis | undefined): Tensor {
  if (!axis || x.axes.some((own) => own.letter === letter)) return x;
  return {
    axes: [...x.axes, { ...axis, letter }],
    data:
      x.data.length === 0
        ? x.data
        : Float64Array.from({ length: x.data.length * axis.extent }, (_, at) => x.data[Math.floor(at / axis.extent)] as number),
  };
}

/** How many places lie behind each axis of windows: `padding=1`, `padding=1×0+2`. */
const paddingsOf = (settings: string): number[] =>
  (/padding=([^,]*)/u.exec(settings)?.[1] ?? "").split("×").map((each) => Number(each.split("+").at(-1)));

/** `as many places and cells as there are axes`: a definition for two axes read for one. */
function withRank(definition: Definition, x: Tensor): Definition {
  const missing = (definition.letters?.length ?? 0) - x.axes.length;
  if (!definition.isOfAnyRank || missing <= 0) return definition;
  const left = (definition.letters ?? []).slice(0, x.axes.length);
  return { ...definition, letters: left, body: shortened(definition.body, missing) };
}

function shortened(formula: Formula, by: number): Formula {
  if (formula.kind === "indexed") return { ...formula, index: formula.index.slice(0, -by) };
  if (formula.kind === "over") return { ...formula, over: formula.over.slice(0, -by), x: shortened(formula.x, by) };
  return formula.kind === "infix" ? { ...formula, x: shortened(formula.x, by), y: shortened(formula.y, by) } : formula;
}
