import { describe, expect, test } from "vitest";
import { csvBlocks, type PredictionOptions, predictionColumns } from "../../data/predictions.ts";
import type { Dtype, Head, Manifest } from "../../runtime/program.ts";
import type { Net, Outputs } from "../../runtime/types.ts";
import { tinyManifest } from "../support/tiny-module.ts";

const slot = (name: string, dtype: Dtype, ...shape: (number | string)[]) => ({ name, dtype, shape, offset: 0 });

function netWith(results: Manifest["entries"][0]["results"], metadata: Readonly<Record<string, unknown>> = {}, heads: readonly Head[] = []): Net {
  const predict = { name: "predict", dims: [], inputs: [], results, updates: [], training: false, splittable: true, minimum: 1, checks: [] };
  const texts = Object.entries(metadata).map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
  return { manifest: { ...tinyManifest, targets: ["y"], entries: [predict], heads }, metadata: new Map(texts) } as unknown as Net;
}

const toCsv = (...given: Parameters<typeof csvBlocks>): string => [...csvBlocks(...given)].join("\n");

const csv = (net: Net, outputs: Outputs, rows: number, options?: PredictionOptions) =>
  toCsv(
    predictionColumns(net, outputs, rows, options),
    Array.from({ length: rows }, (_, row) => row),
  );

const labelled = { columns: { y: ["kind"] }, classes: { kind: ["no", "yes, or so"] } };

test("one number a row is a column of the output's name, more are numbered, and what has no rows stands in each", () => {
  const net = netWith([slot("price", "f32", "batch", 1), slot("pair", "f32", "batch", 2), slot("all", "f32"), slot("is", "bool", "batch")]);
  const outputs = { price: Float32Array.of(0.1, 2), pair: Float32Array.of(1, 2, 3, 4), all: Float32Array.of(7), is: Uint8Array.of(0, 1) };
  expect(csv(net, outputs, 2)).toBe("price,pair.0,pair.1,all,is\n0.1,1,2,7,0\n2,3,4,7,1");
});

test("a row that was left out is NA", () => {
  const columns = predictionColumns(
    netWith([slot("a", "f32", "batch"), slot("b", "f32", "batch")]),
    { a: Float32Array.of(1, 2), b: Float32Array.of(3, 4) },
    2,
  );
  expect(toCsv(columns, Int32Array.of(0, -1, 1))).toBe("a,b\n1,3\nNA,NA\n2,4");
});

test("many rows come in blocks of whole lines", () => {
  const columns = [{ name: "n", cell: (row: number) => `r"${row}` }];
  const places = Int32Array.from({ length: 50_000 }, (_, row) => row);
  const blocks = [...csvBlocks(columns, places)];
  expect(blocks.length).toBeGreaterThan(5);
  expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThan(100_000);
  expect(blocks.join("\n").split("\n")).toEqual(["n", ...Array.from(places, (row) => `"r""${row}"`)]);
});

describe("classes", () => {
  test("name a value each, and the likeliest; an i32 output is a label", () => {
    const net = netWith([slot("logits", "f32", "batch", 2), slot("best", "i32", "batch")], labelled);
    const outputs = { logits: Float32Array.of(1, -1, 0, 3), best: Int32Array.of(0, 1) };
    expect(csv(net, outputs, 2)).toBe('logits.no,"logits.yes, or so",kind,best\n1,-1,no,no\n0,3,"yes, or so","yes, or so"');
  });

  test("are told once, though two outputs tell them", () => {
    const net = netWith([slot("a", "f32", "batch", 2), slot("b", "f32", "batch", 2)], labelled);
    const pair = Float32Array.of(1, 2);
    expect(csv(net, { a: pair, b: pair }, 1).split("\n")[0]).toBe('a.no,"a.yes, or so",kind,b.no,"b.yes, or so"');
  });

  test("of two are told by one number that the loss compares", () => {
    const head = { output: "z", target: "y" } as const;
    const outputs = { z: Float32Array.of(-0.1, 0.2, 0.7) };
    expect(csv(netWith([slot("z", "f32", "batch")], labelled, [{ ...head, link: "sigmoid" }]), outputs, 3)).toBe(
      'z,kind\n-0.1,no\n0.2,"yes, or so"\n0.7,"yes, or so"',
    );
    expect(csv(netWith([slot("z", "f32", "batch")], labelled, [{ ...head, link: "identity" }]), outputs, 3)).toBe(
      'z,kind\n-0.1,no\n0.2,no\n0.7,"yes, or so"',
    );
    expect(csv(netWith([slot("z", "f32", "batch")], labelled), outputs, 3)).toBe("z\n-0.1\n0.2\n0.7");
  });

  test("are fewer than what a loss compares: the likeliest of them, and the others have no name", () => {
    const outputs = { z: Float32Array.of(1, 0, 5, -2, -1, 5) };
    const net = (link: Head["link"]) => netWith([slot("z", "f32", "batch", 3)], labelled, [{ output: "z", target: "y", link }]);
    expect(csv(net("softmax"), outputs, 2)).toBe('z.no,"z.yes, or so",z.unused 2,kind\n1,0,5,no\n-2,-1,5,"yes, or so"');
    expect(csv(net("softmax"), { z: Float32Array.of(0, 0, 0) }, 1, { probabilities: true }).split("\n")[1]).toBe(
      "0.33333334,0.33333334,0.33333334,no",
    );
    expect(csv(net("sigmoid"), outputs, 2).split("\n")[0]).toBe("z.0,z.1,z.2");
    expect(csv(netWith([slot("z", "f32", "batch", 3)], labelled), outputs, 2).split("\n")[0]).toBe("z.0,z.1,z.2");
  });

  test("of one target column among several are told by no output", () => {
    const metadata = { columns: { y: ["kind", "size"] }, classes: { kind: ["no", "yes"] } };
    const net = netWith([slot("z", "f32", "batch", 2)], metadata, [{ output: "z", target: "y", link: "sigmoid" }]);
    expect(csv(net, { z: Float32Array.of(1, 0) }, 1)).toBe("z.0,z.1\n1,0");
  });

  test("belong to the target that the loss compares the output with", () => {
    const metadata = { columns: { y: ["kind"], k: ["other"] }, classes: { kind: ["a", "b"], other: ["c", "d"] } };
    const net = netWith([slot("p", "f32", "batch", 2), slot("q", "f32", "batch", 2)], metadata, [
      { output: "p", target: "k", link: "softmax" },
      { output: "q", target: "y", link: "softmax" },
    ]);
    Object.assign(net.manifest, { targets: ["y", "k"] });
    expect(csv(net, { p: Float32Array.of(1, 0), q: Float32Array.of(0, 1) }, 1)).toBe("p.c,p.d,other,q.a,q.b,kind\n1,0,c,0,1,b");
  });
});

describe("probabilities", () => {
  const heads: readonly Head[] = [
    { output: "logits", target: "y", link: "softmax" },
    { output: "z", target: "t", link: "sigmoid" },
    { output: "p", target: "t", link: "identity" },
  ];
  test("in place of what the loss compares", () => {
    const net = netWith(
      [slot("logits", "f32", "batch", 2), slot("z", "f32", "batch", 1), slot("p", "f32", "batch"), slot("u", "f32", "batch")],
      labelled,
      heads,
    );
    const outputs = { logits: Float32Array.of(1000, 1000 + Math.log(3)), z: Float32Array.of(0), p: Float32Array.of(0.25), u: Float32Array.of(7) };
    const [, row = ""] = csv(net, outputs, 1, { probabilities: true }).split("\n");
    const [no, yes, kind, ...others] = row.split(/,(?! )/);
    expect([Number(no), Number(yes)]).toEqual([expect.closeTo(0.25, 3), expect.closeTo(0.75, 3)]);
    expect([kind, others]).toEqual(['"yes, or so"', ["0.5", "0.25", "7"]]);
  });

  test("of a model that has none are refused", () => {
    expect(() => predictionColumns(netWith([slot("a", "f32", "batch")]), { a: Float32Array.of(1) }, 1, { probabilities: true })).toThrow(
      'No output of "tiny" is what a cross-entropy compares',
    );
  });
});

test("numbers are the shortest decimals that are the same f32, of nine digits at most", () => {
  const random = Array.from({ length: 2_000 }, (_, i) => new Float32Array(Int32Array.of(Math.imul(i + 1, 0x9e3779b1)).buffer)[0] as number).filter(
    Number.isFinite,
  );
  const values = [0.1, 1 / 3, 1e-45, 16777216, 16777217, -0.11807030439376831, 3.4e38, Number.NaN, Number.NEGATIVE_INFINITY, ...random];
  const [column] = predictionColumns(netWith([slot("v", "f32", "batch")]), { v: Float32Array.from(values) }, values.length);
  const cells = values.map((_, row) => column?.cell(row) as string);
  expect(cells.map((cell) => Math.fround(Number(cell)))).toEqual(values.map(Math.fround));
  expect(cells.slice(0, 6)).toEqual(["0.1", "0.33333334", "1e-45", "16777216", "16777216", "-0.118070304"]);
  expect(
    cells.map((cell) => cell.replace(/e.*/, "").replace(/[^\d]/g, "").replace(/^0+/, "").replace(/0+$/, "").length).filter((digits) => digits > 9),
  ).toEqual([]);
  // A digit less is another number.
  for (const [at, cell] of cells.entries()) {
    const digits = cell.replace(/e.*/, "").replace(/[^\d]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
    if (digits > 1) expect(Math.fround(Number((values[at] as number).toPrecision(digits - 1)))).not.toBe(Math.fround(values[at] as number));
  }
});

test("whole numbers are written whole", () => {
  expect(csv(netWith([slot("k", "i32", "batch")]), { k: Int32Array.of(2147483647, -5) }, 2)).toBe("k\n2147483647\n-5");
});
