import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../support/command.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
const inspect = (...args: readonly string[]) => command("inspect", ...args);

const files: Readonly<Record<string, string>> = {
  "net.model.ts": `import { f32, i32, losses, model, nn } from "gradc";

export default model("net", { x: f32(2), y: f32(1) }, ({ x, y }) => {
  const z = nn.tanh(nn.linear(x, 2));
  const yhat = nn.tanh(nn.linear(z, 1));
  return { outputs: { yhat }, loss: losses.mse(yhat, y, { reduction: "sum" }) };
});

export const classes = model("classes", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const logits = nn.linear(x, 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});

export const row = model("row", { x: f32(2), y: f32(1) }, ({ x, y }) => {
  const h = nn.linear(x, 2, { bias: false });
  const f = nn.linear(h, 1, { bias: false });
  return { outputs: { f }, loss: losses.mse(f, y) };
});
`,
  "one.json": '{ "x": [1, 2], "y": [-1] }',
  "weights.json": JSON.stringify({
    "z.weight": [
      [0.5, -1],
      [-0.25, 0.5],
    ],
    "z.bias": [0.5, 0.25],
    "yhat.weight": [[1], [-0.5]],
    "yhat.bias": [0.2096483],
  }),
  "two.json": '{ "x": [[1, 2], [-1, 0.5]], "y": [2, 0] }',
  "none.json": '{ "x": [[1, 2], [-1, 0.5], [3, 3]], "y": [2, 0, -100] }',
  "logits.json": '{ "logits.weight": [[0.5, -0.5, 0.25], [0.1, 0.2, -0.3]], "logits.bias": [0, 0.1, -0.1] }',
  "unknown.json": '{ "z.weights": [[1, 2], [3, 4]] }',
  "shape.json": '{ "z.bias": [[1, 2]] }',
  "ragged.json": '{ "z.weight": [[1, 2], [3]] }',
  "infinite.json": '{ "z.bias": [1e999, 0] }',
  "text.json": '{ "z.bias": ["1", 0] }',
  "nobody.json": '{ "x": [[1, 2]], "y": [-100] }',
  "half.json": '{ "x": [1, 2] }',
  "large.json": '{ "x": [[1000, 2000]], "y": [1] }',
  "far.json": '{ "x": [1e999, 0], "y": [1] }',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-scalars-"));
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(at(name), content)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lines = (...wanted: readonly string[]) =>
  wanted.map((line) => expect.stringMatching(`(?:^|\n)${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?:\n|$)`));

async function holds(printed: ReturnType<typeof inspect>, ...wanted: readonly string[]): Promise<void> {
  const { out, notes } = await printed;
  expect(notes).not.toContain("error");
  for (const line of lines(...wanted)) expect(out).toEqual(line);
}

describe("the network of two inputs, two neurons and one output", () => {
  test("--notation neurons", () =>
    holds(
      inspect(at("net.model.ts"), "--notation", "neurons"),
      "g(a) = tanh(a)",
      "a₁ = w₁₁⁽¹⁾·x₁ + w₂₁⁽¹⁾·x₂ + w₀₁⁽¹⁾",
      "ŷ = g(a₃)",
      "L = (ŷ − y)²",
      "δ₃ = 2·g′(a₃)·(ŷ − y)",
      "δⱼ = g′(aⱼ)·wⱼ₁⁽²⁾·δ₃",
      "∂L/∂wᵢ₁⁽²⁾ = 2·g′(a₃)·(ŷ − y)·zᵢ",
      "∂L/∂wᵢⱼ⁽¹⁾ = δⱼ·xᵢ",
      "g′(aⱼ) = 1 − zⱼ²",
    ));

  test("--notation modules", () =>
    holds(
      inspect(at("net.model.ts"), "--notation", "modules"),
      "zⱼ⁽²⁾ = tanh(zⱼ⁽¹⁾)",
      "δ₁⁽⁴⁾ = 2·(z₁⁽⁴⁾ − y)",
      "δ₁⁽³⁾ = δ₁⁽⁴⁾·(1 − (z₁⁽⁴⁾)²)",
      "δⱼ⁽²⁾ = δ₁⁽³⁾·wⱼ₁⁽³⁾",
      "∂L/∂wᵢ₁⁽³⁾ = δ₁⁽³⁾·zᵢ⁽²⁾",
    ));

  test("--at and --weights: numbers put in, and one step", () =>
    holds(
      inspect(at("net.model.ts"), "--notation", "neurons", "--at", at("one.json"), "--weights", at("weights.json"), "--lr", "0.1"),
      "a₁ = 0.5·1 + (−0.25)·2 + 0.5 = 0.5",
      "L = (0.5 − (−1))² = 2.25",
      "δ₂ = (1 − 0.24492²)·(−0.5)·2.25 = −1.0575",
      "∂L/∂w₂₁⁽¹⁾ = 1.7695·2 = 3.5390",
      "w₂₂⁽¹⁾ = 0.5 − 0.1·(−2.1150) = 0.71150",
      "ŷ = −0.69884",
      "L = 0.090697",
    ));

  test("--expand: what stands once is written out, what would stand twice keeps its name", async () => {
    const inner = "w₀₁⁽¹⁾ + w₁₁⁽¹⁾·x₁ + w₂₁⁽¹⁾·x₂";
    await holds(
      inspect("--expand", at("net.model.ts")),
      "z = tanh(x·W_z + b_z)",
      `∂L/∂w₁₁⁽¹⁾ = 2·(1 − tanh(a₃)²)·(tanh(a₃) − y)·w₁₁⁽²⁾·(1 − tanh(${inner})²)·x₁`,
    );
    const { out } = await inspect(at("net.model.ts"), "--expand", "all");
    expect(out.slice(out.indexOf("Written out"))).not.toContain("a₃");
    await holds(
      inspect(at("net.model.ts"), "--model", "row", "--expand", "--allow", "two-linear-layers"),
      "a₃ = (w₁₁⁽¹⁾·w₁₁⁽²⁾ + w₁₂⁽¹⁾·w₂₁⁽²⁾)·x₁ + (w₂₁⁽¹⁾·w₁₁⁽²⁾ + w₂₂⁽¹⁾·w₂₁⁽²⁾)·x₂",
    );
  });

  test("--wrt: of these alone", async () => {
    const { out } = await inspect(at("net.model.ts"), "--notation", "neurons", "--wrt", "z.weight,x");
    expect(out.match(/^∂L.*$/gm)).toEqual(["∂L/∂wᵢⱼ⁽¹⁾ = δⱼ·xᵢ", "∂L/∂xᵢ = wᵢ₁⁽¹⁾·δ₁ + wᵢ₂⁽¹⁾·δ₂"]);
    expect((await inspect(at("net.model.ts"), "--notation", "neurons", "--wrt", "z")).notes).toContain('"z" is no weight');
  });

  test("--format latex and html", async () => {
    const { out } = await inspect(at("net.model.ts"), "--notation", "neurons", "--format", "latex");
    expect(out).toContain("\\delta_{j} & = g'\\left(a_{j}\\right) \\, w_{j1}^{(2)} \\, \\delta_{3}");
    expect(out).toContain("\\frac{\\partial L}{\\partial w_{i1}^{(2)}}");
    const page = (await inspect(at("net.model.ts"), "--notation", "neurons", "--format", "html")).out;
    expect(page).toMatch(/<msubsup data-symbol="\d+"><mi>w<\/mi><mn>11<\/mn>/);
    expect(page).toContain('class="gradc-picture"');
    expect((await inspect(at("net.model.ts"), "--expand", "--format", "html")).out).toContain('<section id="scalars-4"');
    expect((await inspect(at("net.model.ts"), "--notation", "neurons", "--format", "json")).notes).toContain("--format json");
  });
});

describe("softmax and cross-entropy of a batch", () => {
  const classes = (...args: readonly string[]) => inspect(at("net.model.ts"), "--model", "classes", "--index", ...args);

  test("of any size", () =>
    holds(
      classes(),
      "zₙₖ = xₙ₁·w₁ₖ + xₙ₂·w₂ₖ + w₀ₖ",
      "L = −1/N·Σₙ (tₙ₁·log(pₙ₁) + tₙ₂·log(pₙ₂) + tₙ₃·log(pₙ₃))",
      "δₙₖ = 1/N·(pₙₖ − tₙₖ)",
      "∂L/∂wᵢₖ = Σₙ xₙᵢ·δₙₖ",
    ));

  test("of the examples that there are", () =>
    holds(
      classes("--at", at("two.json"), "--weights", at("logits.json"), "--optimizer", "sgd", "--lr", "1"),
      "L = −0.5·(log(p₁₃) + log(p₂₁))",
      "δₙₖ = 0.5·(pₙₖ − tₙₖ)",
      "∂L/∂wᵢₖ = x₁ᵢ·δ₁ₖ + x₂ᵢ·δ₂ₖ",
      "z₁₂ = 1·(−0.5) + 2·0.2 + 0.1 = 0",
      "L = −0.5·(log(0.17463) + log(0.19572)) = 1.6881",
      "∂L/∂w₁₁ = 1·0.27575 + (−1)·(−0.40214) = 0.67789",
      "L = 0.48913",
    ));

  test("of none that counts there is no page", async () => {
    expect((await classes("--at", at("nobody.json"))).notes).toContain("of no example");
  });

  test("an example that does not count is left out", () =>
    holds(classes("--at", at("none.json"), "--weights", at("logits.json")), "L = −0.5·(log(0.17463) + log(0.19572)) = 1.6881"));
});

describe("what is given", () => {
  const given = (...args: readonly string[]) => inspect(at("net.model.ts"), "--at", at("one.json"), ...args);

  test.each([
    ["unknown.json", ['no parameter or state "z.weights"', "z.weight, z.bias"]],
    ["shape.json", ["[1, 2]", "[2]"]],
    ["ragged.json", ["rows of equal length"]],
    ["infinite.json", ["Infinity"]],
    ["text.json", ['"1"']],
  ])("weights of %s", async (name, said) => {
    const { code, notes } = await given("--weights", at(name));
    expect(code).toBe(1);
    for (const each of [...said, name]) expect(notes).toContain(each);
  });

  test("weights of JSON are for the table of --at too", async () => {
    expect((await given("--weights", at("weights.json"))).out).toMatch(/loss {2}2\.25/);
  });

  test("what is not finite, and options of another page", async () => {
    const numbers = await inspect(at("net.model.ts"), "--notation", "neurons", "--at", at("far.json"));
    expect(numbers).toMatchObject({ code: 1, notes: expect.stringContaining("Infinity") });
    const half = await inspect(at("net.model.ts"), "--notation", "neurons", "--at", at("half.json"));
    expect(half).toMatchObject({ code: 1, notes: expect.stringContaining('"y"') });
    // What would overflow does not.
    const large = await inspect(at("net.model.ts"), "--model", "classes", "--index", "--at", at("large.json"), "--weights", at("logits.json"));
    expect(large.out).toMatch(/^L = .* = 799\.9$/m);
    expect(large.out).not.toContain("NaN");
    expect((await given("--notation", "neurons", "--optimizer", "adam")).notes).toContain("--optimizer adam");
    expect((await given("--lr", "0.1")).notes).toContain('"--lr" is for the numbers of a step');
    expect((await inspect(at("net.model.ts"), "--notation", "neurons", "--lr", "0.1")).notes).toContain('"--lr"');
    expect((await inspect(at("net.model.ts"), "--expand", at("one.json"))).notes).toContain("--expand");
  });
});
