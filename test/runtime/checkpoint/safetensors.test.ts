import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../../runtime/checkpoint/safetensors.ts";
import { codeOf } from "../../support/code-of.ts";

const f32 = (...values: number[]) => Float32Array.from(values);

/** A file with the given header text and body bytes. */
function file(header: string | Uint8Array, body = 0, length?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (start: number, end: number, shape: unknown = [(end - start) / 4], dtype = "F32") => ({ dtype, shape, data_offsets: [start, end] });

describe("round trip", () => {
  test("tensors of both dtypes, any rank, with metadata", () => {
    const tensors = new Map([
      ["a.weight", { shape: [2, 3], data: f32(1, -0, Number.POSITIVE_INFINITY, 1e-45, 3.4e38, 0.1) }],
      ["scalar", { shape: [], data: f32(7) }],
      ["empty", { shape: [0, 4], data: f32() }],
      ["count", { shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
      ['näme "quoted": \\', { shape: [1], data: f32(1) }],
    ]);
    const metadata = new Map([
      ["format", "gradc"],
      ["classes", '{"y":["a\\"b:","ü"]}'],
    ]);
    const read = decode(encode({ metadata, tensors }));
    expect(read.metadata).toEqual(metadata);
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
  });

  test("every bit of a number is kept, and a NaN is the canonical one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 20 }), (words) => {
        const data = new Float32Array(Int32Array.from(words).buffer);
        const read = decode(encode({ metadata: new Map(), tensors: new Map([["t", { shape: [data.length], data }]]) }));
        const bits = new Int32Array(read.tensors.get("t")?.data.buffer ?? new ArrayBuffer(0));
        const expected = words.map((word, i) => (Number.isNaN(data[i]) ? 0x7fc00000 : word));
        expect([...bits]).toEqual(expected);
      }),
    );
  });

  test("the layout is that of the format", () => {
    const bytes = encode({ metadata: new Map(), tensors: new Map([["t", { shape: [1], data: f32(1) }]]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: {},
      t: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
    });
    expect(bytes.subarray(8 + length)).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f));
  });

  test("a file may begin anywhere in its buffer", () => {
    const bytes = encode({ metadata: new Map(), tensors: new Map([["t", { shape: [1], data: f32(1) }]]) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decode(shifted.subarray(3)).tensors.get("t")?.data).toEqual(f32(1));
  });

  test("texts of millions of characters are read, with escapes and without", () => {
    const metadata = new Map([
      ["tokenizer", "x".repeat(5e6)],
      ["escaped", '":\\'.repeat(2e6)],
    ]);
    expect(decode(encode({ metadata, tensors: new Map() })).metadata).toEqual(metadata);
  });

  test("long texts are read", () => {
    const metadata = new Map([["classes", JSON.stringify(Array.from({ length: 50_000 }, (_, i) => `class "${i}":`))]]);
    expect(decode(encode({ metadata, tensors: new Map() })).metadata).toEqual(metadata);
  });
});

describe("damage", () => {
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array()],
    ["fewer than 8 bytes", new Uint8Array(7)],
    ["a header beyond the file", file("{}", 0, 3n)],
    ["a header of 2^60 bytes", file("{}", 0, 2n ** 60n)],
    ["a header of 2^64 - 1 bytes", file("{}", 0, 2n ** 64n - 1n)],
    ["no header", file("")],
    ["no JSON", file("{")],
    ["an array", file("[1]")],
    ["null", file("null")],
    ["not UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
    ["an entry that is no object", file('{"a":null}')],
    ["an entry that is a number", file('{"a":1}')],
    ["no offsets", file('{"a":{"dtype":"F32","shape":[]}}', 4)],
    ["no shape", file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4)],
    ["a shape that is no array", file(JSON.stringify({ a: entry(0, 4, "1") }), 4)],
    ["a negative dimension", file(JSON.stringify({ a: entry(0, 4, [-1, -1]) }), 4)],
    ["a fractional dimension", file(JSON.stringify({ a: entry(0, 4, [0.5, 2]) }), 4)],
    ["a huge dimension", file(JSON.stringify({ a: entry(0, 4, [2 ** 52, 2 ** 52]) }), 4)],
    ["a shape of another size", file(JSON.stringify({ a: entry(0, 8, [3]) }), 8)],
    ["half precision", file(JSON.stringify({ a: entry(0, 4, [2], "F16") }), 4)],
    ["double precision", file(JSON.stringify({ a: entry(0, 8, [1], "F64") }), 8)],
    ["offsets beyond the file", file(JSON.stringify({ a: entry(0, 8) }), 4)],
    ["offsets that run backwards", file(JSON.stringify({ a: entry(4, 0, [1]) }), 4)],
    ["negative offsets", file(JSON.stringify({ a: entry(-4, 0, [1]) }), 4)],
    ["overlapping tensors", file(JSON.stringify({ a: entry(0, 8), b: entry(4, 12) }), 12)],
    ["two tensors in one place", file(JSON.stringify({ a: entry(0, 4), b: entry(0, 4) }), 4)],
    ["a hole", file(JSON.stringify({ a: entry(0, 4), b: entry(8, 12) }), 12)],
    ["a hole at the start", file(JSON.stringify({ a: entry(4, 8) }), 8)],
    ["bytes at the end", file(JSON.stringify({ a: entry(0, 4) }), 5)],
    ["a missing byte", file(JSON.stringify({ a: entry(0, 4) }), 3)],
    ["two tensors of one name", file(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 4))}}`, 4)],
    ["one name in two spellings", file(`{"a":${JSON.stringify(entry(0, 4))},"\\u0061":${JSON.stringify(entry(0, 4))}}`, 4)],
    ["two metadata of one name", file('{"__metadata__":{"a":"1","a":"2"}}')],
    ["metadata that are null", file('{"__metadata__":null}')],
    ["metadata that are no texts", file('{"__metadata__":{"a":1}}')],
    ["metadata that are lists", file('{"__metadata__":{"a":["b"]}}')],
    ...['["0","8"]', '"0,8"', "[[0],[8]]", '[0,"8"]', "[0,[8]]", "[0,8,8]", "[0]", "{}", "null", "[true,8]"].map((offsets): [string, Uint8Array] => [
      `offsets ${offsets}`,
      file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":${offsets}}}`, 8),
    ]),
    ["a shape of texts", file('{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}', 8)],
    ["a dtype that is a list", file('{"a":{"dtype":["F32"],"shape":[2],"data_offsets":[0,8]}}', 8)],
  ])("%s is `bad-weights`", (_, bytes) => {
    expect(codeOf(() => decode(bytes))).toBe("bad-weights");
  });

  test("tensors may stand in the header in any order", () => {
    const read = decode(file(JSON.stringify({ b: entry(4, 12), z: entry(4, 4, [0]), a: entry(0, 4) }), 12));
    expect([...read.tensors.values()].map(({ data }) => data.length).sort()).toEqual([0, 1, 2]);
  });

  test("any flip, cut or growth of bytes gives an error or a file, never another exception", () => {
    const tensors = new Map([
      ["a", { shape: [2, 2], data: f32(1, 2, 3, 4) }],
      ["b", { shape: [1], data: f32(5) }],
    ]);
    const bytes = encode({ metadata: new Map([["format", "gradc"]]), tensors });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        const damaged = bytes.slice(0, length);
        if (at < length) damaged[at] = value;
        expect(["bad-weights", "no error"]).toContain(codeOf(() => decode(damaged)));
      }),
    );
  });
});
