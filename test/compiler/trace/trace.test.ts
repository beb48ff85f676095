import { describe, expect, test } from "vitest";
import { emit, lower, prepare } from "../../../compiler/index.ts";
import type { Entry, Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import type { PassName } from "../../../compiler/pipeline/pass.ts";
import { Pipeline } from "../../../compiler/pipeline/pipeline.ts";
import type { Step } from "../../../compiler/trace/trace.ts";
import { type Declared, declare } from "../../../src/declare.ts";
import { declareSource } from "../../../src/definition-file.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, model, ops, parameter } from "../../../src/index.ts";
import { purposeOf } from "../../../src/purpose.ts";
import { networkOf } from "../../bits/networks.ts";
import { parsers } from "../../support/parsers.ts";
import { expectSameValue } from "../../support/same-value.ts";
import { chained, isRule, rewritten } from "./replay.ts";

const housing = new URL("../../../examples/housing/housing.model.ts", import.meta.url);
const networks = Array.from({ length: 20 }, (_, i) => 10 * i);

/** Choices whose gradients must stay behind them. */
const guarded = model("guarded", { x: f32("batch", 3), y: f32("batch", 3) }, ({ x, y }) => {
  const w = parameter([3], { init: "ones", name: "w" });
  const z = ops.mul(x, w);
  const isPositive = ops.compare(z, 0, "gt");
  const out = ops.where(isPositive, ops.log(z), ops.sqrt(ops.neg(z)));
  return { outputs: { out }, loss: ops.add(losses.mse(out, y), ops.sum(ops.where(isPositive, ops.sqrt(z), 0))) };
});

/** What `body` makes with a pipeline, and the steps of its passes. */
function traced<T>(body: (pipeline: Pipeline) => T) {
  const told: (readonly [PassName, Step])[] = [];
  const result = body(new Pipeline({}, (step, pass) => told.push([pass, step])));
  return { result, told: told.map(([, step]) => step), of: (name: PassName) => told.flatMap(([pass, step]) => (pass === name ? [step] : [])) };
}

const entryOf = ({ entries }: Program, name: string): Entry => entries.find((entry) => entry.name === name) as Entry;

/** Holds what the steps say against what the passes made: of the loss its stable form, of that the gradients, of these their simplest form. */
function expectReplay(declared: Declared): void {
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

describe("the trace, applied to the loss, gives the gradient graph", () => {
  test("of housing", async () => expectReplay(await declareSource(housing)));
  test("of choices that keep the gradient behind them", () => expectReplay(declare(guarded, parsers)));
  test.each(networks)("of network %i", (i) => expectReplay(declare(networkOf(i).model, parsers)));
});

test("what masks do to gradients is told as rules", () => {
  const { of } = traced((pipeline) => program(declare(guarded, parsers), {}, pipeline));
  const rules = new Set(of("differentiate").flatMap((step) => (isRule(step) ? [step.rule] : [])));
  expect([...rules]).toEqual(["f(c ? g : 0) = c ? f(g) : 0", "(c ? g : 0) + (c ? 0 : h) = c ? g : h"]);
});

test("a step has the place of what the user wrote, gradients that of the value they are taken at", async () => {
  const declared = await declareSource(housing);
  const { told } = traced((pipeline) => prepare(program(declared, {}, pipeline), pipeline));
  const doubled = told.find((step) => isRule(step) && step.rule === "x + x = x·2");
  expect(doubled?.place).toMatchObject({ file: "housing.model.ts", line: 7 });
  expect(told.filter((step) => !isRule(step) && !step.place)).toEqual([]);
});

test.each(networks.slice(0, 8))("each step of a rule keeps the value: network %i", (i) => {
  const { model, options } = networkOf(i);
  const { told, result } = traced((pipeline) => prepare(program(declare(model, parsers), options, pipeline), pipeline));
  const rules = new Map(told.filter(isRule).map((step) => [step.before, step]));
  expect(rules.size).toBeGreaterThan(0);
  for (const { rule, before, after, entry } of rules.values()) {
    const training = entry === undefined || entryOf(result, entry)?.training === true;
    expect(() => expectSameValue([before], [after], { sizes: { batch: 3 }, classes: 3, training }), rule).not.toThrow();
  }
});

test.each(networks.slice(10, 13))("a sink changes no byte of the module of network %i", async (i) => {
  const { model, options } = networkOf(i);
  const moduleBy = async (pipeline: Pipeline): Promise<Uint8Array> => {
    const declared = declare(model, parsers);
    const whole = program(declared, options, pipeline);
    const purpose = { ...purposeOf(declared, whole, options), profile: "exact" } as const;
    return (await emit(lower(whole, pipeline), { purpose })).wasm;
  };
  const told: Step[] = [];
  const watched = await moduleBy(new Pipeline({}, (step) => told.push(step)));
  expect(told.length).toBeGreaterThan(0);
  expect(Buffer.from(watched).equals(await moduleBy(new Pipeline()))).toBe(true);
});
