// The traces of whole networks.
import { expect, test } from "vitest";
import { emit, lower, prepare } from "../../../compiler/index.ts";
import { Pipeline } from "../../../compiler/pipeline/pipeline.ts";
import type { Step } from "../../../compiler/trace/trace.ts";
import { declare } from "../../../src/declare.ts";
import { program } from "../../../src/entries.ts";
import { purposeOf } from "../../../src/purpose.ts";
import { networkOf } from "../../bits/networks.ts";
import { parsers } from "../../support/parsers.ts";
import { expectSameValue } from "../../support/same-value.ts";
import { isRule } from "./replay.ts";
import { entryOf, expectReplay, traced } from "./traced.ts";

const networks = Array.from({ length: 20 }, (_, i) => 10 * i);

test.each(networks)("the trace, applied to the loss, gives the gradient graph of network %i", (i) => {
  expectReplay(declare(networkOf(i).model, parsers));
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
