// Tensors that JavaScript asks for a truth value, which is always true, are found by their types.
import { join } from "node:path";
import { compile } from "gradc/compiler";
import { describe, expect, test } from "vitest";
import type { GradcError } from "../../../runtime/error.ts";
import { folderOf } from "./definition.ts";

const bodies = (lines: readonly string[]) =>
  lines.map(
    (line, i) => `
export const m${i} = model("m${i}", { x: f32("batch", 2) }, ({ x }) => {
  const p = nn.linear(x, 2);
  const positive = ops.compare(p, 0, "gt");
  ${line}
});`,
  );
const file = (lines: readonly string[], more = "") => `import { f32, model, nn, ops } from "gradc";
${more}${bodies(lines).join("\n")}
`;

async function outcome(name: string, text: string, model = "m0"): Promise<string> {
  const path = join(folderOf({ [name]: text }), name);
  return compile(path, { model }).then(
    () => "compiled",
    ({ code, at, message }: GradcError) => `${code} at ${at}: ${message.split("\n")[0]}`,
  );
}

describe("a tensor as a condition is refused with its place", () => {
  test.each<[string, string]>([
    ["if (positive) return { outputs: { p } }; return { outputs: { x } };", "6:7: positive"],
    ['return { outputs: { y: ops.compare(p, 0, "gt") ? p : x } };', '6:26: ops.compare(p, 0, "gt")'],
    ["return { outputs: { y: !x ? p : x } };", "6:27: x"],
    ["return { outputs: { y: (positive) && p } };", "6:27: positive"],
    ["return { outputs: { y: ops.tanh(p) || p } };", "6:26: ops.tanh(p)"],
    ["return { outputs: { y: p.shape.length > 1 && positive ? p : x } };", "6:48: positive"],
  ])("%s", async (line, expected) => {
    const [row, column, text] = expected.split(/:(?! )|: /);
    const wanted = `operator-on-tensor at a.model.js:${row}:${column}: Cannot use the tensor "${text}" as a condition`;
    expect(await outcome("a.model.js", file([line]))).toContain(wanted);
  });

  test("in TypeScript too", async () => {
    expect(await outcome("a.model.ts", file(["if (positive) return { outputs: { y: p } };\n  return { outputs: { y: x } };"]))).toContain(
      'operator-on-tensor at a.model.ts:6:7: Cannot use the tensor "positive" as a condition',
    );
  });
});

describe("a tensor as an operand is refused with its place, before TypeScript speaks of numbers", () => {
  const both = ["a.model.js", "a.model.ts"];
  test.each<[string, string]>([
    ["return { outputs: { y: p === x ? p : x } };", "6:26: p"],
    ["return { outputs: { y: p != ops.tanh(x) ? p : x } };", "6:26: p"],
    ["return { outputs: { y: 0 === p ? p : x } };", "6:32: p"],
    ["const y = -p; return { outputs: { y } };", "6:14: p"],
    ["const y = 1 - p; return { outputs: { y } };", "6:17: p"],
    ["const y = ops.tanh(p) * 2; return { outputs: { y } };", "6:13: ops.tanh(p)"],
    ["let y = p; y = x ** 2; return { outputs: { y } };", "6:18: x"],
    ["const y = p >= 0 ? p : x; return { outputs: { y } };", "6:13: p"],
  ])("%s", async (line, expected) => {
    const [row, column, text] = expected.split(/:(?! )|: /);
    for (const name of both) {
      const wanted = `operator-on-tensor at ${name}:${row}:${column}: Cannot use the tensor "${text}" with an operator of JavaScript`;
      expect(await outcome(name, file([line]))).toContain(wanted);
    }
  });

  test("a scalar function says itself what it cannot take", async () => {
    const text = file(["return { outputs: { y: elementwise((v) => v + x)(p) } };"]).replace("{ f32,", "{ elementwise, f32,");
    expect(await outcome("a.model.js", text)).toContain('untranslatable at a.model.js:6:49: Cannot translate "x"');
  });
});

test("what may be missing, a truth value, or a value of the definition's own functions may be a condition", async () => {
  const helpers = `
/** @param {{ scale?: import("gradc").Tensor, deep?: boolean }} options */
const block = (x, { scale, deep = true } = {}) => (deep && scale ? ops.mul(x, scale) : x);
const first = (list) => list[0];
`;
  const lines = [
    "return { outputs: { y: block(p, { scale: x }) } };",
    "const skips = []; let skip; for (let i = 0; i < 2; i++) { skip = skips[i]; if (skip) p; } return { outputs: { y: skip ? x : p } };",
    "const maybe = first([]); return { outputs: { y: maybe || p } };",
    "return { outputs: { y: p.shape.length > 1 && p } };",
    "return { outputs: { y: x ?? p } };",
    "return { outputs: { y: x === undefined || p == null ? p : x } };",
    "let last = x; last = last === x ? p : x; return { outputs: { y: last } };",
    "return { outputs: { y: [x, p].indexOf(p) + x.shape.length > 0 ? p : x } };",
  ];
  const text = file(lines, helpers);
  expect(await Promise.all(lines.map((_, i) => outcome("a.model.js", text, `m${i}`)))).toEqual(lines.map(() => "compiled"));
});
