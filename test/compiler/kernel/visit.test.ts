import { describe, expect, test } from "vitest";
import type { Expr } from "../../../compiler/kernel/kernel.ts";
import { dependence, loadsOf, readsOf, sitesOf, subexpressions, writesOf } from "../../../compiler/kernel/visit.ts";
import { along, axis, buffer, convolution, get, linear, load, local, op, parallel, reduce, scatter, softmax, store } from "./kernels.ts";

const names = (things: Iterable<{ name: string }>) => [...things].map(({ name }) => name);

describe("walks", () => {
  test("sitesOf lists statements in order, with the loops around them", () => {
    const { kernel: hidden } = linear();
    const lines = sitesOf(hidden.body).map(({ statement, loops }) => `${statement.kind} ${names(loops.map((loop) => loop.axis)).join(",")}`);
    expect(lines).toEqual(["loop ", "loop i", "accumulator i,j", "loop i,j", "combine i,j,k", "store i,j"]);
  });

  test("readsOf and writesOf list buffers in order of first use, indices included", () => {
    expect(names(readsOf(linear().kernel))).toEqual(["x", "hidden.weight", "hidden.bias"]);
    expect(names(writesOf(linear().kernel))).toEqual(["hidden"]);
    expect(names(readsOf(scatter().kernel))).toEqual(["index", "g"]);
  });

  test("loadsOf sees loads under guards and in the indices of loads", () => {
    const { kernel: conv } = convolution();
    expect(sitesOf(conv.body).flatMap(({ statement }) => names(loadsOf(statement).map(({ buffer: from }) => from)))).toEqual(["x", "weight"]);
    const i = axis("i", 4);
    const [index, table] = [buffer("index", [4], "input", "i32"), buffer("table", [9])];
    const gather = store(buffer("y", [4]), [i], load(table, along(load(index, i))));
    expect(names(loadsOf(gather).map(({ buffer: from }) => from))).toEqual(["index", "table"]);
  });

  test("subexpressions gives each expression once, operands first, at any depth", () => {
    const x = load(buffer("x", []));
    let value: Expr = x;
    for (let step = 0; step < 50_000; step++) value = op("mul", value, value);
    const all = subexpressions([value, x]);
    expect([all.length, all[0], all.at(-1)]).toEqual([50_001, x, value]);
  });
});

describe("dependence", () => {
  test("of a load is its axes, through computed indices", () => {
    const { kernel: add, i, j, index, g } = scatter();
    const depends = dependence(add.body);
    expect(depends.expr(load(g, i, j))).toEqual(new Set([i, j]));
    expect(depends.index(along(load(index, i)))).toEqual(new Set([i]));
  });

  test("of an accumulator is the axes around it that its terms change with", () => {
    const { kernel: rows, i, l } = softmax();
    const depends = dependence(rows.body);
    const last = sitesOf(rows.body).at(-1)?.statement;
    expect(last?.kind === "store" && depends.expr(last.value)).toEqual(new Set([i, l]));
  });

  test("of a total leaves out the axes that it sums over, and those that it ignores", () => {
    const [i, k] = [axis("i", 4), axis("k", 4)];
    const [x, y] = [buffer("x", [4]), buffer("y", [4])];
    const s = local("s");
    const body = [
      parallel(
        i,
        { kind: "accumulator", local: s, combine: "sum" },
        reduce(k, { kind: "combine", local: s, combine: "sum", value: load(x, k) }),
        store(y, [i], get(s)),
      ),
    ];
    expect(dependence(body).expr(get(s))).toEqual(new Set());
  });

  test("of a let is that of its value", () => {
    const i = axis("i", 4);
    const t = local("t");
    const body = [parallel(i, { kind: "let", local: t, value: load(buffer("x", [4]), i) })];
    expect(dependence(body).expr(op("neg", get(t)))).toEqual(new Set([i]));
  });
});
