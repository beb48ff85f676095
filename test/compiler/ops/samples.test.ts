// What holds for every op and each of its samples; a new op needs no new test.
import { expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { formatType } from "../../../compiler/ir/type.ts";
import { withoutBodies } from "../../../compiler/ir/walk.ts";
import { ops } from "../../../compiler/ops/table.ts";
import { applySample, elementCount, sampleCases, sampleGradients, smoothCases, titled } from "../../support/samples.ts";

const differentiable = sampleCases.filter(({ op }) => op.gradient !== null);

// What the user says of a gradient is the body of its node, which samples have none of: test/src/with-gradient.test.ts.
const ofTheUser = "withGradient";

test("every op but the named sources and those of loops has samples, and every gradient rule of gradc's own a smooth one", () => {
  const missing = Object.entries(ops).filter(([, op]) => op.samples.length === 0);
  expect(missing.map(([name]) => name)).toEqual(["input", "parameter", "state", "slot", "loop", "stack", "last"]);
  const judged = new Set<string>(smoothCases.map(({ name }) => name));
  const rules = Object.entries(ops).filter(([, op]) => op.gradient !== null);
  expect(rules.map(([name]) => name).filter((name) => !judged.has(name))).toEqual([ofTheUser]);
});

test.each(titled(sampleCases))("the value has the inferred type: %s", (_, each) => {
  const { y, sources } = applySample(each);
  const value = valueAt(evaluate([y], { sources }), y);
  expect(formatType(value)).toBe(formatType(y));
  expect(value.data.length).toBe(elementCount(y));
  if (y.dtype === "i32") expect([...value.data].every((element) => Object.is(element, element | 0))).toBe(true);
  if (y.dtype === "bool") expect([...value.data].every((element) => element === 0 || element === 1)).toBe(true);
});

test.each(titled(differentiable))("gradients have their input's type and are made of the table's ops: %s", (_, each) => {
  const applied = applySample(each);
  if (applied.y.dtype !== "f32") return;
  const gradients = sampleGradients(each, applied);
  const types = gradients.map((gradient) => gradient && formatType(gradient));
  expect(types).toEqual(applied.xs.map((x, i) => (gradients[i] && x.dtype === "f32" ? formatType(x) : null)));
  const made = withoutBodies(gradients.filter((gradient): gradient is Node => gradient !== null));
  expect(made.filter((node) => !Object.hasOwn(ops, node.op))).toEqual([]);
});
