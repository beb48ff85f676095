// From what a model declares to a program of entry points, and to the form in which it is printed and lowered.
//
//   stabilise → differentiate → optimize → step, gradients
//   specialise → simplify → separate     → predict, evaluate, prepare.i
//   specialise → simplify                  all of them
//
// An entry point that only looks is separated before the next one is made, and simplified once more with all the others: the order in which nodes
// are made is the order in which they are printed and computed.

import { entryOf } from "../runtime/program.ts";
import { gradientsOfStable } from "./calculus/differentiate.ts";
import { effective } from "./calculus/effective.ts";
import { noGradient } from "./diagnostics/gradients.ts";
import { elementAt } from "./ir/element.ts";
import { type Assigned, type Entry, lookingEntry, type Program, type Result, type Shell, type Update } from "./ir/entry.ts";
import { movePassages, withoutUnits } from "./ir/graph.ts";
import type { Graph, Node } from "./ir/node.ts";
import { print, printProgram } from "./ir/print.ts";
import { substitute, withBodies } from "./ir/walk.ts";
import { isOp } from "./ops/table.ts";
import { separate } from "./passes/separate.ts";
import { simplifyProgram } from "./passes/simplify.ts";
import { specialise } from "./passes/specialise.ts";
import { isStabilised, stabilise } from "./passes/stabilise.ts";
import { checkProgram } from "./pipeline/check-graph.ts";
import type { Pass, PassName } from "./pipeline/pass.ts";
import { Pipeline } from "./pipeline/pipeline.ts";

/** What is compiled of a definition. */
export interface Task {
  readonly shell: Shell;
  /** All values that are asked for. */
  readonly roots: readonly Node[];
  /** Those that it is differentiated by, which are kept. */
  readonly kept: readonly Node[];
  /** Values with names of which there are gradients, and that nothing else needs; only to be read. */
  readonly differentiated: readonly Node[];
  /** The model of their stable forms. */
  model(image: (node: Node) => Node): Model;
}

/** A model in its stable form, and as functions what only the language can say. */
export interface Model {
  readonly outputs: readonly Result[];
  readonly metrics: readonly Result[];
  /** What is trained: the loss, and each game of the model. */
  readonly objectives: readonly Objective[];
  /** The entry points `prepare.i`, each of them made when it is asked for. */
  preparations(): Iterable<Entry>;
}

/** What is trained. */
export interface Objective {
  /** The game whose loss it is; none for the loss of the model. */
  readonly game?: string | undefined;
  readonly loss: Node;
  /** The loss with penalties, which is differentiated. */
  readonly total: Node;
  readonly parameters: readonly Node[];
  /** What `gradients` gives the gradients by; the parameters that the total depends on unless stated. */
  readonly wrt: ReadonlyMap<string, Node> | undefined;
  /** Fewest rows to train on: 2 where it normalises by their statistics. */
  readonly minimum: number;
  /** What a step assigns; there is no step without it. */
  readonly step: ((slopes: Slopes) => readonly Update[]) | undefined;
  /** What a step assigns to states of layers, by the states. */
  readonly assigned: ReadonlyMap<Node, Node>;
  /** What a step gives beside loss and metrics. */
  readonly watch?: (slopes: Slopes) => readonly Result[];
}

/** The gradients of a total. */
export interface Slopes {
  readonly total: Node;
  readonly game?: string | undefined;
  /** What could be trained by them. */
  readonly parameters: readonly Node[];
  /** By parameter: those that it depends on. */
  readonly gradients: ReadonlyMap<Node, Node>;
  readonly shown: readonly Result[];
  /** Those by parameters that change something; found when first asked for. */
  effective(): ReadonlyMap<Node, Node>;
}

/** A program, and what it trains by. */
export interface Derived {
  readonly program: Program;
  /** Those of the loss, and of each game. */
  readonly slopes: readonly Slopes[];
}

/** Brings all to its stable form; updates of the graph are replaced in place. */
const stabilisation: Pass<Task, { readonly model: Model; readonly stable: readonly Node[]; readonly written: readonly Result[] }> = {
  name: "stabilise",
  run({ shell: { graph }, roots, kept, model }, trace) {
    // What a layer puts together of groups is read as what it gives: nothing is computed below that in its place, nor below another shape with a
    // name, unless it only adds axes of extent 1 to what has none, which gets the name.
    const together = [...graph.layers.keys()].filter((node) => isOp(node, "reshape") && isOp(elementAt(node.inputs, 0), "contract"));
    const hasLine = (inner: Node, node: Node) => inner === node || graph.names.has(inner);
    const reshaped = [...graph.names.keys()].filter((node) => isOp(node, "reshape") && hasLine(withoutUnits(node), node));
    const stabilised = stabilise(roots, [...kept, ...together, ...reshaped], trace);
    const { image } = stabilised;
    for (const [target, value] of graph.updates) graph.updates.set(target, image(value));
    movePassages(graph, graph, image);
    return {
      model: model(image),
      stable: roots.map(image),
      written: isStabilised(stabilised) || graph.forms.size > 0 ? changedNames(graph, roots, image) : [],
    };
  },
  print: ({ stable }) => print(stable),
};

/** The values below `roots` that their stable form changes, as they were written, by the names that the user gave them. */
function changedNames({ forms }: Graph, roots: readonly Node[], image: (node: Node) => Node): Result[] {
  const nodes = withBodies(roots).filter((node) => node.inputs.length > 0 && node.graph.names.has(node));
  const written = forms.size > 0 ? substitute(nodes, forms) : nodes;
  return nodes.flatMap((node, i) => {
    const before = written[i] as Node;
    const own = isNamedBelow(image(node), node) ? withoutUnits(before) : before;
    return image(node) === own ? [] : resultsOf(node, own);
  });
}

/** Whether what runs has the name of `node` below axes of extent 1 of its image. */
function isNamedBelow(image: Node, node: Node): boolean {
  const textsOf = (of: Node): string[] => [...(of.graph.names.get(of) ?? [])].map(({ text }) => text);
  const inner = withoutUnits(image);
  return inner !== image && textsOf(inner).some((text) => textsOf(node).includes(text));
}

/** `value` by the names of `node`. */
const resultsOf = (node: Node, value: Node): Result[] => [...(node.graph.names.get(node) ?? [])].map(({ text }) => ({ name: text, node: value }));

/** What a step assigns, as it is written, where that is another form; by the names of the targets. */
function changedUpdates({ forms, declarations }: Graph, updates: readonly Update[]): Result[] {
  const values = updates.map(({ value }) => value);
  return substitute(values, forms).flatMap((node, i) => {
    const { target, value } = updates[i] as Update;
    const name = declarations.get(target)?.name;
    return node === value || name === undefined ? [] : [{ name, node }];
  });
}

/** The gradients of a stable total. @throws GradcError `no-gradient` */
const differentiation: Pass<Objective, Slopes> = {
  name: "differentiate",
  run({ total, game, parameters, wrt }, trace) {
    const gradients = gradientsOfStable(total, parameters, trace);
    const shown = wrt
      ? namedGradients(wrt, gradientsOfStable(total, [...wrt.values()], trace))
      : [...gradients].map(([parameter, node]) => ({ name: total.graph.declarations.get(parameter)?.name as string, node }));
    let known: ReadonlyMap<Node, Node> | undefined;
    return { total, game, parameters, gradients, shown, effective: () => (known ??= effective(total, gradients)) };
  },
  print: ({ gradients, shown }) => print([...new Set([...gradients.values(), ...shown.map(({ node }) => node)])]),
};

/** Gradients with respect to `wrt` by name. @throws GradcError `no-gradient` */
export const namedGradients = (wrt: ReadonlyMap<string, Node>, gradients: ReadonlyMap<Node, Node>): Result[] =>
  [...wrt].map(([name, by]) => {
    const node = gradients.get(by);
    if (!node) throw noGradient(by);
    return { name, node };
  });

/** What a step assigns. */
const optimization = (step: NonNullable<Objective["step"]>): Pass<Slopes, readonly Update[]> => ({
  name: "optimize",
  run: step,
  print: (updates) => print(updates.map(({ value }) => value)),
});

const graphPass = (name: PassName, run: Pass<Program>["run"]): Pass<Program> => ({ name, run, print: printProgram, check: checkProgram });

/** From entry points as they are declared to those that are printed and lowered. */
const graphPasses: readonly Pass<Program>[] = [graphPass("specialise", specialise), graphPass("simplify", simplifyProgram)];

/** From an entry point that only looks to those that take its rows. */
const lookingPasses: readonly Pass<Program>[] = [...graphPasses, { name: "separate", run: separate, print: printProgram }];

/** The program as it is printed and lowered: every entry point knows its mode, in its simplest form. */
export const prepare = (original: Program, pipeline = new Pipeline()): Program => pipeline.runAll(graphPasses, original);

/** What `entry` becomes in the program: it runs in parts where it can. */
export const lookingEntries = (shell: Shell, entry: Entry, pipeline = new Pipeline()): readonly Entry[] =>
  pipeline.runAll(lookingPasses, { ...shell, entries: [entry] }).entries;

/**
 * The program of a model: `init`, `predict` and those that prepare it, with objectives also `evaluate`, and for each of them `gradients` and `step`,
 * behind which stands the name of a game.
 */
export function derive(task: Task, pipeline: Pipeline): Derived {
  const { model, written } = pipeline.run(stabilisation, task);
  const { outputs, metrics, objectives, preparations } = model;
  const slopes = objectives.map((objective) => pipeline.run(differentiation, objective));
  const training = objectives.flatMap((objective, i) => trainingEntries(elementAt(slopes, i), metrics, objective, pipeline));
  const look = (entry: Entry) => lookingEntries(task.shell, entry, pipeline);
  const losses = objectives.map(({ game = "loss", loss }) => ({ name: game, node: loss }));
  const evaluated = losses.length > 0 ? look(evaluateEntry([...losses, ...metrics])) : [];
  const predict = predictEntry(outputs);
  const looking = [...look(predict), ...evaluated];
  for (const entry of preparations()) looking.push(...look(entry));
  const assigned = objectives.flatMap(assignedWithoutStep);
  const { graph } = task.shell;
  const inForms = graph.forms.size > 0 ? [...training.map(({ updates }) => updates), assigned].flatMap((all) => changedUpdates(graph, all)) : [];
  const entries = [initEntry(graph), ...training, ...looking];
  const told = [...written, ...inForms, ...task.differentiated.flatMap((node) => resultsOf(node, node))];
  const toRead = { ...(told.length > 0 && { written: told }), ...(assigned.length > 0 && { assigned }) };
  return { program: { ...task.shell, entries, ...toRead, predict }, slopes };
}

const assignedWithoutStep = ({ step, game, assigned }: Objective): Assigned[] =>
  step ? [] : [...assigned].map(([target, value]) => ({ game, target, value }));

/** `gradients`, and `step` before it. What a game's step gives is its loss and what is watched of it, so that it asks only for what that needs. */
function trainingEntries(slopes: Slopes, metrics: readonly Result[], objective: Objective, pipeline: Pipeline): Entry[] {
  const { step, minimum, game, watch = () => [] } = objective;
  const loss = { name: "loss", node: slopes.total };
  const trainingEntry = (...of: Parameters<typeof lookingEntry>): Entry => ({ ...lookingEntry(...of), training: true, minimum });
  const shown = trainingEntry(entryOf("gradients", game), [loss, ...slopes.shown]);
  if (!step) return [shown];
  const updates = pipeline.run(optimization(step), slopes);
  const measured = game === undefined ? metrics : [];
  return [{ ...trainingEntry(entryOf("step", game), [loss, ...measured, ...watch(slopes)]), updates }, shown];
}

/** `predict`: the outputs, in parts if each row depends on its own inputs only. */
export const predictEntry = (outputs: readonly Result[]): Entry => ({ ...lookingEntry("predict", outputs), parts: "rows" });

/**
 * `evaluate`: loss and metrics. Where they depend on the rows through sums alone, `evaluate` adds these up in states of role `sum`, and
 * `evaluate.finish` makes the results of them and leaves zeros.
 */
export const evaluateEntry = (scores: readonly Result[]): Entry => ({
  ...lookingEntry("evaluate", scores),
  parts: { values: 0, finish: (nodes) => ({ results: scores.map(({ name }, i) => ({ name, node: nodes[i] as Node })), updates: [] }) },
});

/** Every variable at the start, from the seed alone. */
function initEntry(graph: Graph): Entry {
  const updates = [...graph.declarations].flatMap(([target, { init }]) => (init ? [{ target, value: init }] : []));
  return { ...lookingEntry("init", []), updates };
}
