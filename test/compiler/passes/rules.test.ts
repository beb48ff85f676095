import { describe, expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { verifyNodes } from "../../../compiler/ir/verify.ts";
import * as build from "../../../compiler/ops/build.ts";
import { isOp } from "../../../compiler/ops/table.ts";
import { fillOf } from "../../../compiler/rewrite/fill.ts";
import { type Rule, rewrite } from "../../../compiler/rewrite/rewrite.ts";
import { type Step, Trace } from "../../../compiler/trace/trace.ts";
import { expectSameValue } from "../../support/same-value.ts";
import { allRules, cases } from "./rule-cases.ts";
import { sourcesOf } from "./sources.ts";

const sizes = { batch: 3 };
// Kinks, halves of the range and everything that is not a number.
const special = [-0, 0, 1, -2.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 3e38, 1e-44];
const shifted = (by: number) => special.map((_, i) => special[(i + by) % special.length] as number);
const rotated = {
  x: (by: number) => shifted(by),
  y: (by: number) => shifted(2 * by + 1),
  v: (by: number) => shifted(by + 3).slice(0, 3),
  s: (by: number) => shifted(by).slice(0, 1),
};

/** What `before` becomes, and the names of the rules that made it so. */
function rewritten(before: Node, rules: readonly Rule[]) {
  const steps: Step[] = [];
  const { image } = rewrite([before], rules, { trace: new Trace((step) => steps.push(step)) });
  return { after: image(before), fired: steps.map((step) => "rule" in step && step.rule) };
}

describe.each(allRules)("$name", (rule) => {
  const { fires, stays } = cases[rule.name] ?? {};

  test("fires, and keeps the value", () => {
    const before = (fires as NonNullable<typeof fires>)(sourcesOf());
    const { after, fired } = rewritten(before, [rule]);
    expect(fired).toContain(rule.name);
    verifyNodes([after]);
    expectSameValue([before], [after], { sizes, classes: 4 });
  });

  test("stays away where it does not hold", () => {
    const before = (stays as NonNullable<typeof stays>)(sourcesOf());
    expect(rewritten(before, [rule]).fired).toEqual([]);
  });

  test.runIf(rule.tag !== "finite").each([...special.keys()])(
    `keeps ${rule.tag === "bits" ? "all bits" : "finite values finite"}, special values %i`,
    (by) => {
      const before = (fires as NonNullable<typeof fires>)(sourcesOf());
      const { image } = rewrite([before], [rule]);
      const data = Object.fromEntries(Object.entries(rotated).map(([name, values]) => [name, values(by)]));
      const shapes = { x: [3, 3], y: [3, 3], v: [3], s: [] };
      const sources = new Map(Object.entries(data).map(([name, values]) => [name, { shape: shapes[name as keyof typeof shapes], data: values }]));
      const indices = new Map([
        ["i", { dtype: "i32" as const, shape: [3], data: [0, 3, 1] }],
        ["c", { dtype: "bool" as const, shape: [3, 3], data: [0, 1, 1, 0, 1, 0, 0, 0, 1] }],
      ]);
      const values = evaluate([before, image(before)], { sizes, sources: new Map([...sources, ...indices]), round: "f32" });
      const [was, is] = [valueAt(values, before).data, valueAt(values, image(before)).data];
      for (const [at, element] of was.entries()) {
        if (rule.tag === "bits") expect(is[at]).toBe(element);
        // Twelve roundings to f32, the longest of these graphs.
        else if (Number.isFinite(element))
          expect(Math.abs((is[at] as number) - element) <= 1e-6 * Math.max(1, Math.abs(element)), `${is[at]} for ${element}`).toBe(true);
      }
    },
  );
});

test.each(["batch", 5])("a contraction counts the terms along an axis of %s along which both operands are repeated", (extent) => {
  const { v } = sourcesOf();
  const repeated = build.broadcast(v, [extent, 3], [1]);
  const before = build.contract(repeated, build.mul(repeated, repeated), "ki,kj->ij");
  const { after, fired } = rewritten(before, allRules);
  expect(fired).toContain("Σ_k x_ik·c_j = (Σ_k x_ik)·c_j");
  expectSameValue([before], [after], { sizes });
});

test("every rule has a case, and every case a rule", () => {
  expect(Object.keys(cases).sort()).toEqual(allRules.map((rule) => rule.name).sort());
});

/** `node` in one line: of its parameters the values of those that its type does not show. */
function lineOf(node: Node): string {
  const { name, shape, dtype, ...params } = node.params;
  if (typeof name === "string") return name;
  if (isOp(node, "constant")) return `${node.params.data}`;
  const value = fillOf(node);
  if (value !== undefined) return Object.is(value, -0) ? "-0" : String(value);
  const shown = [...Object.values(params).map((param) => JSON.stringify(param)), ...(node.op === "reshape" ? [`[${node.shape}]`] : [])];
  return `${node.op}(${[...node.inputs.map(lineOf), ...shown].join(", ")})`;
}

test("the rules, before and after, are those of rules.golden.txt", async () => {
  const lines = allRules.map((rule) => {
    const before = cases[rule.name]?.fires(sourcesOf());
    return before && `${rule.name} (${rule.tag}): ${lineOf(before)} => ${lineOf(rewrite([before], [rule]).image(before))}\n`;
  });
  await expect(lines.join("")).toMatchFileSnapshot("rules.golden.txt");
});
