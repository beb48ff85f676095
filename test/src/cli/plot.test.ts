// `gradc inspect --plot`: functions and derivatives as gradc has them, with jumps as gaps, as text and as SVG.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { segmentsOf } from "../../../src/cli/plot/curve.ts";
import { functionNamed } from "../../../src/cli/plot/function.ts";
import { command } from "../../support/command.ts";

const { exp, tanh, log1p, sign } = Math;
const sigmoid = (x: number) => 1 / (1 + exp(-x));

/** Activations by name, as they are defined. */
const definitions: Readonly<Record<string, (x: number) => number>> = {
  sign,
  step: (x) => (x >= 0 ? 1 : 0),
  tanh,
  sigmoid,
  relu: (x) => Math.max(0, x),
  leakyRelu: (x) => (x > 0 ? x : 0.01 * x),
  prelu: (x) => (x > 0 ? x : 0.25 * x),
  elu: (x) => (x > 0 ? x : exp(x) - 1),
  selu: (x) => (x > 0 ? 1.0507009873554805 * x : 1.7580993408473766 * (exp(x) - 1)),
  celu: (x) => (x > 0 ? x : exp(x) - 1),
  softplus: (x) => log1p(exp(x)),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * tanh(log1p(exp(x))),
  hardtanh: (x) => Math.min(1, Math.max(-1, x)),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  hardsigmoid: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
  hardswish: (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
  softsign: (x) => x / (1 + Math.abs(x)),
  tanhshrink: (x) => x - tanh(x),
  logsigmoid: (x) => -log1p(exp(-x)),
  softmax: (x) => exp(x) / (exp(x) + 2),
  logSoftmax: (x) => x - Math.log(exp(x) + 2),
};

// No kink is among them.
const points = [-4.2, -2.6, -1.3, -0.4, 0.7, 1.9, 3.4, 4.8];

test.each(Object.entries(definitions))("%s is its definition, and its slope that of finite differences", (name, f) => {
  const { values, slopes } = functionNamed(name).at(points);
  const [h] = [1e-4];
  for (const [i, x] of points.entries()) {
    // Constants of graphs are f32.
    expect(values[i]).toBeCloseTo(f(x), 6);
    expect(slopes[i]).toBeCloseTo((f(x + h) - f(x - h)) / (2 * h), 5);
  }
});

test("gelu has the slope of finite differences too", () => {
  const gelu = functionNamed("gelu");
  expect(gelu.at([0, 1]).values[1]).toBeCloseTo(0.8413447, 6);
  const [low, high] = [gelu.at(points.map((x) => x - 1e-4)).values, gelu.at(points.map((x) => x + 1e-4)).values];
  for (const [i, slope] of gelu.at(points).slopes.entries()) expect(slope).toBeCloseTo(((high[i] ?? 0) - (low[i] ?? 0)) / 2e-4, 6);
});

describe("a curve", () => {
  const segments = (f: (x: number) => number) => segmentsOf((xs) => xs.map(f), -5, 5);
  const ends = (f: (x: number) => number) =>
    segments(f).map((segment) => [segment[0], segment.at(-1)].map((point) => point?.map((at) => Number(at.toFixed(5)) + 0)));

  test("of a continuous function is one line, however steep", () => {
    for (const f of [tanh, Math.abs, (x: number) => tanh(200 * x), (x: number) => Math.cbrt(x), () => 1]) expect(segments(f)).toHaveLength(1);
  });

  test("has a gap at a jump, that ends where it is, and a value of its own there as a point", () => {
    expect(ends((x) => (x > 0.3 ? 1 : 0))).toEqual([
      [
        [-5, 0],
        [0.3, 0],
      ],
      [
        [0.3, 1],
        [5, 1],
      ],
    ]);
    expect(ends(sign)).toEqual([
      [
        [-5, -1],
        [0, -1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 1],
        [5, 1],
      ],
    ]);
    expect(segments(sign)[1]).toHaveLength(1);
    expect(segments(Math.round)).toHaveLength(11);
  });

  test("begins where there are values, and breaks at a pole", () => {
    expect(ends(Math.log)).toEqual([
      [
        [0.025, expect.closeTo(Math.log(0.025), 4)],
        [5, expect.closeTo(Math.log(5), 4)],
      ],
    ]);
    expect(segments((x) => 1 / x)).toHaveLength(2);
  });
});

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const model = `import { elementwise, f32, losses, model, nn, ops, parameter } from "gradc";

export default model("net", { x: f32("batch", 2), y: f32("batch", 3) }, ({ x, y }) => {
  const z = nn.linear(x, 3);
  const hidden = nn.silu(z);
  const own = elementwise((v: number) => v / (1 + Math.exp(-v)) + 1)(hidden);
  const bent = nn.prelu(own);
  const whole = nn.softmax(bent);
  const centred = ops.sub(bent, ops.mean(bent));
  const fixed = ops.tanh(parameter([3], { init: 0.5 }));
  return { outputs: { whole, centred, fixed }, loss: losses.mse(ops.add(centred, whole), y) };
});
`;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-plot-"));
  await writeFile(at("net.model.ts"), model);
});
afterAll(() => rm(folder, { recursive: true }));

describe("gradc inspect --plot", () => {
  test("draws in the terminal", async () => {
    const { out, notes } = await command("inspect", "--plot", "sign");
    expect(out).toMatchInlineSnapshot(`
      "   1                               ●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
         0 ······························●······························
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
                                         │
        -1 ●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●●
           -5                                                          5

        ● sign(x)
        · sign′(x) = 0"
    `);
    expect(notes).toBe("");
  });

  test("writes SVG with -o and in a page, and numbers as JSON", async () => {
    const { out } = await command("inspect", "--plot", "relu", "-o", at("relu.svg"));
    expect(out).toMatch(/relu\.svg {2}[\d,]+ bytes$/);
    const svg = await readFile(at("relu.svg"), "utf8");
    expect(svg).toMatch(/^<svg xmlns[\s\S]*<\/svg>\n$/);
    // The derivative is two lines.
    expect(svg).toMatch(/<path d="M[^M"]+M[^M"]+" fill="none" stroke="#d62728"/);
    const page = (await command("inspect", "--plot", "relu", "--format", "html")).out;
    expect(page).toContain(`<title>relu</title>\n${svg.trimEnd()}`);
    const { values, slopes } = JSON.parse((await command("inspect", "--plot", "relu", "--format", "json")).out);
    expect(values.flat()).toContainEqual([2, 2]);
    expect(slopes).toHaveLength(2);
  });

  test("of a model draws a value as a function of the one that it is made of", async () => {
    const drawn = async (name: string) => (await command("inspect", at("net.model.ts"), "--plot", name)).out.replace(/[\s\S]*●/, "●");
    const { out } = await command("inspect", at("net.model.ts"), "--plot", "hidden");
    expect(out).toContain("● hidden(z) = silu(z)");
    expect(await drawn("own")).toContain("● own(hidden) = silu(hidden) + 1");
    expect(await drawn("bent")).toContain("● bent(own) = prelu(own, a_bent)");
    await command("build", at("net.model.ts"), "-o", at("out"));
    expect((await command("inspect", at("out", "net.wasm"), "--plot", "hidden")).out).toBe(out);
  });

  test("refuses what is no such function, with what is", async () => {
    const notes = async (...args: string[]) => (await command("inspect", ...args)).notes;
    expect(await notes("--plot", "relo")).toMatch(/got {7}"relo"[\s\S]*the nearest is "relu"/);

    for (const name of ["whole", "centred"])
      expect(await notes(at("net.model.ts"), "--plot", name)).toMatch(/made of one other[\s\S]*such values are here .*hidden/);
    expect(await notes(at("net.model.ts"), "--plot", "hiden")).toContain('no value "hiden"');
    expect(await notes("--plot", "relu", "--format", "latex")).toContain("--out FILE");
    expect(await notes("-o", at("x.svg"), at("net.model.ts"))).toContain("--plot NAME");
    expect(await notes()).toContain("missing required argument 'model'");
  });
});
