import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at } = flowerFolder();

const model = at("two.model.ts");
writeFileSync(
  model,
  `import { f32, losses, model, nn } from "gradc";
export default model("two", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 3));
  const out = nn.linear(h, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`,
);

const written = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

const right = "δ_out = 2/batch·(out − y)\nδ_h = (δ_out·W_outᵀ) ⊙ (1 − h²)\n∂loss/∂W_h = xᵀ·δ_h\n∂loss/∂b_out = Σ_batch δ_out\n";
const wrong = "∂loss/∂W_h = xᵀ·(δ_out·W_outᵀ)\n∂loss/∂b_out = x·δ_out\n";

test("claims that hold, with exit code 0", async () => {
  const { code, out, notes } = await command("check", model, "--claim", written("right.txt", right));
  expect([code, notes]).toEqual([0, ""]);
  expect(out.split("\n").map((line) => line[0])).toEqual(["✓", "✓", "✓", "✓"]);
});

test("claims that do not, with as many hints as are asked for", async () => {
  const file = written("wrong.txt", right + wrong);
  const { code, out, notes } = await command("check", model, "--claim", file);
  expect(code).toBe(1);
  expect(notes).toContain("2 of 6 claims do not hold: line 5, line 6");
  expect(out.split("\n").slice(4)).toEqual([
    "✗ ∂loss/∂W_h = xᵀ·(δ_out·W_outᵀ) | in δ_h: the factor 1 − (h²) is missing",
    "✗ ∂loss/∂b_out = x·δ_out | product [4,2]·[4,1] (line 6, column 18)",
  ]);
  expect((await command("check", model, "--claim", file, "--hints", "0")).out).not.toContain("|");
  expect((await command("check", model, "--claim", file, "--hints", "1")).out).toContain("∂loss/∂b_out = x·δ_out | shapes that do not fit");
});

test("verdicts as data", async () => {
  const { out } = await command("check", model, "--claim", written("one.txt", wrong), "--json");
  const verdicts = JSON.parse(out) as Verdict[];
  expect(verdicts[0]).toEqual({
    line: 1,
    claim: "∂loss/∂W_h = xᵀ·(δ_out·W_outᵀ)",
    verdict: "wrong",
    kind: "missing",
    hint: "the factor 1 − (h²) is missing",
    in: "δ_h",
  });
});

test("at an example the numbers stand there too", async () => {
  const example = written("example.json", JSON.stringify({ x: [[1, 2]], y: [[0.5]] }));
  const { out } = await command("check", model, "--claim", written("number.txt", "out = h·W_out"), "--at", example);
  expect(out).toMatch(/^✗ out = h·W_out \| the term b_out is missing\n {4}\[0,0\] is (\S+), right is (\S+)$/);
  const { notes } = await command("check", model, "--claim", at("number.txt"), "--weights", "w.safetensors");
  expect(notes).toContain('"--weights" is for the numbers of --at');
});

const backward = (deltas: string) => `
export default ({ inputs, parameters }) => {
  const { x, y } = inputs;
  const row = (values, weights, bias) => bias.map((b, j) => values.reduce((sum, value, i) => sum + value * weights[i][j], b));
  const h = x.map((xs) => row(xs, parameters["h.weight"], parameters["h.bias"]).map(Math.tanh));
  const out = h.map((hs) => row(hs, parameters["out.weight"], parameters["out.bias"]));
  const d = out.map((o, n) => (2 * (o[0] - y[n][0])) / x.length);
  const dh = h.map((hs, n) => hs.map((value, j) => ${deltas}));
  const product = (a, b) => a[0].map((_, i) => b[0].map((_, j) => a.reduce((sum, row, n) => sum + row[i] * b[n][j], 0)));
  return { "h.weight": product(x, dh), W_out: product(h, d.map((value) => [value])), "δ_h": dh, out };
};
`;

test("gradients of a function by hand", async () => {
  const good = await command(
    "check",
    model,
    "--against",
    written("good.js", backward('d[n] * parameters["out.weight"][j][0] * (1 - value * value)')),
  );
  expect([good.code, good.out.split("\n")]).toEqual([0, ["✓ ∂loss/∂W_h", "✓ ∂loss/∂W_out", "✓ δ_h", "✓ out"]]);
  expect(good.notes).toContain("gives nothing for");
  const bad = await command("check", model, "--against", written("bad.js", backward('d[n] * parameters["out.weight"][j][0]')));
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/✗ ∂loss\/∂W_h \| in δ_h: the factor 1 − \(h²\) is missing\n {4}\[0,0\] is \S+, right is \S+\n✓ ∂loss\/∂W_out/);
});

test("a file without claims holds nothing", async () => {
  const { code, notes } = await command("check", model, "--claim", written("empty.txt", "\n# nothing yet\n"));
  expect(code).toBe(1);
  expect(notes).toContain("got       no line with a formula");
});

test("claims by elements, with letters and places below", async () => {
  const file = written(
    "index.txt",
    "t = onehot(y)\nlogitsₙₖ = Σᵢ xₙᵢ·W_logitsᵢₖ + b_logitsₖ\nδₙₖ = 1/N·(p[n,k]·(tₙ₁ + tₙ₂ + tₙ₃) − tₙₖ)\nδₙₖ = 1/N·(pₙ₁ − tₙₖ)\n",
  );
  const classes = written(
    "three.model.ts",
    `import { f32, i32, losses, model, nn } from "gradc";
export default model("three", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const logits = nn.linear(x, 3);
  return { outputs: { p: nn.softmax(logits) }, loss: losses.crossEntropy(logits, y) };
});
`,
  );
  const { out } = await command("check", classes, "--claim", file);
  expect(out.split("\n").flatMap((line) => line.match(/^[·✓✗]/) ?? [])).toEqual(["·", "✓", "✓", "✗"]);
});
