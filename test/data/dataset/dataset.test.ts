// Datasets of rows in memory.
import { dataLoader, fromArrays, fromCsv, fromJsonLines } from "gradc/data";
import { describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const count = (length: number) => Array.from({ length }, (_, at) => at);
const numbers = (length: number) => fromArrays({ n: count(length) });
const valuesOf = async (source: AsyncIterable<Readonly<Record<string, unknown>>>, name = "n") => (await all(source)).map((row) => row[name]);

describe("arrays", () => {
  test("are columns, of one number, one list or some numbers a row", async () => {
    const dataset = fromArrays({
      a: Float32Array.of(1, 2),
      b: [
        [1, 2],
        [3, 4],
      ],
      c: { data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] },
      d: ["x", "y"],
    });
    expect(dataset.length).toBe(2);
    expect(await all(dataset)).toEqual([
      { a: 1, b: [1, 2], c: Int32Array.of(1, 2), d: "x" },
      { a: 2, b: [3, 4], c: Int32Array.of(3, 4), d: "y" },
    ]);
    expect(dataset.columns.get("c")).toMatchObject({ name: "c", shape: [2] });
    expect(dataset.columns.get("d")?.labels).toEqual(["x", "y"]);
    expect(await all(dataset.batch(2))).toEqual([
      { a: Int32Array.of(1, 2), b: Float32Array.of(1, 2, 3, 4), c: Int32Array.of(1, 2, 3, 4), d: Int32Array.of(0, 1) },
    ]);
  });

  test("are rows, of an iterable that may be asynchronous", async () => {
    const rows = [{ n: 1 }, { n: 2 }];
    const later = async function* () {
      yield* rows;
    };
    expect(await all(fromArrays(rows))).toEqual(rows);
    expect(await all(fromArrays(new Set(rows)))).toEqual(rows);
    expect(await all(await fromArrays(later()))).toEqual(rows);
    expect(fromArrays(rows).columns.get("n")?.toArray()).toEqual(Float64Array.of(1, 2));
    expect((await fromArrays(numbers(3).map(({ n }) => ({ n: Number(n) + 1 })))).length).toBe(3);
  });

  test.each<[string, () => unknown, string]>([
    ["of another length", () => fromArrays({ a: [1], b: [1, 2] }), "unequal-rows"],
    ["of another shape", () => fromArrays({ a: { data: new Float32Array(3), shape: [2, 2] } }), "bad-option"],
    ["of no values", () => fromArrays({ a: 1 } as never), "bad-option"],
    ["that are no rows", () => fromArrays([1, 2] as never), "bad-option"],
    ["of one typed array", () => fromArrays(new Float32Array(2) as never), "bad-option"],
  ])("%s are refused", (_, run, code) => expect(codeOf(run)).toBe(code));
});

describe("rows of a table", () => {
  test("hold numbers, classes by number, and texts that are no classes", async () => {
    const dataset = await fromCsv("size,bean,day,ok\n3,arabica,2024-01-02,TRUE\n,robusta,2024-01-03,FALSE\n5,arabica,,TRUE\n");
    expect(await all(dataset)).toEqual([
      { size: 3, bean: 0, day: "2024-01-02", ok: 1 },
      { size: Number.NaN, bean: 1, day: "2024-01-03", ok: 0 },
      { size: 5, bean: 0, day: null, ok: 1 },
    ]);
    expect(dataset.columns.get("ok")?.labels).toEqual(["false", "true"]);
  });

  test("may have any names", async () => {
    const [row] = await all(await fromCsv("__proto__,constructor,1\n3,4,5\n"));
    expect(Object.entries(row ?? {}).sort()).toEqual([
      ["1", 5],
      ["__proto__", 3],
      ["constructor", 4],
    ]);
  });

  test("leave an index out, and a column that counts the rows is noted", async () => {
    expect(await all(await fromCsv(",a\n0,5\n1,6\n"))).toEqual([{ a: 5 }, { a: 6 }]);
    const { notes } = await fromCsv(
      `id,a\n${count(10)
        .map((at) => `${at + 1},${at * at}\n`)
        .join("")}`,
    );
    expect(notes).toEqual([expect.stringContaining('the column "id" counts the rows')]);
  });

  test("of JSON are the same", async () => {
    expect(await all(await fromJsonLines('{"a": 1, "b": "x"}\n{"a": null, "b": "y"}'))).toEqual([
      { a: 1, b: 0 },
      { a: Number.NaN, b: 1 },
    ]);
  });
});

describe("what is made of rows", () => {
  test("map, filter, take, shuffle and batch in any order", async () => {
    const dataset = numbers(10)
      .map(({ n }) => ({ n: Number(n) * 2 }))
      .filter(({ n }) => Number(n) > 4);
    expect(dataset.length).toBe(7);
    expect(await valuesOf(dataset.take(2))).toEqual([6, 8]);
    expect(dataset.columns.get("n")?.toArray()).toEqual(Float64Array.of(6, 8, 10, 12, 14, 16, 18));
    const shuffled = dataset.shuffle(1);
    const order = await valuesOf(shuffled);
    expect(order).not.toEqual(await valuesOf(dataset));
    expect([...order].sort((a, b) => Number(a) - Number(b))).toEqual([6, 8, 10, 12, 14, 16, 18]);
    expect(await valuesOf(shuffled)).toEqual(order);
    expect(await valuesOf(dataset.shuffle(2))).not.toEqual(order);
    expect(await valuesOf(dataset.batch(3))).toEqual([Int32Array.of(6, 8, 10), Int32Array.of(12, 14, 16), Int32Array.of(18)]);
    expect(dataset.batch(3).length).toBe(3);
    expect(dataset.take(100).length).toBe(7);
  });

  test("functions are told the number of the row in the source", async () => {
    const indices = numbers(6)
      .shuffle(3)
      .map(({ n }, { index, epoch, seed }) => ({ n, index, epoch, seed }));
    for (const { n, index, epoch, seed } of await all(indices)) expect([index, epoch, seed]).toEqual([n, 1, 0]);
  });

  test("functions may write to the row that they are given: the source stays, so that each epoch begins with the same", async () => {
    const images = { data: Float32Array.of(1, 2), width: 1, height: 1, channels: 2 };
    const sources = [
      { x: [Float32Array.of(1, 2)] },
      { x: [Buffer.of(1, 2)] },
      { x: { data: Float32Array.of(1, 2), shape: [1, 2] } },
      [{ x: [1, 2] }],
      [{ x: images }],
    ];
    for (const source of sources) {
      const doubled = fromArrays(source as Record<string, unknown[]>).map((row) => {
        const x = row.x as { data?: number[] } & number[];
        const values = x.data ?? x;
        values[0] = 2 * (values[0] as number);
        return row;
      });
      expect(await all(doubled)).toEqual(await all(doubled));
    }
  });

  test("functions may be asynchronous", async () => {
    const later = numbers(5).map(async ({ n }) => ({ n: Number(n) + 1 }));
    expect(await valuesOf(later)).toEqual([1, 2, 3, 4, 5]);
    const even = later.filter(({ n }) => Number(n) % 2 === 0);
    expect(even.length).toBe(undefined);
    expect(await valuesOf(even)).toEqual([2, 4]);
    expect(await valuesOf(numbers(5).filter(async ({ n }) => Number(n) > 2))).toEqual([3, 4]);
    expect(codeOf(() => later.columns)).toBe("streamed");
  });

  test("a cache makes a row once", async () => {
    let calls = 0;
    const cached = numbers(4)
      .map(({ n }) => ({ n: Number(n) + ++calls * 0 }))
      .cache();
    for (let time = 0; time < 3; time++) expect(await valuesOf(cached.shuffle(time))).toHaveLength(4);
    expect(calls).toBe(4);
  });

  test("a function that fails or gives no row says where", async () => {
    const failing = numbers(3).map(({ n }) => {
      if (n === 2) throw new TypeError("no number");
      return { n };
    });
    await expect(all(failing)).rejects.toThrow("The function failed: no number\n  at row 2");
    expect(await codeOfAsync(all(numbers(1).map(() => undefined as never)))).toBe("row-failed");
    expect(await codeOfAsync(all(numbers(1).map((async () => 3) as never)))).toBe("row-failed");
    expect(await codeOfAsync(all(numbers(1).map(new URL("file:///none.js"))))).toBe("row-failed");
  });
});

describe("classes", () => {
  const beans = "size,bean,kind\n1,b,3\n2,a,1\n3,b,3\n4,b,1\n";

  test("become arrays of 0 and a 1", async () => {
    const dataset = await fromCsv(beans);
    expect(await valuesOf(dataset.oneHot("bean"), "bean")).toEqual(
      [
        [1, 0],
        [0, 1],
        [1, 0],
        [1, 0],
      ].map((row) => Float32Array.from(row)),
    );
    expect(await valuesOf(dataset.oneHot("kind"), "kind")).toEqual(
      [
        [0, 1],
        [1, 0],
        [0, 1],
        [1, 0],
      ].map((row) => Float32Array.from(row)),
    );
    expect(dataset.oneHot("bean").columns.get("bean")?.shape).toEqual([2]);
    // Parts have the classes of the whole.
    expect(await valuesOf(dataset.take(1).oneHot("bean"), "bean")).toEqual([Float32Array.of(1, 0)]);
    const made = dataset.map(({ bean }) => ({ bean: Number(bean) + 5 })).oneHot("bean");
    expect(await valuesOf(made.take(2), "bean")).toEqual([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    expect(codeOf(() => dataset.oneHot("beans"))).toBe("unknown-column");
    expect(codeOf(() => fromArrays({ a: [0.5] }).oneHot("a"))).toBe("not-classes");
  });

  test("have weights as scikit-learn's balanced ones", async () => {
    const dataset = await fromCsv(beans);
    expect(dataset.classWeights("bean")).toEqual([4 / (2 * 3), 2]);
    expect(dataset.classWeights("kind")).toEqual([0, 1, 0, 1]);
    expect(fromArrays({ y: [true, false, true, true] }).classWeights("y")).toEqual([2, 4 / 6]);
    expect(codeOf(() => fromArrays({ y: [-1, 1] }).classWeights("y"))).toBe("not-classes");
    expect(codeOf(() => fromArrays({ y: [1, 1e9] }).classWeights("y"))).toBe("not-classes");
    await expect(async () => dataset.classWeights("ben")).rejects.toThrow('the nearest is "bean"');
  });
});

describe("what no batch can hold is refused", () => {
  test.each([
    ["a date", "a,day\n1,2024-01-02\n2,2024-01-03\n", 'it is a date\n  at the table:2, column "day"\n  help: map splits it into numbers'],
    ["a text among numbers", "a,b\n1,2\n2,oops\n3,4\n", '"oops" is not a number\n  at the table:3, column "b"'],
    ["a unit", "a,b\n1,2\n2,3 kg\n3,4\n", "it has a unit"],
    ["a missing cell", "a,b\n1,2\n,3\n", 'A value is missing\n  at the table:3, column "a"'],
  ])("%s, before a batch is made", async (_, text, message) => {
    const dataset = await fromCsv(text);
    expect(() => dataLoader(dataset)).toThrow(message);
    const made = dataset.map((row) => ({ x: Object.values(row) }));
    await expect(all(dataLoader(made, { batchSize: 4 }))).rejects.toThrow(message.replace(/"(day|a|b)"/, '"x"'));
  });

  test.each<[string, readonly Record<string, unknown>[], string]>([
    ["another name", [{ a: 1 }, { b: 1 }], "rows-differ"],
    ["a name more", [{ a: 1 }, { a: 1, b: 1 }], "rows-differ"],
    ["a longer list", [{ a: [1] }, { a: [1, 2] }], "rows-differ"],
    ["a longer array", [{ a: Float32Array.of(1) }, { a: Float32Array.of(1, 2) }], "rows-differ"],
    ["a number for a list", [{ a: Float32Array.of(1) }, { a: 1 }], "bad-value"],
    ["an object", [{ a: {} }, { a: {} }], "bad-value"],
    ["a number that is infinite as f32", [{ a: 1e300 }, { a: 1 }], "bad-value"],
    ["a missing value in a list", [{ a: [1] }, { a: [null] }], "csv-missing"],
  ])("%s", async (_, rows, code) =>
    expect(
      await codeOfAsync(
        all(
          fromArrays(rows)
            .map((row) => row)
            .batch(2),
        ),
      ),
    ).toBe(code),
  );

  test("whole numbers that f32 would round stay whole", async () => {
    const [batch] = await all(fromArrays({ a: [[2 ** 24 + 1], [1]] }).batch(2));
    expect(batch).toEqual({ a: Int32Array.of(2 ** 24 + 1, 1) });
  });
});
