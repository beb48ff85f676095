import { describe, expect, test } from "vitest";
import { prepare } from "../../../compiler/index.ts";
import { declare } from "../../../src/declare.ts";
import { declareSource } from "../../../src/definition-file.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, model, ops, parameter } from "../../../src/index.ts";
import { parsers } from "../../support/parsers.ts";
import { isRule } from "./replay.ts";
import { expectReplay, traced } from "./traced.ts";

const housing = new URL("../../../examples/housing/housing.model.ts", import.meta.url);

/** Choices whose gradients must stay behind them. */
const guarded = model("guarded", { x: f32("batch", 3), y: f32("batch", 3) }, ({ x, y }) => {
  const w = parameter([3], { init: "ones", name: "w" });
  const z = ops.mul(x, w);
  const isPositive = ops.compare(z, 0, "gt");
  const out = ops.where(isPositive, ops.log(z), ops.sqrt(ops.neg(z)));
  return { outputs: { out }, loss: ops.add(losses.mse(out, y), ops.sum(ops.where(isPositive, ops.sqrt(z), 0))) };
});

describe("the trace, applied to the loss, gives the gradient graph", () => {
  test("of housing", async () => expectReplay(await declareSource(housing)));
  test("of choices that keep the gradient behind them", () => expectReplay(declare(guarded, parsers)));
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
