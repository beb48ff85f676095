// What a module stores of its program: it reads as the definition does, page and derivations, letter by letter.
import { expect, test } from "vitest";
import { writeDerivation } from "../../compiler/derivation/write.ts";
import { detoursOf } from "../../compiler/derivation/written.ts";
import { pageOf } from "../../compiler/describe/page.ts";
import { readable } from "../../compiler/describe/readable.ts";
import { storedText } from "../../compiler/describe/stored.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { writePage } from "../../compiler/formula/page.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import { withGraph } from "../../compiler/ir/graph.ts";
import { printProgram } from "../../compiler/ir/print.ts";
import { derive, gradientNamed, gradientNames } from "../../src/derive.ts";
import { partsToRead, trainedIn } from "../../src/described.ts";
import { f32, losses, model, nn, optim } from "../../src/index.ts";
import { openDefinition, readProgram } from "../../src/open.ts";
import { exampleAt, examples } from "./page/pages.ts";

const stored = (program: Program): Program => readProgram(storedText(program));

function pageIn(program: Program): string {
  const page = pageOf(partsToRead(readable(program)), {});
  return `${writePage(page, "text")}\n${writeLegend(page)}`;
}

function derivationIn(program: Program, name: string, through?: string): string {
  return writeDerivation(derive(program, gradientNamed(program, name) as NonNullable<ReturnType<typeof gradientNamed>>, through).derivation);
}

/** What the losses of `program` go through by their definitions. */
const passagesIn = (program: Program): string[] =>
  withGraph(program.graph, () => trainedIn(program).flatMap(({ loss }) => detoursOf(program, loss.node, { taken: [] }).map(({ name }) => name)));

/** The derivations of so many gradients take long enough. */
const most = 8;

test.each(examples)("of %s", async (path) => {
  const { program } = await openDefinition(exampleAt(path));
  const again = stored(program);
  expect(pageIn(again)).toBe(pageIn(program));
  const names = gradientNames(program);
  for (const name of names.filter((_, at) => at % Math.ceil(names.length / most) === 0))
    expect(derivationIn(again, name)).toBe(derivationIn(program, name));
  const [first] = names;
  if (first === undefined) return;
  expect(passagesIn(again)).toEqual(passagesIn(program));
  for (const through of passagesIn(program)) expect(derivationIn(again, first, through)).toBe(derivationIn(program, first, through));
});

const smoothed = model("smoothed", { x: f32("batch", 2), y: f32("batch", 3) }, ({ x, y }) => {
  const h = nn.batchNorm1d(nn.linear(x, 3));
  const z = nn.linear(nn.dropout(nn.relu(h), 0.2), 3);
  return { outputs: { p: nn.softmax(z) }, loss: losses.crossEntropy(z, y, { labelSmoothing: 0.1, weight: [1, 2, 3] }) };
});

test.each([undefined, optim.adam()])("states of layers, what is predicted and settings of a loss, with optimizer %#", async (optimizer) => {
  const { program } = await openDefinition(smoothed, optimizer && { optimizer });
  const again = stored(program);
  expect(pageIn(again)).toBe(pageIn(program));
  expect(passagesIn(program)).toEqual(["p", "logp", "ℓ"]);
  const [first = ""] = gradientNames(program);
  for (const through of passagesIn(program)) expect(derivationIn(again, first, through)).toBe(derivationIn(program, first, through));
});

test("a text without them is one step shorter, which shows that they are needed", async () => {
  const { program } = await openDefinition(exampleAt("xor/xor.model.ts"));
  const { passages: _, ...without } = { ...program, passages: undefined };
  const again = readProgram(printProgram(without));
  expect(derivationIn(again, "logit.weight").split("\n").length).toBeLessThan(derivationIn(program, "logit.weight").split("\n").length);
});
