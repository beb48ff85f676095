// Runs definitions without the front end: calls are given their sites by hand, values come from the interpreter.

import type { Site } from "../../compiler/frontend/site.ts";
import { evaluate, type Source } from "../../compiler/interpret.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { type Declared, declare } from "../../src/declare.ts";
import { type InputTypes, model, type Result } from "../../src/model.ts";
import { at } from "../../src/scope.ts";
import type { Tensor } from "../../src/tensor.ts";
import { parsers } from "../support/parsers.ts";

export { parsers };

/** The definition of a body without the front end. */
export const define = <const I extends InputTypes>(inputs: I, body: (inputs: { readonly [K in keyof I]: Tensor }) => Result): Declared =>
  declare(model("test", inputs, body), parsers);

/** A call at `line` whose value reaches `name`: directly, or as an argument. */
export const site = (line: number, callee: string, name?: string, direct = true): Site => ({
  position: { file: "test.model.ts", line, column: 1 },
  callee,
  direct,
  ...(name === undefined ? {} : { name, target: { file: "test.model.ts", line, column: 1 } }),
});

/** `call` as the value of the variable `name`. */
export const assigned = <T>(line: number, name: string, call: () => T): T => at(site(line, `call at ${line}`, name), call);

/** `call` as an argument within the expression of the variable `name`; `callee` tells calls of one line apart. */
export const within = <T>(line: number, name: string, callee: string, call: () => T): T => at(site(line, callee, name, false), call);

/** `call` whose value is returned or passed on without a variable. */
export const returned = <T>(line: number, callee: string, call: () => T): T => at(site(line, callee), call);

/** Names of the parameters and states of a layer, in the order of declaration. */
export const variableNames = ({ graph }: Declared): string[] =>
  [...graph.declarations.values()].flatMap(({ name, role }) => (role === "parameter" || role === "layer" ? [name] : []));

/** A source of the interpreter. */
export const source = (data: readonly number[], shape: readonly number[] = [data.length], dtype?: Source["dtype"]): Source =>
  dtype ? { data, shape, dtype } : { data, shape };

export type Sources = Record<string, Source>;

/** The elements of `node`. */
export function elementsOf(node: Node, sources: Sources = {}, options: { batch?: number; training?: boolean; round?: "f32" } = {}): number[] {
  const { batch = 1, ...rest } = options;
  const values = evaluate([node], { sources: new Map(Object.entries(sources)), sizes: { batch }, ...rest });
  return [...(values.get(node)?.data ?? [])];
}

/** The value of one output `y` of a body over `sources`. */
export const outputOf = <const I extends InputTypes>(
  inputs: I,
  sources: Sources,
  body: (inputs: { readonly [K in keyof I]: Tensor }) => Tensor,
  options: { batch?: number; training?: boolean } = {},
): number[] => elementsOf(define(inputs, (tensors) => ({ outputs: { y: body(tensors) } })).outputs.y as Node, sources, options);

/** The memory of a program that the interpreter runs: variables by name. */
export type Memory = Map<string, Source>;

/** The elements of a variable. */
export function variableIn(memory: Memory, name: string): number[] {
  const variable = memory.get(name);
  if (!variable) throw new Error(`There is no variable "${name}"`);
  return Array.from(variable.data);
}

/** Memory as it is after `init`. */
export function initialise(program: Program, seed = 0): Memory {
  const memory: Memory = new Map([["#seed", source([seed], [], "i32")]]);
  return run(program, "init", memory, {}).memory;
}

/** Runs an entry point: its results, and the memory afterwards. */
export function run(
  program: Program,
  name: string,
  memory: Memory,
  inputs: Sources,
  batch = 1,
): { results: Record<string, number[]>; memory: Memory } {
  const entry = program.entries.find((each) => each.name === name) as Entry;
  const roots = [...entry.results.map(({ node }) => node), ...entry.updates.map(({ value }) => value)];
  const sources = new Map([...memory, ...Object.entries(inputs)]);
  const values = evaluate(roots, { sources, sizes: { batch }, training: entry.training });
  const after: Memory = new Map(memory);
  for (const { target, value } of entry.updates) {
    const result = values.get(value);
    if (result) after.set((target.params as { name: string }).name, { dtype: result.dtype, shape: result.shape, data: result.data });
  }
  return { results: Object.fromEntries(entry.results.map(({ name, node }) => [name, [...(values.get(node)?.data ?? [])]])), memory: after };
}
