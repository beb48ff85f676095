// A derivation ends in the line of the page, its errors are those of the page, and every formula in between gives the number that the interpreter has.
import { expect, test } from "vitest";
import type { Derivation } from "../../../compiler/derivation/derivation.ts";
import { derivationOf } from "../../../compiler/derivation/derive.ts";
import { formRules } from "../../../compiler/derivation/form-rules.ts";
import { opRules } from "../../../compiler/derivation/op-rules.ts";
import type { Traced } from "../../../compiler/derivation/tracing.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import type { Definition } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import { declare } from "../../../src/declare.ts";
import { gradientNamed, gradientNames } from "../../../src/derive.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, model, nn, ops } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { extents, networkOf } from "../../bits/networks.ts";
import { parsers } from "../../support/parsers.ts";
import { type Example, evaluated } from "./evaluated.ts";

const files = [
  ...["two-neurons/net", "pendulum/pendulum", "gan-line/gan-line", "digits/cnn", "char-gru/char"],
  ...["course/attention", "course/neuron", "course/norms", "course/recurrent"],
];

const ofNetwork = (number: number): Program => program(declare(networkOf(number).model, parsers));

const wantedIn = (of: Program, name: string) => gradientNamed(of, name) as NonNullable<ReturnType<typeof gradientNamed>>;

function derivationsOf(of: Program): Traced[] {
  const described = partsToRead(readable(of));
  return gradientNames(of).map((name) => derivationOf(of, described, wantedIn(of, name)));
}

const written = ({ left, right }: Definition): string => `${print(left, text)} = ${print(right, text)}`;

/** The lines of errors and gradients of a page. */
function linesOn(of: Program): { readonly errors: readonly string[]; readonly gradients: readonly string[] } {
  const { errors, gradients } = pageOf(partsToRead(readable(of)));
  return { errors: errors.map(written), gradients: gradients.map(written) };
}

const linesOf = ({ steps }: Derivation) => steps.flatMap(({ lines }) => lines);
const isError = ({ left }: Definition): boolean => left.kind === "variable" && left.name.startsWith("δ");

function check(of: Program): number {
  const page = linesOn(of);
  for (const { derivation } of derivationsOf(of)) {
    const lines = linesOf(derivation);
    expect(page.gradients).toContain(written(lines.at(-1) as Definition));
    expect(lines.at(-1)?.isOnPage).toBe(true);
    for (const line of lines) if (line.isOnPage) expect([...page.errors, ...page.gradients]).toContain(written(line));
    // An error is never left in another form than that of the page.
    const errors = new Map(lines.filter(isError).map((line) => [print(line.left, text), line]));
    for (const line of errors.values()) expect(line.isOnPage).toBe(true);
    for (const { paths } of derivation.steps) expect(paths.length).toBeGreaterThan(0);
    for (const path of derivation.steps.flatMap(({ paths }) => paths)) {
      expect(path.rules.length).toBeGreaterThan(0);
      expect(path.rules.filter(({ of }) => !Object.hasOwn(opRules, of) && !formRules.has(of))).toEqual([]);
    }
  }
  return gradientNames(of).length;
}

test("the last line of each derivation, and each error in it, is that of the page: 40 networks", () => {
  let count = 0;
  for (let number = 0; number < 40; number++) count += check(ofNetwork(number));
  expect(count).toBeGreaterThan(150);
});

test("the same of norms of other axes behind each other, in whose lines no part is worth a name", async () => {
  const norms = model("norms", { x: f32("batch", 4, 6), y: f32("batch", 4) }, ({ x, y }) => {
    const b = nn.layerNorm(nn.linear(nn.instanceNorm1d(x), 5), { elementwiseAffine: false });
    const out = ops.std(nn.batchNorm1d(ops.transpose(b, 1, 2), { affine: false }), { dim: 1 });
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  expect(check(program(declare(norms, parsers)))).toBe(2);
});

test.each(files)("the same of examples/%s", async (file) => {
  const { program: of } = await openDefinition(`examples/${file}.model.ts`);
  expect(check(of)).toBeGreaterThan(0);
});

const batch = 7;
const numbers = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) * seed) * 1.5);
const example: Example = {
  batch,
  classes: extents.classes,
  inputs: {
    x: numbers(batch * extents.features, 1),
    y: numbers(batch * extents.targets, 2),
    c: [0, 2, 1, 1, 0, 2, 2],
  },
};

test("a condition is no step: through it goes no gradient", async () => {
  const { program: of } = await openDefinition("test/words/nets.model.ts", { model: "t", wrt: ["h"] });
  expect(check(of)).toBe(1);
});

test("every formula of a derivation has the value that the interpreter has for the gradient that it is", () => {
  let count = 0;
  for (let number = 0; number < 20; number++) {
    const of = ofNetwork(number);
    const described = partsToRead(readable(of));
    for (const name of gradientNames(of).slice(0, 2)) count += evaluated(of, derivationOf(of, described, wantedIn(of, name)), described, example);
  }
  expect(count).toBeGreaterThan(150);
});

test("a gradient that the page calls by the value is told once, where it comes about", async () => {
  const { program: of } = await openDefinition("test/src/marking/teacher.model.ts", { model: "experts" });
  expect(check(of)).toBe(3);
  const [derivation] = derivationsOf(of).filter(({ derivation: { by } }) => by === "g.weight");
  const lines = derivation ? linesOf(derivation.derivation) : [];
  expect(lines.flatMap(({ where }) => where.map(written))).toEqual([]);
  expect(lines.filter((line) => print(line.left, text) === "δ_g").map(written)).toEqual(["δ_g = g ⊙ (∂loss/∂g − Σ_j ∂loss/∂g ⊙ g)"]);
});
