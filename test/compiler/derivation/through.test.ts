// A derivation by way of a value that nothing computes: it goes through that, every line in it has the value that the interpreter has, and from what the
// value is a function of on it is the derivation of the page.
import { expect, test } from "vitest";
import type { Traced } from "../../../compiler/derivation/tracing.ts";
import type { Definition } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import { words } from "../../../compiler/words/words.ts";
import { declare } from "../../../src/declare.ts";
import { derive, gradientNamed } from "../../../src/derive.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, i32, losses, model, nn, ops, type Tensor } from "../../../src/index.ts";
import { parsers } from "../../support/parsers.ts";
import { type Example, evaluated } from "./evaluated.ts";

type Inputs = Readonly<Record<"x" | "y" | "t" | "b", Tensor>>;

const ofModel = (loss: (z: Tensor, given: Inputs) => Tensor): Program =>
  program(
    declare(
      model("m", { x: f32("batch", 2), y: i32("batch"), t: f32("batch", 3), b: f32("batch", 3) }, (given) => {
        const z = nn.linear(given.x, 3, { name: "z" });
        return { outputs: { z }, loss: loss(z, given) };
      }),
      parsers,
    ),
  );

const example: Example = {
  batch: 4,
  classes: 3,
  inputs: {
    x: [1, 2, -1, 0.5, 0.3, -0.7, 2, 1.5],
    y: [2, 0, -100, 1],
    t: [0.2, 0.3, 0.5, 1, 0, 0, 0.25, 0.25, 0.1, 0, 2, 1],
    b: [1, 0, 1, 0, 0, 1, 1, 1, 0, 0.5, 1, 0],
  },
};

const traced = (of: Program, through?: string): Traced =>
  derive(of, gradientNamed(of, "z.weight") as NonNullable<ReturnType<typeof gradientNamed>>, through);

const written = ({ left, right }: Definition): string => `${print(left, text)} = ${print(right, text)}`;
const stepsOf = ({ derivation: { steps } }: Traced) =>
  steps.map(({ paths, lines }) => ({
    line: written(paths.at(-1)?.line as Definition),
    lines: lines.map(written),
    known: lines.flatMap(({ because }) => because ?? []),
  }));

const { oneHot, cancels } = words.derivation.known;
const weight = [1, 2, 3];

const all: readonly [string, string, (z: Tensor, given: Inputs) => Tensor, string[]][] = [
  ["classes", "p", (z, { y }) => losses.crossEntropy(z, y), [oneHot]],
  ["their logarithms", "logp", (z, { y }) => losses.crossEntropy(z, y), [oneHot]],
  ["weights of classes", "p", (z, { y }) => losses.crossEntropy(z, y, { weight }), [oneHot]],
  ["label smoothing", "p", (z, { y }) => losses.crossEntropy(z, y, { labelSmoothing: 0.375 }), []],
  ["both", "p", (z, { y }) => losses.crossEntropy(z, y, { labelSmoothing: 0.1, weight }), []],
  ["distributions", "p", (z, { t }) => losses.crossEntropy(z, t), []],
  ["weighted distributions", "logp", (z, { t }) => losses.crossEntropy(z, t, { weight }), []],
  ["a sum", "p", (z, { y }) => losses.crossEntropy(z, y, { reduction: "sum" }), [oneHot]],
  ["what the definition does with each", "p", (z, { y }) => ops.mean(ops.square(losses.crossEntropy(z, y, { reduction: "none" }))), [oneHot]],
  ["a second path", "p", (z, { y }) => ops.add(losses.crossEntropy(z, y), ops.mean(ops.square(z))), []],
  ["logits of labels", "p", (z, { b }) => losses.bceWithLogits(z, b), [cancels]],
  ["weighted labels", "p", (z, { b }) => losses.bceWithLogits(z, b, { posWeight: weight, weight: 0.5 }), []],
  ["an unnamed sigmoid", "p", (z, { b }) => losses.bce(nn.sigmoid(z), b), [cancels]],
  ["unnamed logarithms", "logp", (z, { y }) => losses.nll(nn.logSoftmax(z), y), []],
  ["a divergence", "logp", (z, { t }) => losses.kl(nn.logSoftmax(z), t), []],
];

test.each(all)("%s: through %s", (_, name, loss, known) => {
  const of = ofModel(loss);
  const [own, found] = [stepsOf(traced(of)), stepsOf(traced(of, name))];
  expect(found.length).toBe(own.length + 1);
  expect(found[0]?.lines[0]).toMatch(/^∂loss\/∂ℓ(\[.*\])? = /);
  expect(own[0]?.line).toBe(found[0]?.line);
  expect(found[1]?.lines[0]).toMatch(new RegExp(`^∂loss/∂${name} = `));
  expect(found[2]?.line).toMatch(new RegExp(`^${name === "p" ? "p = (softmax|sigmoid)" : "logp = logSoftmax"}\\(z\\)`));
  expect(found[2]?.lines.at(-1)).toBe(own[1]?.lines.at(-1));
  expect(found.slice(3)).toEqual(own.slice(2));
  expect(found.flatMap((step) => step.known)).toEqual(known);
  expect(evaluated(of, traced(of, name), partsToRead(readable(of)), example)).toBeGreaterThan(2);
});

test("the losses of single rows are gone through, where nothing else is asked for too", () => {
  const of = ofModel((z, { y }) => losses.crossEntropy(z, y));
  const [rows, classes] = stepsOf(traced(of, "p"));
  expect(rows).toEqual({ line: "loss = (Σ_batch ℓ ⊙ counted) / N", lines: ["∂loss/∂ℓ = counted/N"], known: [] });
  expect(classes).toEqual({ line: "ℓ = −Σ_j onehot(y) ⊙ log(p)", lines: ["∂loss/∂p = −(∂loss/∂ℓ ⊙ onehot(y)) / p"], known: [] });
  for (const name of ["ℓ", "ell"]) {
    const steps = stepsOf(traced(of, name));
    expect(steps[0]).toEqual(rows);
    expect(steps[1]?.line).toBe("ℓ = −Σ_j onehot(y) ⊙ logSoftmax(z)");
    expect(stepsOf(traced(of))).toEqual(steps);
  }
  expect(traced(of, "p").derivation.steps[1]?.paths[0]?.stable).toBeDefined();
});

test("a one-hot row adds up to 1, which the line before does not know", () => {
  const lines = stepsOf(
    traced(
      ofModel((z, { y }) => losses.crossEntropy(z, y)),
      "p",
    ),
  )[2]?.lines;
  expect(lines).toEqual([
    "δ_z = p ⊙ (∂loss/∂p − Σ_j ∂loss/∂p ⊙ p)",
    "δ_z = ∂loss/∂ℓ ⊙ (p ⊙ (Σ_j onehot(y)) − onehot(y))",
    "δ_z = (softmax(z) − onehot(y)) ⊙ (counted/N)",
  ]);
});

/** Minus the mean of Σ t log p, as the definition writes it. */
const entropyOf = (p: Tensor, t: Tensor): Tensor => ops.neg(ops.mean(ops.sum(ops.mul(t, ops.log(p)), { dim: -1 })));

test("a value of the definition is gone through by its name, as it was written", () => {
  const of = ofModel((z, { t }) => entropyOf(nn.softmax(z, { name: "shares" }), t));
  expect(stepsOf(traced(of))[0]?.line).toBe("loss = −(Σ_batch,j t ⊙ log(shares)) / batch");
  const [first, second] = stepsOf(traced(of, "shares"));
  expect(first?.lines).toEqual(["∂loss/∂shares = −t / (batch·shares)"]);
  expect(second?.lines[0]).toBe("δ_z = shares ⊙ (∂loss/∂shares − Σ_j ∂loss/∂shares ⊙ shares)");
  expect(evaluated(of, traced(of, "shares"), partsToRead(readable(of)), example)).toBe(4);
});

test("probabilities that the definition names are called so, or as is usual", () => {
  const of = ofModel((z, { y }) => ops.add(losses.crossEntropy(z, y), ops.mul(0, ops.sum(nn.softmax(z, { name: "shares" })))));
  for (const name of ["shares", "p"])
    expect(stepsOf(traced(of, name)).flatMap(({ lines }) => lines[0])).toContainEqual(expect.stringContaining("∂loss/∂shares = "));
});

test("behind a loop each step is made of those above, the loop is taken as a whole", () => {
  const recurrent = model("r", { x: f32("batch", 5, 2), y: i32("batch") }, ({ x, y }) => {
    const z = nn.linear(nn.flatten(nn.rnn(x, 2, { name: "rec" }).hn), 3, { name: "z" });
    return { outputs: { z }, loss: losses.crossEntropy(z, y) };
  });
  const of = program(declare(recurrent, parsers));
  const steps = stepsOf(derive(of, gradientNamed(of, "rec.weight_ih_l0") as NonNullable<ReturnType<typeof gradientNamed>>, "p"));
  expect(steps[2]?.lines).toEqual([
    "δ_z = p ⊙ (∂loss/∂p − Σ_j ∂loss/∂p ⊙ p)",
    "δ_z = ∂loss/∂ℓ ⊙ (p ⊙ (Σ_j onehot(y)) − onehot(y))",
    "δ_z = (softmax(z) − onehot(y)) ⊙ (counted/N)",
  ]);
  expect(steps.at(-1)?.lines.at(-1)).toBe("∂loss/∂W_rec = Σ_t x_tᵀ·δ_rec_t");
});

test("of several losses each has its own, as far as the gradient goes through it", () => {
  const of = ofModel((z, { x, y, t }) => ops.add(losses.crossEntropy(nn.linear(x, 3, { name: "other" }), y), losses.crossEntropy(z, t)));
  expect(stepsOf(traced(of, "p")).map(({ line }) => line)).toEqual([
    "loss = −(Σ_batch (Σ_j onehot(y) ⊙ logSoftmax(other)) ⊙ counted) / N + mean(ℓ)",
    "ℓ = −Σ_j t ⊙ log(p)",
    "p = softmax(z)",
    "z = x·W_z + b_z",
  ]);
  expect(() => traced(of, "q")).toThrow("expected  one of z, p, logp, ℓ");
});

test("what is on the way anyway changes nothing", () => {
  const of = ofModel((z, { y }) => losses.crossEntropy(z, y));
  expect(stepsOf(traced(of, "z"))).toEqual(stepsOf(traced(of)));
});

test("what its signs and functions mean stands below", () => {
  const { conventions } = traced(
    ofModel((z, { y }) => losses.crossEntropy(z, y)),
    "p",
  ).derivation;
  const { signs, functions } = words;
  expect(conventions).toEqual(expect.arrayContaining([signs.rows, signs.product, signs.transposed, signs.error, functions.softmax]));
  expect(conventions).toContain("onehot(y) is 1 at the class y and 0 at the others, along a last axis of the classes 0 to 2");
  expect(conventions).not.toContain(signs.held);
});

test("a value that is not on the way is an error that lists those that are", () => {
  const of = ofModel((z, { y }) => losses.crossEntropy(z, y));
  expect(() => traced(of, "q")).toThrow('The model has no value on the way to go through "q"\n  expected  one of z, p, logp, ℓ');
});
