// Pictures of networks: well-formed, nothing over anything else, everything inside; neurons and weights as many as there are, with the interpreter's numbers.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import { nameNode } from "../../../compiler/ir/graph.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { isModel } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { f32, i32, losses, model, nn, ops, type Tensor } from "../../../src/index.ts";
import { evaluatorOf, interpretProgram } from "../../../src/interpret.ts";
import { openDefinition } from "../../../src/open.ts";
import { shortDigits } from "../../../src/picture/numbers.ts";
import { pictureOf } from "../../../src/picture/picture.ts";
import { overlap, type Point } from "../../../src/picture/scene.ts";
import type { Data } from "../../../src/tensor.ts";
import { byClass, cornersOfText, type Element, parseSvg, pointsOfCurve, textsIn } from "../../support/svg.ts";

const drawn = async (source: Parameters<typeof openDefinition>[0], example?: Readonly<Record<string, Data>>) => {
  const { program } = await openDefinition(source);
  return pictureOf(program.name, partsToRead(readable(program)), example && evaluatorOf(program, example, new Map()));
};

function checkPicture(svg: string): Element {
  const picture = parseSvg(svg);
  expect(picture.attributes).toMatchObject({ role: "img", class: "gradc-picture" });
  expect(picture.children.slice(0, 2).map(({ name }) => name)).toEqual(["title", "desc"]);
  expect(svg).not.toMatch(/<script|NaN|undefined|Infinity/);
  const [left, top, width, height] = (picture.attributes.viewBox ?? "").split(" ").map(Number) as [number, number, number, number];
  const texts = textsIn(picture).map((element) => ({ text: element.text, corners: cornersOfText(element) }));
  for (const { text, corners } of texts)
    for (const [x, y] of corners) expect(x >= left && x <= left + width && y >= top && y <= top + height, text).toBe(true);
  const over = texts.flatMap((a, i) => texts.slice(0, i).flatMap((b) => (overlap(a.corners, b.corners) ? [`${a.text} over ${b.text}`] : [])));
  expect(over).toEqual([]);
  const boxes = byClass(picture, "gradc-shape").filter(({ name }) => name === "rect");
  const lines = [...byClass(picture, "gradc-line-forward"), ...byClass(picture, "gradc-line-backward")];
  expect(lines.filter((line) => pointsOfCurve(line).some((point) => boxes.some((box) => isInside(point, box))))).toEqual([]);
  // The way back is drawn behind the way there.
  const ways = lines.map((line) => ({ at: picture.children.indexOf(line), line })).sort((a, b) => a.at - b.at);
  const pairs = ways.flatMap(({ line }, i) => (isBackward(line) ? [[ways[i - 1]?.line as Element, line] as const] : []));
  for (const [there, back] of pairs) expect(distance(pointsOfCurve(there), pointsOfCurve(back))).toBeGreaterThan(4);
  return picture;
}

const isBackward = ({ attributes }: Element): boolean => attributes.class === "gradc-line-backward";

const distance = (some: readonly Point[], others: readonly Point[]): number =>
  Math.min(...some.flatMap(([x, y]) => others.map(([otherX, otherY]) => Math.hypot(x - otherX, y - otherY))));

function isInside([px, py]: Point, { attributes }: Element): boolean {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(attributes[name])) as [number, number, number, number];
  return px > x + 1 && px < x + width - 1 && py > y + 1 && py < y + height - 1;
}

const folder = fileURLToPath(new URL("../../../examples/", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".model.ts"));
const exported = await Promise.all(
  files.map(async (file) => [file, (await import(join(folder, file))) as Readonly<Record<string, unknown>>] as const),
);
const models = exported.flatMap(([file, values]) =>
  Object.entries(values).flatMap(([name, value]) => (isModel(value) ? [[`${file} ${name}`, value] as const] : [])),
);

test("there are examples", () => {
  expect(models.length).toBeGreaterThan(20);
});

// The names that its players are called by are those of a definition file.
test.each(models.filter(([file]) => !file.startsWith("gan-line/")))("%s has a picture", async (_, each) => {
  checkPicture(await drawn(each));
});

const chain = (widths: readonly number[], bias = true) =>
  model("chain", { x: f32("batch", widths[0] as number), y: f32("batch", widths.at(-1) as number) }, ({ x, y }) => {
    const last = widths.slice(1).reduce((value, width, i) => {
      const layer = nn.linear(value, width, { bias, name: `layer${i}` });
      return i < widths.length - 2 ? nn.tanh(layer) : layer;
    }, x);
    return { outputs: { last }, loss: losses.mse(last, y) };
  });

describe("neurons", () => {
  test.each([
    [[2, 2, 1], true],
    [[1, 15, 1], true],
    [[10, 5], true],
    [[3, 4, 2, 2], false],
    [[1, 1], false],
  ] as const)("of widths %j: a circle each, and a line for each weight", async (widths, bias) => {
    const picture = checkPicture(await drawn(chain(widths, bias)));
    const products = widths.slice(1).map((width, i) => width * (widths[i] as number));
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    expect(picture.children.filter(({ name }) => name === "circle")).toHaveLength(sum(widths));
    expect(byClass(picture, "gradc-weight")).toHaveLength(sum(products));
    expect(byClass(picture, "gradc-bias")).toHaveLength(bias ? sum(widths.slice(1)) : 0);
  });

  test("more than 60 weights are boxes", async () => {
    expect(byClass(checkPicture(await drawn(chain([7, 7, 1], false))), "gradc-weight")).toHaveLength(56);
    expect(byClass(checkPicture(await drawn(chain([7, 8, 1], false))), "gradc-weight")).toHaveLength(0);
  });

  test("numbers are the interpreter's: w and ∂L/∂w on the lines, a, z and δ at the neurons", async () => {
    const net = chain([2, 3, 1]);
    const example = { x: [[1.5, -2]], y: [[0.5]] };
    const picture = checkPicture(await drawn(net, example));
    const { program } = await openDefinition(net);
    const { loss, gradients, outputs, values } = interpretProgram(program, example);
    const lines = byClass(picture, "gradc-weight").map((line) => line.children[0]?.text ?? "");
    const shown = lines.map((text) => /^w\S+ = (\S+), ∂ = (\S+)$/.exec(text)?.slice(1) ?? [text]);
    const weights = ["layer0.weight", "layer1.weight"];
    expect(shown.map(([, slope]) => slope)).toEqual(weights.flatMap((name) => [...(gradients.get(name) ?? [])].map((value) => shortDigits(value))));
    const texts = textsIn(picture).map(({ text }) => text);
    expect(texts).toContain(`L = ${shortDigits(loss)}`);
    for (const slope of gradients.get("layer0.bias") ?? []) expect(texts.filter((text) => text.endsWith(` = ${shortDigits(slope)}`)).length).toBe(2);
    for (const a of values.get("layer0") ?? []) expect(texts).toEqual(expect.arrayContaining([a, Math.tanh(a)].map((value) => shortDigits(value))));
    for (const output of outputs.get("last") ?? []) expect(texts).toContain(shortDigits(output));
  });

  test("numbers that cancel but for rounding are 0", async () => {
    const { program } = await openDefinition(chain([2, 1, 1], false));
    const weights = new Map<string, Data>([["layer0.weight", [[1], [1]]]]);
    const drawn = pictureOf(program.name, partsToRead(readable(program)), evaluatorOf(program, { x: [[0.1 + 0.2, -0.3]], y: [[1]] }, weights));
    expect(drawn).not.toContain("e−17");
  });

  test.each([1e9, 1e-9, 12345.678, Number.NaN])("numbers like %d have room", async (x) => {
    checkPicture((await drawn(chain([2, 3, 1]), { x: [[x, -x]], y: [[-x]] })).replaceAll("NaN", "0"));
  });

  test("weights that are used twice are boxes, which say so", async () => {
    const twice = model("twice", { x: f32("batch", 3), y: f32("batch", 3) }, ({ x, y }) => {
      const layer = nn.linear(3);
      const last = layer(nn.tanh(layer(x)));
      return { outputs: { last }, loss: losses.mse(last, y) };
    });
    const texts = textsIn(checkPicture(await drawn(twice))).map(({ text }) => text);
    expect(texts.filter((text) => /12 weights( shared)?$/.test(text))).toHaveLength(2);
    expect(texts).toContain("batch × 3, 12 weights shared");
  });

  test("without targets there are forward numbers alone", async () => {
    const texts = textsIn(checkPicture(await drawn(chain([2, 2, 1]), { x: [[1, 2]] }))).map(({ text }) => text);
    expect(texts.filter((text) => /^w.* = /.test(text)).length).toBe(9);
    expect(texts.filter((text) => /^(∂|δ.*) = /.test(text))).toEqual([]);
  });

  test("of several examples the first is shown, and it is said", async () => {
    const svg = await drawn(chain([2, 2, 1]), { x: [1, 2, 3, 4], y: [0, 1] });
    expect(svg).toContain("of the first of 2 examples");
    checkPicture(svg);
  });

  test("names are escaped", async () => {
    const { program } = await openDefinition(chain([2, 1, 1], false));
    const described = partsToRead(readable(program));
    nameNode(described.values.get("last") as Node, { text: `<&"` });
    const values = new Map([...described.values].map(([name, node]) => [name === "last" ? `<&"` : name, node] as const));
    const picture = checkPicture(pictureOf('<b>&"', { ...described, values }));
    expect(picture.children[0]?.text).toBe('<b>&"');
    expect(picture.children[1]?.text).toContain(`<&" (linear`);
    expect(textsIn(picture).map(({ text }) => text)).toContain(`<&"`);
  });
});

const deep = (name: string, layer: (x: Tensor) => Tensor, layers: number) =>
  model(name, { x: f32("batch", 8), y: f32("batch", 8) }, ({ x, y }) => {
    let last = x;
    for (let i = 0; i < layers; i++) last = layer(last);
    return { outputs: { last }, loss: losses.mse(last, y) };
  });

describe("boxes", () => {
  const boxes = (picture: Element) => picture.children.filter(({ name, attributes }) => name === "rect" && attributes.class === "gradc-shape");

  test("a hundred layers alike are one box", async () => {
    const svg = await drawn(deep("deep", (x) => nn.tanh(nn.linear(x, 8)), 100));
    const picture = checkPicture(svg);
    expect(boxes(picture).length).toBeLessThan(8);
    expect(textsIn(picture).some(({ text }) => text.includes("layers in a row"))).toBe(true);
  });

  test("what is no row grows with the layers and no more", async () => {
    const residual = (layers: number) => drawn(deep("residual", (x) => nn.residual(nn.linear(8))(x), layers));
    const [few, many] = [await residual(20), await residual(100)];
    expect(boxes(checkPicture(many)).length).toBeGreaterThan(200);
    expect(many.length).toBeLessThan(5.2 * few.length);
  });

  test("a recurrence is one box with an arrow to itself", async () => {
    const recurrent = model("recurrent", { x: f32("batch", 5, 3), y: f32("batch", 5, 4) }, ({ x, y }) => {
      const { output } = nn.lstm(x, 4);
      return { outputs: { output }, loss: losses.mse(output, y) };
    });
    const texts = textsIn(checkPicture(await drawn(recurrent))).map(({ text }) => text);
    expect(texts).toContain("lstm, 5 steps");
    expect(texts).toContain("batch × 5 × 4, 144 weights");
    // The errors of its gates are other ones.
    expect(texts).toContain("δ_output: batch × 5 × 4");
  });

  const textsOf = async (net: Parameters<typeof drawn>[0]) => textsIn(checkPicture(await drawn(net))).map(({ text }) => text);
  const rows = { x: f32("batch", 8), y: f32("batch", 1) };

  test("a loss that runs in another form than it is written in has its box, and so have its terms", async () => {
    const said = await textsOf(
      model("net", rows, ({ x, y }) => {
        const [yhat, zhat] = [nn.sigmoid(nn.linear(x, 1, { name: "yhat" })), nn.linear(x, 1, { name: "zhat" })];
        const first = losses.mse(zhat, y);
        return { outputs: { yhat }, loss: ops.add(losses.bce(yhat, y), first) };
      }),
    );
    expect(said.filter((text) => text === "∂loss/∂loss = 1")).toHaveLength(1);
    expect(said.filter((text) => text.endsWith(" = 1"))).toHaveLength(1);
    const alone = await textsOf(
      model("net", rows, ({ x, y }) => {
        const yhat = nn.sigmoid(nn.linear(x, 1));
        return { outputs: { yhat }, loss: losses.bce(yhat, y) };
      }),
    );
    expect(alone).toContain("−mean(y ⊙ log(yhat) + (1 − y) ⊙ log(1 − yhat))");
  });

  test("a sum before a norm is the sum of its boxes, and so is a residual one; a part of what has its name has none", async () => {
    const said = await textsOf(
      model("net", rows, ({ x, y }) => {
        const h = nn.linear(x, 8, { name: "h" });
        const normed = nn.layerNorm(ops.add(x, h));
        const out = ops.add(normed, nn.tanh(nn.linear(normed, 8, { name: "out" })));
        const yhat = nn.linear(out, 1);
        return { outputs: { yhat, out }, loss: losses.mse(yhat, y) };
      }),
    );
    expect(said).toContain("x + h");
    expect(said.filter((text) => /σ|xhat|again|layerNorm j/.test(text))).toEqual([]);
    expect(said).toContain("layerNorm");
  });

  test("a cross-entropy is called so, and what is done before by its formula", async () => {
    const said = await textsOf(
      model("net", { x: f32("batch", 32), y: i32("batch") }, ({ x, y }) => {
        const logits = nn.linear(nn.relu(nn.linear(ops.div(x, 16), 8)), 3);
        return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
      }),
    );
    expect(said).toEqual(expect.arrayContaining(["x/16", "cross-entropy"]));
  });

  test("an example gives no numbers, and it is said", async () => {
    const net = deep("net", (x) => nn.relu(nn.linear(x, 8)), 3);
    const example = { x: [Array(8).fill(1)], y: [Array(8).fill(0)] };
    expect([await drawn(net), await drawn(net, example)].map((svg) => svg.includes("no numbers"))).toEqual([false, true]);
  });

  test("errors come back to what learns, and to nothing else", async () => {
    const picture = checkPicture(await drawn(deep("net", (x) => nn.relu(nn.linear(x, 8)), 3)));
    const lines = (way: string) => byClass(picture, `gradc-line-${way}`).length;
    // From the input, between the layers, to the loss, and the target.
    expect(lines("forward")).toBe(5);
    expect(lines("backward")).toBe(3);
  });

  test.each(["digits/cnn", "gan-line/gan-line", "tiny-gpt/gpt"])("errors and gradients of %s are called as on its page", async (path) => {
    const source = join(folder, `${path}.model.ts`);
    const { errors, gradients } = pageOf(partsToRead(readable((await openDefinition(source)).program)));
    const onPage = new Set([...errors, ...gradients].map(({ left }) => print(left, text)));
    const said = textsIn(checkPicture(await drawn(source))).flatMap(
      (label) => label.text.match(/(δ_[^\s:,…]+(?=[:,])|∂\S+\/∂[WbβγU]\w+(?!…|\w))/gu) ?? [],
    );
    expect(said.length).toBeGreaterThan(5);
    expect(said.filter((name) => !onPage.has(name))).toEqual([]);
  });
});

test("the parts that a norm has by its definition stand in its box", async () => {
  const normed = model("normed", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const yhat = nn.linear(nn.layerNorm(x), 1);
    return { outputs: { yhat }, loss: losses.mse(yhat, y) };
  });
  const [title, description] = checkPicture(await drawn(normed)).children;
  expect(title?.text).toBe("normed");
  expect(description?.text).toContain("layerNorm");
  expect(description?.text).not.toMatch(/xhat|σ/);
});
