import { beforeAll, describe, expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import { expandedPart, weightsIn } from "../../../compiler/scalars/expand.ts";
import { networkOf } from "../../../compiler/scalars/network.ts";
import { examplesIn, numberParts } from "../../../compiler/scalars/numbers.ts";
import { type ScalarPage, scalarPage, writtenIn } from "../../../compiler/scalars/page.ts";
import type { Notation } from "../../../compiler/scalars/signs.ts";
import { writeScalars } from "../../../compiler/scalars/write.ts";
import { f32, losses, type Model, model, nn, ops, parameter, type Tensor } from "../../../src/index.ts";
import { type Interpreted, interpretProgram, sourcesOf } from "../../../src/interpret.ts";
import { openDefinition } from "../../../src/open.ts";
import { type Case, cases } from "./networks.ts";
import { evaluate, keyOf, type Sign, sidesOf, signsOf, type Told } from "./reader.ts";

type Tree = ReturnType<typeof sidesOf>[number];

/** A network with what the interpreter says of it. */
interface Opened extends Case {
  readonly program: Program;
  readonly expected: Interpreted;
}

const opened: Opened[] = [];

beforeAll(async () => {
  for (const each of cases) {
    const { program } = await openDefinition(each.model, { allow: ["two-linear-layers"] });
    opened.push({ ...each, program, expected: interpretProgram(program, each.inputs, { parameters: each.parameters }) });
  }
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

/** The neurons of a page are numbered through the network; of the others a layer's begin with 1. */
function layerOf({ widths }: Case, notation: Notation, { name, index, layer }: Sign): number {
  const depth = widths.length - 1;
  if (layer !== undefined && notation !== "modules") return Number(layer);
  if (["x", "s", "μ", "σ"].includes(name)) return 0;
  if (name.startsWith("layer")) return Number(name.slice(5)) + 1;
  if (notation !== "neurons" || !["a", "z", "δ"].includes(name)) return depth;
  const before = Number(index[0]?.match(/^(\d+)\+/)?.[1] ?? 0);
  let [at, offset] = [1, 0];
  while (offset < before) offset += widths[at++] as number;
  return at;
}

/** Layers of modules: every second module is an activation where the layer has one. */
function modulesOf(text: string, { widths }: Case): number[] {
  const numbers = [...text.matchAll(/M(\d+) linear/g)].map(([, number]) => Number(number));
  return widths.slice(1).flatMap((_, at) => {
    const [own, next] = [numbers[at] as number, numbers[at + 1] ?? Number.POSITIVE_INFINITY];
    return next === own + 1 ? [at + 1] : [at + 1, at + 1];
  });
}

/** What a letter stands for, by the signs of a line that have it. */
function rangeOf(given: Case, notation: Notation, modules: readonly number[], letter: string, signs: readonly Sign[]): readonly number[] {
  if (letter === "n") return upTo(given.rows as number);
  const moduleLayer = (layer: string | undefined) => modules[Number(layer) - 1] as number;
  for (const sign of signs) {
    const at = sign.index.findIndex((each) => each === letter || each.endsWith(`+${letter}`));
    if (at < 0) continue;
    const bare = { ...sign, name: sign.name.replace("∂", "") };
    const layer = notation === "modules" && bare.layer !== undefined ? moduleLayer(bare.layer) : layerOf(given, notation, bare);
    const own = bare.name === "w" && at === 0 ? layer - 1 : layer;
    return upTo(given.widths[own] as number);
  }
  throw new Error(`Nothing says what ${letter} stands for`);
}

function numbersOf(
  { widths, rows, inputs, parameters, isClasses, classWeights, isMeanOfWeights }: Case,
  notation: Notation,
  label: (layer: number) => string | undefined,
): Map<string, number> {
  const values = new Map<string, number>();
  const put = (name: string, index: readonly (number | string)[], layer: string | undefined, value: number) =>
    values.set(keyOf({ name, index: index.map(String), layer }, {}), value);
  for (const [at, width] of widths.slice(1).entries()) {
    const weight = parameters.get(`layer${at}.weight`) as number[][];
    const bias = parameters.get(`layer${at}.bias`) as number[] | undefined;
    for (let j = 0; j < width; j++) {
      for (const [i, row] of weight.entries()) put("w", [i + 1, j + 1], label(at + 1), row[j] as number);
      if (bias) put("w", [0, j + 1], label(at + 1), bias[j] as number);
    }
  }
  const states = { μ: "scale.mean", σ: "scale.deviation" };
  for (const [name, state] of Object.entries(states))
    for (const [i, value] of ((parameters.get(state) ?? []) as number[]).entries()) put(name, widths[0] === 1 ? [] : [i + 1], undefined, value);
  const isBatch = notation === "index" && rows !== undefined;
  for (let n = 0; n < (rows ?? 1); n++) {
    const front = isBatch ? [n + 1] : [];
    const [x, y] = [inputs.x, inputs.y].map((data) => (rows === undefined ? data : (data as unknown[])[n])) as [number[], number | number[]];
    for (const [i, value] of x.entries()) put("x", x.length === 1 ? front : [...front, i + 1], undefined, value);
    if (Array.isArray(y)) {
      // Of a cross-entropy the shares have an index even where there is one.
      for (const [j, value] of y.entries()) put("y", y.length === 1 ? front : [...front, j + 1], undefined, value);
    } else if (isClasses) for (let k = 0; k < (widths.at(-1) as number); k++) put("t", [...front, k + 1], undefined, k === y ? 1 : 0);
  }
  if (isBatch && !isMeanOfWeights) put("N", [], undefined, rows);
  for (const [k, weight] of classWeights.entries()) put("c", [k + 1], undefined, weight);
  return values;
}

/** Names with one index that may have several digits. */
const single = { neurons: new Set(["a", "z", "δ"]), modules: new Set(["z", "δ"]), index: new Set<string>() };

const isFormula = (line: string): boolean => line.includes(" = ");

/** Reads every line of a page in order. */
function read(given: Opened, notation: Notation, text: string, parts: readonly string[]): Told {
  const modules = notation === "modules" ? modulesOf(text, given) : [];
  const label = (layer: number) =>
    notation === "modules"
      ? [...text.matchAll(/M(\d+) linear/g)][layer - 1]?.[1]
      : notation === "neurons" || given.widths.length > 2
        ? String(layer)
        : undefined;
  const told: Told = {
    values: numbersOf(given, notation, label),
    functions: new Map(),
    slopes: new Map(),
    range: (letter, tree) => rangeOf(given, notation, modules, letter, signsOf(tree)),
  };
  for (const line of parts.flatMap((part) => part.split("\n")).filter(isFormula))
    tell(sidesOf(line, single[notation]), told, (letter, signs) => rangeOf(given, notation, modules, letter, signs));
  return told;
}

const close = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= 1e-7 * Math.max(1, Math.abs(a), Math.abs(b));

function tell(sides: readonly Tree[], told: Told, range: (letter: string, signs: readonly Sign[]) => readonly number[]): void {
  const [left, ...rights] = sides as [Tree, ...Tree[]];
  const right = rights.at(-1) as Tree;
  if (left.kind === "call" && !left.name.endsWith("′")) {
    for (const name of [left, ...rights.slice(0, -1)])
      if (name.kind === "call") told.functions.set(name.name, (x) => evaluate(right, { ...told, values: new Map([...told.values, ["a[]", x]]) }));
    return;
  }
  const own = signsOf(left)[0] as Sign;
  const all = [own, ...signsOf(right)];
  let instances: Record<string, number>[] = [{}];
  for (const letter of own.index.flatMap((each) => each.match(/[a-z]$/) ?? []))
    instances = instances.flatMap((letters) => range(letter, all).map((value) => ({ ...letters, [letter]: value })));
  for (const letters of instances) {
    const value = evaluate(right, told, letters);
    const key = keyOf(own, letters);
    const known = left.kind === "call" ? told.slopes : told.values;
    const name = left.kind === "call" ? `${left.name} ${key}` : key;
    if (known.has(name) && !close(known.get(name) as number, value)) throw new Error(`${name} is ${known.get(name)} and ${value}`);
    known.set(name, value);
  }
}

/** The parts of a page in the order in which they can be read: derivatives of activations before what is made of them. */
function readable(text: string): string[] {
  const parts = text.split(/\n\n(?=[A-Z][^\n]*\n\n)/);
  const isSlopes = (part: string) => part.startsWith("Derivatives");
  const at = parts.findIndex((part) => part.startsWith("Errors"));
  const slopes = parts.filter(isSlopes);
  const others = parts.filter((part) => !isSlopes(part) && !part.startsWith("Conventions"));
  return at < 0
    ? others
    : [...others.filter((part) => !/^(?:Errors|Gradients)/.test(part)), ...slopes, ...others.filter((part) => /^(?:Errors|Gradients)/.test(part))];
}

/** Holds the loss and every gradient that was told against the interpreter's. */
function compare({ widths, expected, parameters }: Opened, told: Told, label: (layer: number) => string | undefined): void {
  expect(close(told.values.get("L[]") as number, expected.loss), `L is ${told.values.get("L[]")}, not ${expected.loss}`).toBe(true);
  for (const [at, width] of widths.slice(1).entries())
    for (const name of ["weight", "bias"].filter((each) => parameters.has(`layer${at}.${each}`))) {
      // Below a step nothing has a gradient.
      const gradient = expected.gradients.get(`layer${at}.${name}`) ?? new Float64Array();
      for (const [position, value] of gradient.entries()) {
        const [i, j] = name === "bias" ? [0, position + 1] : [Math.floor(position / width) + 1, (position % width) + 1];
        const key = keyOf({ name: "∂w", index: [String(i), String(j)], layer: label(at + 1) }, {});
        expect(close(told.values.get(key) as number, value), `${key} is ${told.values.get(key)}, not ${value}`).toBe(true);
      }
    }
}

const labelOf = (given: Case, notation: Notation, text: string) => (layer: number) => {
  if (notation === "modules") return [...text.matchAll(/M(\d+) linear/g)][layer - 1]?.[1];
  return notation === "neurons" || given.widths.length > 2 ? String(layer) : undefined;
};

const givenOf = ({ program, inputs, parameters }: Opened) =>
  new Map([...sourcesOf(program, inputs, parameters).sources].map(([name, { data }]) => [name, data]));

const pageOf = (page: ScalarPage): string => writeScalars(page, "text");

describe("every line of a page, with every index put in, is what the interpreter says", () => {
  test.each(["neurons", "modules", "index"] as const)("--notation %s", (notation) => {
    let pages = 0;
    for (const given of opened) {
      if (notation !== "index" && (given.rows ?? 1) > 1) continue;
      const text = pageOf(scalarPage(writtenIn(networkOf(given.program), notation)));
      try {
        compare(given, read(given, notation, text, readable(text)), labelOf(given, notation, text));
      } catch (error) {
        throw new Error(`${given.title}\n\n${text}`, { cause: error });
      }
      pages++;
    }
    expect(pages).toBeGreaterThan(25);
  });

  test.each([false, true])("written out, all of it: %s", (isWhole) => {
    let pages = 0;
    for (const given of opened) {
      const network = networkOf(given.program);
      if ((given.rows ?? 1) > 1 || weightsIn(network) > (isWhole ? 16 : 40)) continue;
      const text = pageOf({ conventions: [], parts: expandedPart(network, isWhole) });
      try {
        compare(given, read(given, "neurons", text, [text]), String);
      } catch (error) {
        throw new Error(`${given.title}\n\n${text}`, { cause: error });
      }
      pages++;
    }
    expect(pages).toBeGreaterThan(10);
  });
});

/** As far as five digits of each number allow: every number of the line changed by half of its last digit. */
function tolerance(line: string, value: number): number {
  const sizes = [...line.matchAll(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)].map(([number]) => Math.abs(Number(number)));
  return 5e-4 * Math.max(1e-300, Math.abs(value), ...sizes) * Math.max(1, ...sizes);
}

describe("numbers put in", () => {
  test.each(["neurons", "modules", "index"] as const)("of %s give what they say, and the interpreter's", (notation) => {
    let lines = 0;
    for (const given of opened) {
      if (notation !== "index" && (given.rows ?? 1) > 1) continue;
      const network = networkOf(given.program);
      const data = givenOf(given);
      const written = writtenIn(network, notation, examplesIn(network, notation, data));
      const page = scalarPage(written);
      const text = pageOf(page);
      const told = read(given, notation, text, readable(text));
      compare(given, told, labelOf(given, notation, text));
      for (const line of pageOf({ conventions: [], parts: numberParts(written, data, undefined) })
        .split("\n")
        .filter(isFormula)) {
        const [left, ...rights] = sidesOf(line, single[notation]) as [Tree, ...Tree[]];
        const values = rights.map((right) => evaluate(right, told));
        const last = values.at(-1) as number;
        const exact = told.values.get(keyOf(signsOf(left)[0] as Sign, {})) as number;
        expect(Math.abs(last - exact) <= 1e-4 * Math.abs(exact) + 1e-12, `${given.title}: ${line}: ${exact}`).toBe(true);
        for (const value of values) expect(Math.abs(value - last) <= tolerance(line, last), `${given.title}: ${line}: ${value}`).toBe(true);
        lines++;
      }
    }
    expect(lines).toBeGreaterThan(300);
  });
});

test("a binary cross-entropy by hand is told of the sigmoid, as losses.bce is", () => {
  const pages = opened.flatMap(({ title, program }) =>
    title.includes("bce by hand") ? [pageOf(scalarPage(writtenIn(networkOf(program), "neurons")))] : [],
  );
  expect(pages.length).toBe(8);
  for (const page of pages) {
    expect(page).toContain("·log(1 − ");
    expect(page).not.toContain("softplus");
    expect(page).toMatch(/δ\S+ = (\S+·)?\(?[zŷ]\S* − y/);
  }
});

describe("a neuron by hand", () => {
  const numbers = new Map([
    ["w", [0.25, -0.75]],
    ["b", [0.125]],
    ["x", [0.5, -1.5]],
    ["y", [1]],
  ]);
  const data = { x: f32("batch", 2), y: f32("batch") };
  const lossOf = (z: Tensor, y: Tensor) => losses.mse(nn.sigmoid(z), y);
  const hands: Readonly<Record<string, Model>> = {
    product: model("net", data, ({ x, y }) => {
      const [w, b] = [parameter([2], { name: "w" }), parameter([], { name: "b" })];
      const z = ops.add(ops.matmul(x, w), b);
      return { outputs: { z }, loss: lossOf(z, y) };
    }) as Model,
    sum: model("net", data, ({ x, y }) => {
      const [w, b] = [parameter([2], { name: "w" }), parameter([], { name: "b" })];
      const z = ops.add(b, ops.sum(ops.mul(w, x), { dim: 1 }));
      return { outputs: { z }, loss: lossOf(z, y) };
    }) as Model,
  };
  const layer = model("net", { ...data, y: f32("batch", 1) }, ({ x, y }) => {
    const [w, b] = [parameter([2, 1], { name: "w" }), parameter([1], { name: "b" })];
    const z = ops.add(ops.matmul(x, w), b);
    return { outputs: { z }, loss: lossOf(z, y) };
  }) as Model;

  /** The page with numbers, without what it says of the parameters. */
  async function pageWith(of: Model, notation: Notation): Promise<string> {
    const { program } = await openDefinition(of);
    const network = networkOf(program);
    const written = writtenIn(network, notation, examplesIn(network, notation, numbers));
    const { conventions, parts } = scalarPage(written);
    const page = { conventions, parts: [...parts, ...expandedPart(network, true), ...numberParts(written, numbers, 0.1)] };
    return pageOf(page)
      .replace("w[i, j]", "w[i]")
      .replace("w[i, k]", "w[i]")
      .replace(/is b\[[jk]\]/, "is b");
  }

  test.each(Object.keys(hands))("%s: of a vector and a number is the layer of one neuron", async (name) => {
    for (const notation of ["neurons", "modules", "index"] as const)
      expect(await pageWith(hands[name] as Model, notation)).toBe(await pageWith(layer, notation));
  });
});

test("what is no chain of layers is called by its name, at its place", async () => {
  const sum = model("net", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(x, 1);
    return { outputs: { z }, loss: ops.add(losses.mse(z, y), losses.l1(z, y)) };
  });
  const { program } = await openDefinition(sum);
  expect(() => networkOf(program)).toThrow(/a sum of 2 losses, of which neurons have one/);
});

describe("the reader", () => {
  test("notices every product that becomes a sum, and every sign that is another", () => {
    const given = opened.find(({ title }) => title.startsWith("2-2-1 tanh mse")) as Opened;
    const text = pageOf(scalarPage(writtenIn(networkOf(given.program), "neurons")));
    const damaged = [...text.matchAll(/·| − | \+ (?!Σ)/g)].flatMap(({ 0: sign, index }) => {
      if (index < text.indexOf("Forward")) return [];
      return [text.slice(0, index) + (sign === " + " ? " − " : " + ") + text.slice(index + sign.length)];
    });
    const missed = damaged.filter((page) => {
      try {
        compare(given, read(given, "neurons", page, readable(page)), String);
        return true;
      } catch {
        return false;
      }
    });
    expect(damaged.length).toBeGreaterThan(15);
    expect(missed).toEqual([]);
  });
});
