// A step of a training through the interpreter, to find where something stopped being finite.
import { evaluateSteps, type Source } from "../../compiler/interpret.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { entryNamed } from "../../runtime/program.ts";
import { type Frame, isBad, type Origin, originOf, valueIn } from "./origin.ts";

/** The parts of a step, in the order in which they are computed. */
export const phases = ["forward pass", "gradients", "updates"] as const;
export type Phase = (typeof phases)[number];

/** Where a step stopped being finite, and in which part of it. */
export interface Traced extends Origin {
  readonly phase: Phase;
  /** What is computed up to there: the loss, the gradients and the updates with their names. */
  readonly parts: Parts;
}

/** The values of a step by what they are for. */
export interface Parts {
  readonly loss: Node;
  /** By the names of parameters. */
  readonly gradients: ReadonlyMap<string, Node>;
  readonly updates: ReadonlyMap<string, Node>;
}

/** What a step reads: the variables before it, and its rows. */
export interface StepSources {
  readonly sources: ReadonlyMap<string, Source>;
  readonly rows: number;
}

/** Runs the step of `program` and gives the first value that is not finite; undefined where the loss and what it writes are, or it has no step. */
export function traceStep(program: Program, { sources, rows }: StepSources): Traced | undefined {
  const step = entryNamed(program.entries, "step");
  const parts = step && partsOf(program, step);
  if (!step || !parts) return undefined;
  const run = (roots: readonly Node[]): Frame => ({
    values: evaluateSteps(roots, { sizes: { batch: rows }, sources, training: step.training, round: "f32" }),
  });
  const early = run([parts.loss]);
  if (isBad(valueIn(early, parts.loss))) return { ...originOf(parts.loss, early), phase: "forward pass", parts };
  const written = [...parts.updates.values()];
  const late = run(written);
  const found = written.filter((node) => isBad(valueIn(late, node))).map((node) => originOf(node, late));
  const phaseOf = phaseIn(parts);
  const ranked = found.map((origin) => ({ ...origin, phase: phaseOf(origin.node), parts }));
  return ranked.sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || a.node.id - b.node.id)[0];
}

function partsOf({ graph, entries }: Program, { results, updates }: Entry): Parts | undefined {
  const [loss] = results;
  if (!loss) return undefined;
  const gradients = (entryNamed(entries, "gradients")?.results ?? []).slice(1);
  const trained = updates.flatMap(({ target, value }) => {
    const declared = graph.declarations.get(target);
    return declared?.role === "parameter" ? [[declared.name, value] as const] : [];
  });
  return { loss: loss.node, gradients: new Map(gradients.map(({ name, node }) => [name, node])), updates: new Map(trained) };
}

function phaseIn({ loss, gradients }: Parts): (node: Node) => Phase {
  const forward = new Set(withBodies([loss]));
  const derived = new Set(withBodies([...gradients.values()]));
  return (node) => (forward.has(node) ? "forward pass" : derived.has(node) ? "gradients" : "updates");
}
