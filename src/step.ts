// What a step writes: the gradients clipped, and by the optimizer's rule the next values of the parameters and of the states that it keeps.

import { dependencies } from "../compiler/calculus/effective.ts";
import { duplicateName, invalidName } from "../compiler/diagnostics/definitions.ts";
import { shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import type { Slopes } from "../compiler/entry-points.ts";
import type { Update } from "../compiler/ir/entry.ts";
import type { Graph, Node, Role } from "../compiler/ir/node.ts";
import { formatShape, sameShape } from "../compiler/ir/type.ts";
import * as build from "../compiler/ops/build.ts";
import { fillOf } from "../compiler/rewrite/fill.ts";
import { counterOf } from "./games.ts";
import { selectNames } from "./globs.ts";
import { type Init, initial } from "./nn/init.ts";
import { ops } from "./ops/index.ts";
import { type Average, averaged } from "./optim/average.ts";
import { clipGradients } from "./optim/clip.ts";
import type { Group, Moment, Optimizer } from "./optim/optimizer.ts";
import { isSchedule, type Setting } from "./schedules/schedule.ts";
import { broadcastTo, float } from "./tensor.ts";
import type { TrainingOptions } from "./training.ts";
import { namePattern } from "./variables.ts";

/** Whether weight decay weighs `w`, where it does not say so for the parameters of a group. */
const decays = (w: Node): boolean => w.graph.declarations.get(w)?.decays ?? true;

export const nameOf = (w: Node): string => w.graph.declarations.get(w)?.name as string;

/** The rule of a parameter. */
type Rule = Pick<Group, "optimizer" | "own"> & { readonly index?: number };

/** What is trained: all parameters of a graph that training may change, or those of a game. */
export interface Trained {
  readonly graph: Graph;
  readonly game: string | undefined;
  /** Those that globs of groups may name: the frozen ones of the graph too. */
  readonly parameters: readonly Node[];
}

/** The rule of each of `parameters`: that of the first group that names it. @throws GradcError `unknown-name` for a glob that fits nothing */
function rulesOf(parameters: readonly Node[], optimizer: Optimizer): (w: Node) => Rule {
  const names = parameters.map(nameOf);
  const groups = (optimizer.groups ?? []).map(({ params, ...rule }, index) => ({ members: selectNames(params, names), rule: { ...rule, index } }));
  return (w) => groups.find(({ members }) => members.has(nameOf(w)))?.rule ?? { optimizer, own: [] };
}

/** Whether weight decay weighs `w` by its rule. A group that says so means it, whatever the layer says. */
const isWeighed = (w: Node, { optimizer, own }: Rule): boolean =>
  optimizer.hyper.weightDecay !== undefined && (decays(w) || own.includes("weightDecay"));

/**
 * What a step takes for the gradients of a loss: those that change something, and where weights decay, which they do whatever the gradient is, those
 * that are 0 too, as PyTorch has them: of every parameter that the loss depends on, but by a `stopGradient` or by no f32 value.
 */
export function gradientsOfStep({ total, parameters: all, gradients, effective }: Slopes, named: readonly Node[], optimizer: Optimizer) {
  const trained = effective();
  const ruleOf = rulesOf(named, optimizer);
  const shrinking = new Set(all.filter((w) => ruleOf(w).optimizer.shrinks || isWeighed(w, ruleOf(w))));
  if (shrinking.size === 0 || trained.size === 0) return trained;
  const known = dependencies(total, ({ op }) => op === "stopGradient");
  const zeros = (w: Node) => broadcastTo("weight decay", build.constant(total.graph, [0]), w.shape);
  const changes = (w: Node) => trained.has(w) || (known.has(w) && shrinking.has(w));
  return new Map(all.flatMap((w) => (changes(w) ? [[w, gradients.get(w) ?? zeros(w)]] : [])));
}

/** What a step does beside the rule of its optimizer. */
type StepOptions = Pick<TrainingOptions, "accumulate" | "average" | "clip">;

/** What the optimizer writes into the parameters and their averages; its own states go to the updates of the graph. @throws GradcError `duplicate-name` */
export function optimizerUpdates(
  { graph, game, parameters }: Trained,
  gradients: ReadonlyMap<Node, Node>,
  optimizer: Optimizer,
  options: StepOptions,
): Update[] {
  const { accumulate = 1, average, clip } = options;
  const raw = [...gradients.values()];
  const clipped = clip ? clipGradients(raw, clip) : raw;
  const declare = stateDeclarer(graph, game);
  const past = () => pastSteps(graph, game, accumulate);
  const now: Moment["now"] = (setting) => (isSchedule(setting) ? setting.value(past(), setting.base ?? 0) : setting);
  const hyperOf = hyperDeclarer(optimizer, (name, base) => declare(name, "hyper", [], base), now);
  const t = accumulate === 1 ? ops.cast(nextStep(graph, game), "f32") : ops.add(past(), 1);
  const ruleOf = rulesOf(parameters, optimizer);
  const updates = [...gradients.keys()].map((w, i) => {
    const rule = ruleOf(w);
    const own = nameOf(w);
    const { weightDecay, ...settings } = hyperOf(rule);
    const hyper = weightDecay && isWeighed(w, rule) ? { ...settings, weightDecay } : settings;
    const state: Moment["state"] = (name, shape = w.shape as readonly number[], init = "zeros") =>
      declare(`${own}.${name}`, "optimizer", shape, init);
    const slope = clipped[i] as Node;
    const g = rule.optimizer.maximize ? ops.neg(slope) : slope;
    const value = rule.optimizer.next({ w, g, lr: hyper.lr as Node, hyper, t, past, state, now });
    return { target: w, value: nextValue(`Cannot use "optim.${optimizer.name}" for "${own}"`, w, value) };
  });
  return average ? [...updates, ...averagesOf(updates, average, ops.compare(t, 1, "eq"), declare)] : updates;
}

/** What a step writes into the averages of the parameters that it changes. */
function averagesOf(updates: readonly Update[], average: Average, isFirst: Node, declare: DeclareState): Update[] {
  return updates.map(({ target, value }) => {
    const mean = declare(`${nameOf(target)}.average`, "optimizer", target.shape as readonly number[], "zeros");
    return { target: mean, value: averaged(mean, value, isFirst, average) };
  });
}

/** The number of calls of `step` before this one, of a game those of its own, f32. */
export const pastCalls = (graph: Graph, game: string | undefined): Node => ops.cast(countIn(graph, game), "f32");

/** The number of the optimizer's steps before this one, each of so many calls, f32. */
const pastSteps = (graph: Graph, game: string | undefined, calls: number): Node =>
  calls === 1 ? pastCalls(graph, game) : ops.floor(ops.div(pastCalls(graph, game), calls));

/** Declares the settings that can be changed at run time, those of a group `i` as `groups.i.lr`; gives those of a rule as they are in a step. */
function hyperDeclarer(optimizer: Optimizer, declare: (name: string, base: number) => Node, now: Moment["now"]) {
  /** A schedule as one whose base is a variable. */
  const declared = (name: string, setting: Setting): Node => {
    if (!isSchedule(setting)) return declare(name, setting);
    const base = setting.base === undefined ? undefined : declare(name, setting.base);
    return float(name, now(base ? { ...setting, value: (t) => setting.value(t, base) } : setting));
  };
  const all = ({ hyper }: Optimizer, name: (key: string) => string, keys = Object.keys(hyper)) =>
    Object.fromEntries(keys.map((key) => [key, declared(name(key), hyper[key] as Setting)]));
  const common = all(optimizer, (key) => key);
  const groups = (optimizer.groups ?? []).map((group, i) => {
    const { hyper } = group.optimizer;
    const keys = Object.keys(hyper);
    const own = all(
      group.optimizer,
      (key) => `groups.${i}.${key}`,
      keys.filter((key) => group.own.includes(key)),
    );
    return Object.fromEntries(keys.map((key) => [key, (own[key] ?? common[key]) as Node]));
  });
  return ({ index }: Rule): Readonly<Record<string, Node>> => (index === undefined ? common : (groups[index] as Record<string, Node>));
}

/** `value` as what `w` becomes. @throws GradcError `not-a-tensor`, `shape-mismatch` */
function nextValue(attempt: string, w: Node, value: Node): Node {
  const next = float(attempt, value);
  if (!sameShape(next.shape, w.shape)) throw shapeMismatch(attempt, [next.shape], `${formatShape(w.shape)}, the shape of the parameter`);
  return next;
}

/** The state that counts the steps of a net, or those of a game. */
export const countIn = (graph: Graph, game?: string): Node => build.state(graph, counterOf(game), "i32", []);

/** The number of the step that is being taken, i32: 1 in the first. */
export const nextStep = (graph: Graph, game?: string): Node => build.add(countIn(graph, game), build.constant(graph, [1], [], "i32"));

export type DeclareState = (name: string, role: Role, shape: readonly number[], init: Init) => Node;

/**
 * Declares states beside those that the definition has. Those of a game have its name, since another one may train the same parameters:
 * `score.weight.critic_m`, `critic.lr`.
 */
export function stateDeclarer(graph: Graph, game: string | undefined): DeclareState {
  const taken = new Map([...graph.declarations.values()].map(({ name, position }) => [name, position]));
  return (plain, role, shape, init) => {
    const last = plain.lastIndexOf(".") + 1;
    if (!namePattern.test(plain.slice(last))) throw invalidName("a state of an optimizer", plain);
    const name = game === undefined ? plain : role === "hyper" ? `${game}.${plain}` : `${plain.slice(0, last)}${game}_${plain.slice(last)}`;
    if (taken.has(name)) throw duplicateName(name, [taken.get(name), undefined]);
    taken.set(name, undefined);
    const node: Node = build.state(graph, name, "f32", shape);
    const first = initial({ what: `"${name}"`, init, shape }, graph.ordinal++, graph);
    const start = role === "optimizer" ? { start: fillOf(first) ?? Number.NaN } : {};
    graph.declarations.set(node, { name, role, trainable: false, init: first, ...start });
    return node;
  };
}
