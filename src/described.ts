// Which parts of a compiled program are worth reading as formulas.
import type { Derivative, Described } from "../compiler/describe/describe.ts";
import type { Readable } from "../compiler/describe/readable.ts";
import { stepsOf } from "../compiler/describe/sites.ts";
import { inSourceOrder } from "../compiler/describe/source-order.ts";
import type { Entry, Program, Result } from "../compiler/ir/entry.ts";
import type { Graph, Name, Node } from "../compiler/ir/node.ts";
import { withBodies } from "../compiler/ir/walk.ts";
import { isOp } from "../compiler/ops/table.ts";
import { entryNamed, entryOf, gamesOf } from "../runtime/program.ts";

/** The gradients of one loss, and what its step writes. */
export interface Trained {
  /** The game whose loss it is, by which the loss is called. */
  readonly game: string | undefined;
  readonly loss: Result;
  readonly derived: readonly Result[];
  readonly step: Entry | undefined;
}

export function trainedIn({ entries }: Program): Trained[] {
  return [undefined, ...gamesOf(entries)].flatMap((game) => {
    // The loss comes first; what follows is named like a parameter, an input or a value, which a metric may be named like too.
    const [loss, ...derived] = entryNamed(entries, entryOf("gradients", game))?.results ?? [];
    return loss ? [{ game, loss: { ...loss, name: game ?? loss.name }, derived, step: entryNamed(entries, entryOf("step", game)) }] : [];
  });
}

/** The names of an output, last the one by which it is given. */
const namesOf = ({ names }: Graph, node: Node, output: string): string[] => [
  ...[...(names.get(node) ?? [])].map(({ text }) => text).filter((text) => text !== output),
  output,
];

/** Values that the user named, what steps of sequences give and `parts` of layers, in the order of the source, then outputs that no loss depends on, and the losses. */
function valuesOf(program: Program, losses: readonly Result[], parts: readonly Result[]): Map<string, Node> {
  const values = new Map<string, Node>();
  const outputs = entryNamed(program.entries, "predict")?.results ?? [];
  const nodes = inSourceOrder((losses.length > 0 ? losses : outputs).map((result) => result.node));
  const steps = new Map([...parts, ...stepsOf(program.graph, nodes)].map(({ node, name }) => [node, name]));
  for (const node of nodes) {
    if (node.inputs.length === 0) continue;
    const step = steps.get(node);
    if (step !== undefined) values.set(step, node);
    for (const { text } of program.graph.names.get(node) ?? []) values.set(text, node);
  }
  for (const { name, node } of outputs)
    if (!values.has(name) && node.inputs.length > 0)
      for (const text of namesOf(program.graph, node, name)) if (!values.has(text)) values.set(text, node);
  for (const { name, node } of losses) {
    values.delete(name);
    values.set(name, node);
  }
  return values;
}

/** The outputs that no loss depends on and whose values with that name a training computes otherwise. */
function predictedIn({ graph, entries }: Program, losses: readonly Result[]): Set<string> {
  const known = new Set(withBodies(losses.map(({ node }) => node)).flatMap((node) => [...(graph.names.get(node) ?? [])].map(({ text }) => text)));
  const outputs = new Set((entryNamed(entries, "predict")?.results ?? []).map(({ name }) => name).filter((name) => !known.has(name)));
  const hasMode = ([node, names]: readonly [Node, ReadonlySet<Name>]) =>
    [...names].some(({ text }) => outputs.has(text)) && withBodies([node]).some((part) => isOp(part, "training"));
  const moded = losses.length > 0 ? [...graph.names].filter(hasMode) : [];
  return new Set(moded.flatMap(([, names]) => [...names].map(({ text }) => text)).filter((name) => outputs.has(name)));
}

const isCalled = (node: Node, name: string): boolean => [...(node.graph.names.get(node) ?? [])].some(({ text }) => text === name);

/** Values of `written` that have names of their own, of which what runs is not made. */
function onlyWritten(graph: Graph, written: readonly Node[], known: ReadonlyMap<string, Node>): [string, Node][] {
  const nodes = withBodies(written).filter(({ inputs }) => inputs.length > 0);
  const named = nodes.flatMap((node) => [...(graph.names.get(node) ?? [])].map(({ text }): [string, Node] => [text, node]));
  return named.filter(([name]) => !known.has(name));
}

/** `values` in the order of the source, `last` behind the others. */
function inOrder(values: ReadonlyMap<string, Node>, last: ReadonlySet<string>): Map<string, Node> {
  const places = new Map(inSourceOrder([...values.values()]).map((node, at) => [node, at]));
  const placeOf = ([name, node]: readonly [string, Node]) => (last.has(name) ? places.size : (places.get(node) as number));
  return new Map([...values].sort((a, b) => placeOf(a) - placeOf(b)));
}

/** `values` with those that the definition wrote in another form in that, and these in the form that runs. */
function asWritten(
  graph: Graph,
  values: ReadonlyMap<string, Node>,
  all: readonly Result[],
  predicted: ReadonlySet<string>,
  losses: ReadonlySet<string>,
): Required<Pick<Described, "values" | "stable">> {
  const written = all.filter(({ name }) => !predicted.has(name));
  const changed = new Map(written.filter(({ name, node }) => (values.get(name) ?? node) !== node).map(({ name, node }) => [name, node]));
  const stable = new Map([...values].filter(([name]) => changed.has(name)));
  const differentiated = written.flatMap(({ name, node }) => (values.has(name) || !isCalled(node, name) ? [] : [node]));
  const more = onlyWritten(graph, [...changed.values(), ...differentiated], values);
  const told = new Map([...more, ...[...values].map(([name, node]) => [name, changed.get(name) ?? node] as const)]);
  return { values: inOrder(told, losses), stable };
}

/** Entries by name; those of a game by the game and the name where there is one of that name already that is another. */
function byName<T>(entries: readonly (readonly [game: string | undefined, name: string, value: T])[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const [game, name, value] of entries) {
    const known = found.get(name);
    found.set(known === undefined || known === value || game === undefined ? name : `${game}.${name}`, value);
  }
  return found;
}

/** The program's forward values, gradients and updates. */
export function partsToRead({ written, errors, others, parts, forms, ...program }: Readable): Described {
  const trained = trainedIn(program);
  const gradients = trained.flatMap(({ game, derived }) =>
    derived.map(({ name, node }) => [game === undefined ? name : `${game}.${name}`, game, name, node] as const),
  );
  const assigned = [...trained.flatMap(({ game, step }) => (step?.updates ?? []).map((update) => ({ ...update, game }))), ...program.assigned];
  const updates = assigned.flatMap(({ game, target, value }): [string | undefined, string, Node][] => {
    const declaration = program.graph.declarations.get(target);
    return declaration && declaration.role !== "counter" ? [[game, declaration.name, value]] : [];
  });
  const losses = trained.map(({ loss }) => loss);
  const predicted = predictedIn(program, losses);
  const ofUpdates = new Map(written.map(({ name, node }) => [name, node]));
  return {
    graph: program.graph,
    ...asWritten(program.graph, valuesOf(program, losses, parts), written, predicted, new Set(losses.map(({ name }) => name))),
    predicted,
    errors,
    others,
    forms,
    gradients: new Map(gradients.map(([key, , , node]) => [key, node])),
    derivatives: new Map(gradients.flatMap(([key, of, by]): [string, Derivative][] => (of === undefined ? [] : [[key, { of, by }]]))),
    updates: new Map([...byName(updates)].map(([name, node]) => [name, ofUpdates.get(name) ?? node])),
  };
}
