// The derivation of a gradient: its last line is that of the page, and what stands in between has the values of the interpreter.
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import { writeEquation } from "../../../compiler/formula/equation.ts";
import { writeDerivation } from "../../../src/cli/inspect/derivation.ts";
import type { Declared } from "../../../src/declare.ts";
import { declareSource } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, i32, losses, nn, ops, type Tensor } from "../../../src/index.ts";
import { networkOf } from "../../bits/networks.ts";
import { assigned, define, within } from "../../src/running.ts";

const opened = (declared: Declared) => {
  const whole = program(declared);
  return { program: whole, purpose: {} as never, variables: new Map(), warnings: [] };
};

/** The line of the page, and the last lines of the derivation. */
function endsOf(declared: Declared, name: string): readonly [page: string, derivation: string] {
  const found = opened(declared);
  const page = pageOf(partsToRead(readable(found.program)));
  const text = writeDerivation(found, name, undefined);
  const [head = ""] = stripVTControlCharacters(text).split(", from the loss down");
  const line = page.gradients.find((each) => writeEquation({ ...each, more: false }, "text").startsWith(`${head} = `));
  const written = line ? writeEquation({ ...line, more: false }, "text").split("\n") : [];
  return [
    written.map((each) => each.trimEnd()).join("\n"),
    text
      .split("\n")
      .slice(-written.length)
      .map((each) => each.slice(3))
      .join("\n"),
  ];
}

test("the last line is letter by letter that of the page, of every parameter of thirty networks", async () => {
  let lines = 0;
  for (let number = 0; number < 30; number++) {
    const { model } = networkOf(number);
    const names = [...opened(await declareSource(model)).program.graph.declarations.values()].flatMap(({ name, trainable }) =>
      trainable ? [name] : [],
    );
    for (const name of names) {
      const [page, derived] = endsOf(await declareSource(model), name);
      expect(page, `${number} ${name}`).not.toBe("");
      expect(derived, `${number} ${name}`).toBe(page);
      lines++;
    }
  }
  expect(lines).toBeGreaterThan(100);
});

const dense = (at: number, x: Tensor, width: number, activation: (z: Tensor) => Tensor): Tensor => {
  const z = within(at, `h${at}`, "nn.linear", () => nn.linear(x, width));
  return assigned(at, `h${at}`, () => activation(z));
};

test("a chain of layers: each rule with its name", () => {
  const declared = define({ x: f32(2), y: f32(1) }, ({ x, y }) => {
    const h = dense(1, x, 2, nn.tanh);
    const out = dense(2, h, 1, nn.tanh);
    return { outputs: { out }, loss: losses.mse(out, y, { reduction: "sum" }) };
  });
  const text = writeDerivation(opened(declared), "h1.weight", { x: [1, 2], y: [-1] });
  expect(text).toContain("power rule: u² has the derivative 2·u");
  expect(text).toContain("chain rule, tanh′(u) = 1 − tanh(u)²");
  expect(text).toContain("product of matrices, in the left factor: multiply by the right one, transposed");
  expect(text).toContain("product of matrices, in the right factor; for one example the outer product");
  expect(text.match(/^ {3}= /gm)?.length).toBe(5);
});

test("softmax and cross-entropy by two paths, a layer that is used twice by several", () => {
  const declared = define({ a: f32("batch", 3), b: f32("batch", 3), y: i32("batch") }, ({ a, b, y }) => {
    const shared = nn.linear(4);
    const [u, v] = [assigned(1, "u", () => shared(a)), assigned(2, "v", () => nn.tanh(shared(b)))];
    const logits = assigned(3, "logits", () => nn.linear(ops.add(u, v), 3));
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });
  const name = [...opened(declared).program.graph.declarations.values()].find(
    ({ name: each, trainable }) => trainable && !each.startsWith("logits"),
  )?.name;
  const text = writeDerivation(opened(declared), name as string, undefined);
  expect(text).toContain("together exp(z)/Σ exp(z) = softmax(z)");
  expect(text).toContain("several paths: their derivatives are added");
});
