// The derivation of a loss by hand goes through all that the definition named, as it was written, also where another form of it runs.
import { expect, test } from "vitest";
import type { Traced } from "../../../compiler/derivation/tracing.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import type { Definition } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import { words } from "../../../compiler/words/words.ts";
import { derive, gradientNamed } from "../../../src/derive.ts";
import { partsToRead } from "../../../src/described.ts";
import { openDefinition } from "../../../src/open.ts";
import { type Example, evaluated } from "./evaluated.ts";

const example: Example = {
  batch: 4,
  classes: 3,
  inputs: {
    x: [1, 2, -1, 0.5, 0.3, -0.7, 2, 1.5],
    y: [1, 0, 1, 0, 0, 1, 1, 1, 0, 0.5, 1, 0],
  },
};

const programOf = async (name: string): Promise<Program> =>
  (await openDefinition("test/compiler/derivation/by-hand.model.ts", { model: name })).program;

const traced = (of: Program, by: string): Traced => derive(of, gradientNamed(of, by) as NonNullable<ReturnType<typeof gradientNamed>>);

const written = ({ left, right }: Definition): string => `${print(left, text)} = ${print(right, text)}`;

/** What each step reaches. */
const reached = ({ derivation: { steps } }: Traced) => steps.map(({ lines }) => print((lines[0] as Definition).left, text));

test.each([
  ["penalised", ["∂loss/∂data", "∂loss/∂p", "δ_z", "∂loss/∂W_z"]],
  ["softmax", ["∂loss/∂lp", "∂loss/∂p", "∂loss/∂e", "δ_z", "∂loss/∂W_z"]],
  ["twice", ["∂loss/∂second", "∂loss/∂first", "∂loss/∂p", "δ_z", "∂loss/∂W_z"]],
  ["shared", ["∂loss/∂bce", "∂loss/∂overlap", "∂loss/∂p", "δ_z", "∂loss/∂W_z"]],
  ["counts", ["∂loss/∂fit", "∂loss/∂rate", "δ_z", "∂loss/∂W_z"]],
  ["heads", ["∂loss/∂second", "∂loss/∂first", "∂loss/∂q", "δ_q", "∂loss/∂p", "δ_p", "δ_z", "∂loss/∂W_z"]],
  ["entropy", ["∂loss/∂doubt", "∂loss/∂fit", "∂loss/∂p", "δ_z", "∂loss/∂W_z"]],
  ["scaled", ["∂loss/∂p", "δ_p", "∂loss/∂h", "δ_z", "∂loss/∂W_z"]],
])("%s: through all that has a name", async (name, all) => {
  const of = await programOf(name);
  const found = traced(of, "z.weight");
  expect(reached(found)).toEqual(all);
  expect(written(found.derivation.steps.at(-1)?.lines.at(-1) as Definition)).toBe("∂loss/∂W_z = xᵀ·δ_z");
  expect(evaluated(of, found, partsToRead(readable(of)), example)).toBeGreaterThanOrEqual(all.length);
});

test("a term that runs without a value is differentiated through it with the others", async () => {
  const of = await programOf("shared");
  const [p] = traced(of, "z.weight").derivation.steps.filter(({ lines }) => print((lines[0] as Definition).left, text) === "∂loss/∂p");
  expect(written(p?.lines[0] as Definition)).toBe("∂loss/∂p = (∂loss/∂bce / (batch·3))·((1 − y) / (1 − p) − y/p) + (∂loss/∂overlap / (batch·3))·y");
});

test("columns that run without their axis of extent 1 are gone through, each with its place", async () => {
  const { derivation } = traced(await programOf("shifted"), "z.weight");
  expect(reached({ derivation, nodes: [] })).toEqual(["∂loss/∂p", "∂loss/∂s", "∂loss/∂e", "∂loss/∂m", "δ_z", "∂loss/∂W_z"]);
  expect(derivation.steps.flatMap(({ paths }) => paths).filter(({ place }) => place === undefined)).toEqual([]);
});

test("where a named part of the loss runs in another form, its line says so", async () => {
  const { steps } = traced(await programOf("penalised"), "z.weight").derivation;
  expect(steps.map(({ paths }) => paths[0]?.stable && print(paths[0].stable, text))).toEqual([
    undefined,
    "mean(softplus(−z) ⊙ y + softplus(z) ⊙ (1 − y))",
    undefined,
    undefined,
  ]);
});

test("a neuron of one example has its error, and the number in front of a gradient is one", async () => {
  const of = await programOf("neuron");
  const { errors, gradients } = pageOf(partsToRead(readable(of)));
  expect(errors.map(written)).toEqual(["δ_p = 2·(p − y)·p·(1 − p)"]);
  expect(gradients.map(written)).toEqual(["∂loss/∂w = 0.2·w + δ_p·x", "∂loss/∂b = δ_p"]);
  expect(reached(traced(of, "w"))).toEqual(["∂loss/∂p", "δ_p", "∂loss/∂w"]);
});

test("a neuron whose products are summed has its error, and a difference that is a gradient stands in the loss as itself", async () => {
  const of = await programOf("summed");
  const page = pageOf(partsToRead(readable(of)));
  expect([...page.errors, ...page.gradients].map(written)).toEqual(["δ_z = (p − y)·p·(1 − p)", "∂loss/∂w = δ_z·x", "∂loss/∂b = δ_z"]);
  const { steps } = traced(of, "w").derivation;
  expect(steps.map(({ paths }) => paths[0] && written(paths[0].line))).toEqual(["loss = 0.5·(p − y)²", "p = sigmoid(z)", "z = Σ_i w ⊙ x + b"]);
});

test.each([
  ["renamed", ["total"]],
  ["shifted", ["loss"]],
])("%s: what runs in another form is told once, and only where it reads otherwise", async (name, all) => {
  const { stable } = pageOf(partsToRead(readable(await programOf(name))));
  expect(stable.map(({ left }) => print(left, text))).toEqual(all);
});

test("columns are told as what runs has them", async () => {
  const { forward } = pageOf(partsToRead(readable(await programOf("shifted"))));
  expect(forward.map(written)).toEqual([
    "z = x·W_z + b_z",
    "m = max_j(z)",
    "e = exp(z − m)",
    "s = Σ_j e",
    "p = e/s",
    "loss = −(Σ_batch,j y ⊙ log(p)) / batch",
  ]);
});

test("the gradient by a vector that rows are multiplied by sums over them", async () => {
  const { steps } = traced(await programOf("rows"), "w").derivation;
  expect(steps.at(-1)?.paths[0]?.rules.map(({ words }) => words)).toEqual([words.rules.ops.contract.second]);
  expect(written(steps.at(-1)?.lines.at(-1) as Definition)).toBe("∂loss/∂w = δ_s·x");
});

test("neurons of numbers have errors, penalties and losses have none", async () => {
  const errorsOf = async (name: string) => pageOf(partsToRead(readable(await programOf(name)))).errors.map(written);
  expect(await errorsOf("numbers")).toEqual(["δ_out = 2·(out − y)·(1 − out²)", "δ_a = δ_out·v·(1 − h²)"]);
  expect(await errorsOf("plain")).toEqual([]);
});
