// Names that every object has already mean what the user means by them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { compile, interpret } from "../../src/compile.ts";
import { f32, losses, model, ops, optim, parameter } from "../../src/index.ts";
import { codeOf } from "../support/code-of.ts";
import { command } from "../support/command.ts";

const source = model("toString", { constructor: f32("batch", 1), hasOwnProperty: f32("batch", 1) }, ({ constructor: x, hasOwnProperty: y }) => {
  const out = ops.mul(x, parameter([1], { name: "isPrototypeOf", init: 2 }));
  return { outputs: { valueOf: out }, loss: losses.mse(out, y) };
});

test("inputs, outputs and parameters named like members of every object", async () => {
  const net = (await load(await compile(source, { batch: 2, optimizer: optim.adam() }))) as unknown as Net;
  const other = (await load(await compile(source, { batch: 2, optimizer: optim.adam() }))) as unknown as Net;
  const rows = { constructor: [1, 2, 3] as never };
  expect(Array.from(net.predict(rows).valueOf as unknown as Float32Array)).toEqual([2, 4, 6]);
  expect(codeOf(() => net.predict({}))).toBe("missing-input");
  expect(codeOf(() => net.step(rows))).toBe("missing-input");
  expect(codeOf(() => net.setHyper({ toString: 1 } as never))).toBe("unknown-hyper");
  net.step({ constructor: [1, 2] as never, hasOwnProperty: [1, 1] as never });
  expect(other.restore(net.state()).missing).toEqual([]);
  expect(other.state()).toEqual(net.state());
  expect(other.gradients({ constructor: [1] as never, hasOwnProperty: [1] as never }).gradients).toHaveProperty("isPrototypeOf");
});

test("the interpreter takes them too", async () => {
  const { outputs } = await interpret(source, { constructor: [3] });
  expect([...outputs]).toEqual([["valueOf", Float64Array.of(6)]]);
});

const definition = `import { f32, i32, losses, model, nn, ops, parameter } from "gradc";

const inputs = { constructor: f32("batch", 1), toString: f32("batch", 1), length: f32("batch", 2), hasOwnProperty: i32("batch") };

export default model("prototype", inputs, (xs) => {
  const valueOf = nn.tanh(nn.linear(ops.add(xs.constructor, ops.add(xs.toString, xs.length)), 4));
  const name = nn.linear(nn.standardize(xs.length), 4);
  const __proto__ = parameter([3], { init: 1 });
  const loss = parameter([1], { init: 1 });
  const call = ops.add(nn.linear(ops.add(valueOf, name), 3), ops.add(__proto__, loss));
  const count = ops.sum(ops.cast(ops.compare(xs.hasOwnProperty, xs.hasOwnProperty, "eq"), "f32"));
  const right = ops.sum(ops.cast(ops.compare(ops.argmax(call, { dim: 1 }), xs.hasOwnProperty, "eq"), "f32"));
  const metrics = { constructor: { sum: right, count }, then: { sum: right, count } };
  return { outputs: { length: call, op: valueOf, graph: name }, loss: losses.crossEntropy(call, xs.hasOwnProperty), metrics };
});
`;
const classes = ["valueOf", "toString", "constructor"];
const cells = (i: number) => [i % 5, i % 3, i % 7, i % 2, classes[i % 3]].join(",");
const table = `constructor,toString,__proto__,length,hasOwnProperty\n${Array.from({ length: 30 }, (_, i) => cells(i)).join("\n")}\n`;

describe("a definition file with such names", () => {
  let folder = "";
  const at = (...parts: string[]) => join(folder, ...parts);
  const model = () => at("prototype.model.ts");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gradc-names-"));
    await writeFile(model(), definition);
    await writeFile(at("table.csv"), table);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(["text", "latex", "html", "json"])("is printed by them: %s", async (format) => {
    const { code, out, notes } = await command("inspect", model(), "--format", format);
    expect([code, notes]).toEqual([0, ""]);
    // The script of a page has words of its own.
    expect(out.replace(/<script>[\s\S]*<\/script>/, "")).not.toMatch(/native code|\[object|undefined/);
    if (format === "text") expect(out).toContain("valueOf = tanh((constructor + toString + length)·W_valueOf + b_valueOf)\n");
  });

  test("is derived by them, and checked", async () => {
    expect((await command("inspect", model(), "--wrt", "constructor")).out).toContain("∂loss/∂constructor = ");
    expect((await command("check", model())).code).toBe(0);
  });

  test("gives and takes values by them", async () => {
    const net = (await load(await compile(model(), { batch: 2, optimizer: optim.sgd() }))) as unknown as Net;
    const rows = { constructor: [1], toString: [1], length: [1, 2], hasOwnProperty: [1] } as never;
    const { loss, gradients } = net.gradients(rows);
    expect(Object.keys(gradients).sort()).toEqual([
      "__proto__",
      "call.bias",
      "call.weight",
      "loss",
      "name.bias",
      "name.weight",
      "valueOf.bias",
      "valueOf.weight",
    ]);
    expect(Object.entries(gradients).find(([name]) => name === "__proto__")?.[1]).toHaveLength(3);
    const before = net.read("loss")[0] as number;
    const losses = net.step(rows);
    expect([losses.loss, Object.keys(losses)]).toEqual([loss, ["loss", "constructor", "then"]]);
    expect(net.read("loss")[0]).toBeCloseTo(before - 1e-3 * (gradients.loss?.[0] as number), 6);
    const into = { length: new Float32Array(3) };
    const outputs = net.predict(rows, { into });
    expect([outputs.length as unknown, Object.keys(outputs)]).toEqual([into.length, ["length", "op", "graph"]]);
  });

  test("is trained on columns of such names, with classes of such names", async () => {
    const args = ["--data", at("table.csv"), "--input", "length=__proto__,length", "--target", "hasOwnProperty", "--epochs", "2", "-o", at("out")];
    const { code, out } = await command("train", model(), ...args);
    expect(code).toBe(0);
    expect(out).toContain("classes of hasOwnProperty: 0 constructor, 1 toString, 2 valueOf");
    const predicted = await command("predict", at("out", "prototype.trained.wasm"), "--data", at("table.csv"));
    expect(predicted.out).toMatch(/^length\.constructor,length\.toString,length\.valueOf,hasOwnProperty,op\.0,/);
    expect(await readFile(at("out", "prototype.d.ts"), "utf8")).toContain("  readonly constructor: F32Data;");
  });
});
