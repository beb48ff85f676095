// Compiling with a trace, and what it is held against.
import { expect } from "vitest";
import { prepare } from "../../../compiler/index.ts";
import type { Entry, Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import type { PassName } from "../../../compiler/pipeline/pass.ts";
import { Pipeline } from "../../../compiler/pipeline/pipeline.ts";
import type { Step } from "../../../compiler/trace/trace.ts";
import type { Declared } from "../../../src/declare.ts";
import { program } from "../../../src/entries.ts";
import { chained, isRule, rewritten } from "./replay.ts";

/** What `body` makes with a pipeline, and the steps of its passes. */
export function traced<T>(body: (pipeline: Pipeline) => T) {
  const told: (readonly [PassName, Step])[] = [];
  const result = body(new Pipeline({}, (step, pass) => told.push([pass, step])));
  return { result, told: told.map(([, step]) => step), of: (name: PassName) => told.flatMap(([pass, step]) => (pass === name ? [step] : [])) };
}

export const entryOf = ({ entries }: Program, name: string): Entry => entries.find((entry) => entry.name === name) as Entry;

/** Holds what the steps say against what the passes made: of the loss its stable form, of that the gradients, of these their simplest form. */
export function expectReplay(declared: Declared): void {
  const first = traced((pipeline) => program(declared, {}, pipeline));
  const whole = first.result;
  const last = traced((pipeline) => prepare(whole, pipeline));
  const { results } = entryOf(whole, "gradients");
  const loss = rewritten(first.of("stabilise"))(declared.loss as Node);
  expect(results[0]?.node).toBe(loss);
  const byName = new Map([...declared.graph.declarations].map(([node, { name }]) => [name, node]));
  const wrt = results.slice(1).map(({ name }) => byName.get(name) as Node);
  const gradients = chained(first.of("differentiate"), loss, wrt);
  const specialised = rewritten(last.of("specialise").filter((step) => isRule(step) && step.entry === "gradients"));
  const simplified = rewritten(last.of("simplify"));
  for (const [i, gradient] of [loss, ...gradients].entries()) {
    expect(gradient).toBe(results[i]?.node);
    expect(simplified(specialised(gradient))).toBe(entryOf(last.result, "gradients").results[i]?.node);
  }
}
