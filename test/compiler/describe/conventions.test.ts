// What a page says of its signs and functions is true of its lines, and enough to read them.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { conventionsOf } from "../../../compiler/describe/conventions.ts";
import { formulaOf } from "../../../compiler/describe/outline.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import { slidingCall } from "../../../compiler/describe/slides.ts";
import { type Page, writePage } from "../../../compiler/formula/page.ts";
import { type Formula, partsIn, variable } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { words } from "../../../compiler/words/words.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, nn, ops, optim, type Tensor } from "../../../src/index.ts";
import { assigned, define, within } from "../../src/running.ts";
import { applySample, sampleCases, sampleGradients } from "../../support/samples.ts";

const pageFor = (declared: Declared): Page => pageOf(partsToRead(readable(program(declared))));
const textOf = (page: Page): string => [writePage(page, "text"), ...page.conventions].join("\n");

/** A running tanh over the steps of x along `dim`, backwards. */
const running = (x: Tensor, start: Tensor, dim: number): Tensor =>
  ops.scan(({ carry, inputs }) => ({ carry: { h: ops.tanh(ops.add(carry.h, inputs.x)) } }), {
    carry: { h: start },
    inputs: { x },
    dim,
    reverse: true,
  }).carry.h;

test("steps lie along the second axis of what has rows, or are moved there by a line", () => {
  const over = (dim: number, shape: readonly [number, number]) =>
    textOf(
      pageFor(
        define({ x: f32("batch", ...shape), y: f32("batch", 2) }, ({ x, y }) => {
          const p = assigned(1, "p", () => running(x, y, dim));
          return { outputs: { p }, loss: losses.mse(p, y) };
        }),
      ),
    );
  expect(over(1, [3, 2])).toMatch(/^p_h_t = tanh\(p_h_\{t\+1\} \+ x_t\)$/mu);
  expect(over(2, [2, 3])).toMatch(/^s = permute_2,0,1\(x\)\n.*tanh\(p_h_\{t\+1\} \+ s_t\)$/mu);
  expect(over(1, [3, 2])).toMatch(
    /along the second axis .* along a first axis, unless a line says what h is\. h_0, .* are 0 where no line says otherwise/u,
  );
});

/** Functions that every reader knows. */
const elementary = ["exp", "log", "sqrt", "abs", "sin", "cos", "sinh", "cosh", "tanh", "atan", "acos", "asinh", "max"];

/** Forms that always say below their line what they mean: what that is depends on how they are made. */
const said = ["attention", "multiHead", "layerNorm", "batchNorm", "instanceNorm", "groupNorm", "rmsNorm"];

/** What formulas write as recurrences. */
const unprinted = ["loop"];

const callsIn = (formula: Formula): string[] => partsIn(formula).flatMap((part) => (part.kind === "call" ? [part.name] : []));

/** The names that ops and their gradients are written by. */
const ofOps = (): string[] =>
  sampleCases.flatMap((each) => {
    const applied = applySample(each);
    const gradients = applied.y.dtype === "f32" ? sampleGradients(each, applied) : [];
    return [applied.y, ...gradients].flatMap((node) => (node ? callsIn(formulaOf(node, new Map())) : []));
  });

/** The names that the code of forms and ops spells. */
const ofCode = (): string[] =>
  ["describe", "ops"].flatMap((folder) => {
    const at = new URL(`../../../compiler/${folder}/`, import.meta.url);
    const texts = readdirSync(at).map((file) => readFileSync(new URL(file, at), "utf8"));
    return texts.flatMap((text) =>
      [...text.matchAll(/\b(?:call|named|ofRows|withSettings|slidingCall|pool)\("([^"]+)"/gu)].map(([, name]) => name as string),
    );
  });

test("every function that a page can call has a convention, or says what it means", () => {
  const known = new Set([...elementary, ...said, ...unprinted, ...Object.keys(words.functions), ...Object.keys(words.forms)]);
  const names = new Set([...ofOps(), ...ofCode()]);
  expect(names.size).toBeGreaterThan(80);
  expect([...names].filter((name) => !known.has(name))).toEqual([]);
});

test("what a function means is told before it is used, and once", () => {
  const page = pageFor(
    define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
      const h = within(1, "h", "nn.linear", () => nn.linear(nn.silu(x), 3));
      const p = assigned(2, "p", () => nn.linear(ops.add(nn.silu(nn.silu(h)), h), 2));
      return { outputs: { p }, loss: losses.mse(p, y) };
    }),
  );
  expect(textOf(page).match(/silu\(x\) (?:=|is)/gu)).toHaveLength(1);
  expect(textOf(page).split("\n")[3]).toBe("  where silu(x) = x ⊙ sigmoid(x)");
});

/** What a page says of a function of windows that stands within a larger formula. */
const saidOf = (makes: "conv" | "convTranspose", settings: readonly string[], rank: number): string | undefined => {
  const each = Array.from({ length: rank }, () => 1);
  const right = slidingCall(makes, [variable("x"), variable("W")], settings, { makes, kernel: each, stride: each, dilation: each, low: each });
  return conventionsOf([{ left: variable("z"), right, sign: "=", where: [] }]).find((line) => line.startsWith(makes));
};

test("a transposed convolution says what it adds up where, and in how many cells", () => {
  expect(saidOf("convTranspose", ["stride=2", "padding=1", "cells=6×6"], 2)).toBe(
    "convTranspose_stride=2,padding=1,cells=6×6(y, W) adds W[o,i,u,v]·y[n,o,p,q] up at the place [n,i,2·p+u−1,2·q+v−1] for all letters but n and i: 6×6 cells along the last axes, 0 where nothing is added; what lies outside is left out",
  );
});

test("a convolution of three axes has three letters of places and of cells", () => {
  expect(saidOf("conv", [], 3)).toBe("conv(x, W)[n,o,p,q,r] is Σ_i,u,v,w W[o,i,u,v,w]·x[n,i,p+u,q+v,r+w]");
});

test("what a layer standardizes by is on the page", () => {
  const page = textOf(
    pageFor(
      define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
        const p = within(1, "p", "nn.linear", () => nn.linear(nn.standardize(x), 1));
        return { outputs: { p }, loss: losses.mse(p, y) };
      }),
    ),
  );
  expect(page).toMatch(/where standardize\(x\) = \(x − \S*standardize_mean\) \/ \S*standardize_deviation/u);
});

test("the states of a rule begin as a line says, and rules are done line by line", () => {
  const declared = () =>
    define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
      const p = within(1, "p", "nn.linear", () => nn.linear(x, 1));
      return { outputs: { p }, loss: losses.mse(p, y) };
    });
  const of = (optimizer: ReturnType<typeof optim.adam>) => pageOf(partsToRead(readable(program(declared(), { optimizer })))).conventions;
  expect(of(optim.adam())).toContain("m, v are 0 before the first step, in the shape of w.");
  expect(of(optim.adagrad({ initialAccumulatorValue: 2 }))).toContain("sum is 2 before the first step, in the shape of w.");
  expect(of(optim.adam()).filter((line) => line.startsWith("The lines of a rule"))).toHaveLength(1);
});

test("the parts of a parameter are said to be cut out of it", () => {
  const page = pageFor(
    define({ x: f32("batch", 3, 2), y: f32("batch", 2) }, ({ x, y }) => {
      const p = within(1, "p", "nn.lstm", () => ops.mean(nn.lstm(x, 2).output, { dim: 1 }));
      return { outputs: { p }, loss: losses.mse(p, y) };
    }),
  );
  expect(textOf(page)).toMatch(/^W_i\S*, W_f\S*, W_g\S*, W_o\S* are W\S* cut into 4 equal parts along its last axis, in this order\.$/mu);
});
