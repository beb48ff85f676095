// Pages as data: as the schema says; one number a value; nothing that JSON would lose.
import { describe, expect, test } from "vitest";
import { call, operator, variable } from "../../../compiler/formula/tree.ts";
import { gradientNames } from "../../../src/derive.ts";
import { f32, losses, model, nn, ops, optim } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { pageHtml } from "../../../src/page/html.ts";
import { formulaOf, jsonNumber, Numbering, settingsOf } from "../../../src/page/terms.ts";
import type { JsonLine, JsonPart, JsonSteps, JsonSymbol, JsonValues, PageJson, Term } from "../../../src/page/types.ts";
import { dataOf, derivationOf, exampleAt } from "./pages.ts";
import { faultsOf } from "./schema.ts";

test("the schema refuses what is no such page", async () => {
  const { json } = await dataOf(exampleAt("course/neuron.model.ts"));
  const [part] = json.page;
  const [line] = part?.lines ?? [];
  const damaged: unknown[] = [
    { ...json, pages: [] },
    { ...json, page: [{ ...part, lines: [{ ...line, right: { kind: "number", value: 1 } }] }] },
    { ...json, page: [{ ...part, lines: [{ ...line, right: { id: 1, kind: "number", value: null } }] }] },
    { ...json, symbols: [{ name: "x" }] },
  ];
  for (const page of damaged) expect(faultsOf(page)).not.toEqual([]);
});

const plain = (json: unknown) => JSON.parse(JSON.stringify(json));

describe("a derivation is as the schema says", () => {
  test.each(["two-neurons/net", "course/neuron", "course/attention", "course/recurrent", "digits/cnn"])("by each parameter of %s", async (path) => {
    const source = exampleAt(`${path}.model.ts`);
    const { program } = await openDefinition(source);
    for (const name of gradientNames(program)) expect(faultsOf(plain(await derivationOf(source, name)), "derivation")).toEqual([]);
  });

  test("with numbers, and nothing else is one", async () => {
    const json = plain(await derivationOf(two, "z.weight", { x: [0.5, -1], y: [1] }));
    expect(faultsOf(json, "derivation")).toEqual([]);
    expect(faultsOf(json)).not.toEqual([]);
    const [step] = json.steps;
    const damaged: unknown[] = [
      { ...json, page: [] },
      { ...json, steps: [{ ...step, lines: [] }] },
      { ...json, steps: [{ ...step, paths: [{ ...step.paths[0], rules: [{ of: "mul" }] }] }] },
      { ...json, by: undefined },
    ];
    for (const each of damaged) expect(faultsOf(plain(each), "derivation")).not.toEqual([]);
  });
});

const two = model("two", { x: f32(2), y: f32(1) }, ({ x, y }) => {
  const z = nn.tanh(nn.linear(x, 2, { name: "z" }));
  const yhat = nn.tanh(nn.linear(z, 1, { name: "yhat" }));
  return { outputs: { yhat }, loss: losses.mse(yhat, y, { reduction: "sum" }) };
});

const lineOf = ({ page }: PageJson, text: string): JsonLine =>
  page.flatMap(({ lines }) => lines).find((line) => line.text.startsWith(text)) as JsonLine;

const partsOf = (term: Term): readonly Term[] => ("args" in term ? term.args : []);

describe("one number a value", () => {
  test("whether it is written out or called by its name", async () => {
    const { json } = await dataOf(two);
    const [error, bias, weight] = ["δ_z = ", "∂loss/∂b_z = ", "∂loss/∂W_z = "].map((text) => lineOf(json, text)) as [JsonLine, JsonLine, JsonLine];
    expect(error.left.id).toBe(error.right.id);
    expect(bias.right.id).toBe(error.left.id);
    expect(partsOf(weight.right).map(({ id }) => id)).toContain(error.left.id);
    expect(weight.right.id).not.toBe(error.right.id);
  });

  test("and another one for another value", () => {
    const numbering = new Numbering();
    const [x, y] = [variable("x"), variable("y")];
    const id = (formula: Parameters<Numbering["term"]>[0]) => numbering.term(formula).id;
    expect(id(operator("-", x, y))).not.toBe(id(operator("-", y, x)));
    expect(id(operator("-", x, y))).toBe(id(operator("-", { ...x, scalar: true }, y)));
    expect(id(variable("x", "t"))).not.toBe(id(variable("x", "t−1")));
    expect(id(call("max", [x], "j"))).not.toBe(id(call("max", [x], "k")));
  });

  test("the arguments of a function are no values of the page", () => {
    const numbering = new Numbering();
    const x = numbering.term(variable("x"));
    const { left, right } = numbering.meaning(call("f", [variable("x")]), operator("+", variable("x"), variable("y")));
    const [inner] = partsOf(left);
    const [first, second] = partsOf(right);
    expect(inner?.id).not.toBe(x.id);
    expect(first?.id).toBe(inner?.id);
    expect(second?.id).toBe(numbering.term(variable("y")).id);
  });

  test("what a rule calls by w, g and m is no value that has such a name", async () => {
    const named = model("named", { g: f32("batch", 2), y: f32("batch", 2) }, ({ g, y }) => {
      const m = nn.tanh(nn.linear(g, 2, { name: "w" }));
      return { outputs: { m }, loss: losses.mse(m, y) };
    });
    const { json } = await dataOf(named, { optimizer: optim.adam() });
    const idsOf = (part: JsonPart["part"]) => {
      const found = new Map<string, Set<number>>();
      const add = (term: Term): void => {
        if (term.kind === "variable") found.set(term.name, (found.get(term.name) ?? new Set()).add(term.id));
        for (const inner of partsOf(term)) add(inner);
      };
      for (const { left, right } of json.page.find((each) => each.part === part)?.lines ?? []) [left, right].forEach(add);
      return (name: string) => [...(found.get(name) ?? [])];
    };
    const [forward, updates] = [idsOf("forward"), idsOf("updates")];
    for (const name of ["m", "g"]) {
      expect(updates(`${name}_θ`)).toHaveLength(1);
      expect(updates(name)).toEqual([]);
      expect(forward(name)).toHaveLength(1);
    }
    expect(updates("θ")).toHaveLength(1);
  });

  test("a name that is defined once more keeps its own", () => {
    const numbering = new Numbering();
    const first = numbering.sides({ left: variable("loss"), right: variable("a") });
    const second = numbering.sides({ left: variable("loss"), right: variable("b") });
    expect(first.left.id).toBe(first.right.id);
    expect(second.left.id).toBe(first.left.id);
    expect(second.right.id).not.toBe(first.right.id);
    expect(numbering.sides({ left: variable("w"), right: variable("v") }, "←").left.id).not.toBe(numbering.term(variable("v")).id);
  });
});

test("settings of functions are data", () => {
  expect(settingsOf("3×3,stride=2,padding=1+0")).toEqual([{ value: [3, 3] }, { name: "stride", value: 2 }, { name: "padding", value: "1+0" }]);
  expect(settingsOf("1:1,0:2")).toEqual([{ value: [1, 1] }, { value: [0, 2] }]);
  expect(settingsOf("j")).toEqual([{ value: "j" }]);
});

test("numbers that JSON has none for are texts, and read back", () => {
  expect([Number.NaN, -Infinity, -0, 0.5].map(jsonNumber)).toEqual(["NaN", "-Infinity", 0, 0.5]);
  const infinite = { kind: "number", value: -Infinity, scalar: true } as const;
  const sum = operator("+", variable("x"), infinite);
  expect(formulaOf(JSON.parse(JSON.stringify(new Numbering().term(sum))))).toMatchObject(sum);
});

test("numbers of an example: symbols, errors and gradients, with their shapes", async () => {
  const { json } = await dataOf(two, { example: { x: [1, 2], y: [-1] } });
  const valuesOf = (name: string) => json.symbols.find((symbol) => symbol.name === name)?.values;
  expect(valuesOf("x")).toEqual({ shape: [2], elements: [1, 2] });
  const [error] = (valuesOf("δ_z") as JsonValues).elements;
  const gradient = lineOf(json, "∂loss/∂W_z").values;
  expect(gradient?.shape).toEqual([2, 2]);
  expect(gradient?.elements[2]).toBeCloseTo(2 * (error as number), 12);
});

test("of a large value the first elements; of a batch the shape that it has", async () => {
  const wide = model("wide", { x: f32("batch", 50) }, ({ x }) => ({ outputs: { h: ops.sin(x) } }));
  const { json } = await dataOf(wide, { example: { x: Array.from({ length: 6 }, () => Array.from({ length: 50 }, (_, i) => i)) } });
  const { values } = lineOf(json, "h = ");
  expect(values?.shape).toEqual([6, 50]);
  expect(values?.elements).toHaveLength(256);
});

test("tables of constants are whole", async () => {
  const placed = model("placed", { x: f32("batch", 3, 8) }, ({ x }) => ({ outputs: { h: nn.positionalEncoding(x) } }));
  const { json } = await dataOf(placed);
  const [table] = json.symbols.filter(({ kind }) => kind === "table") as [JsonSymbol];
  expect(table.shape).toEqual([3, 8]);
  expect(table.table).toHaveLength(24);
});

describe("what changes from step to step", () => {
  const example = {
    x: [
      [
        [1, 2],
        [0.5, -1],
        [0.3, 0.1],
      ],
    ],
    y: [[0.5]],
  };
  const sixSteps = Array.from({ length: 6 }, (_, t) => [Math.sin(t), 0.5]);

  test("has its numbers at each step: those that its line says", async () => {
    const { json } = await dataOf(exampleAt("course/recurrent.model.ts"), { example });
    const at = (text: string, t: number) => lineOf(json, text).steps?.at.find((step) => step.t === t)?.values.elements as number[];
    const after = lineOf(json, "ε_{T+1}").values?.elements as number[];
    for (const t of [1, 2, 3]) {
      const [h, error, later] = [at("rec_h_t", t), at("δ_rec_t", t), t === 3 ? after : at("ε_t", t + 1)];
      expect(error.length).toBe(2);
      for (const [j, value] of error.entries()) expect(value).toBeCloseTo((later[j] as number) * (1 - (h[j] as number) ** 2), 12);
    }
    const symbol = json.symbols.find(({ name }) => name === "rec_h") as JsonSymbol;
    expect(symbol.steps).toEqual(lineOf(json, "rec_h_t").steps);
    expect(faultsOf(json)).toEqual([]);
  });

  test("of many steps the first and the last are told, on the page with an ellipsis between", async () => {
    const many = model("many", { x: f32("batch", 6, 2), y: f32("batch", 2) }, ({ x, y }) => {
      const { hn } = nn.rnn(x, 2, { name: "rec" });
      const last = nn.flatten(hn);
      return { outputs: { last }, loss: losses.mse(last, y) };
    });
    const { json } = await dataOf(many, { example: { x: [sixSteps], y: [[0, 1]] } });
    const [{ count, at }] = json.symbols.flatMap(({ steps }) => steps ?? []) as [JsonSteps];
    expect([count, at.map(({ t }) => t)]).toEqual([6, [1, 2, 6]]);
    expect(pageHtml(json, undefined)).toMatch(/t = 1<\/span>.*t = 2<\/span>.*…<\/span>.*t = 6<\/span>/);
  });
});
