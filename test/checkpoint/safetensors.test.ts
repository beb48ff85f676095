import fc from "fast-check";
import { type FileTensor, readSafetensors, writeSafetensors } from "gradc/checkpoint";
import { describe, expect, test } from "vitest";
import { codeOf } from "../support/code-of.ts";
import { golden, goldenFile } from "./golden.ts";

const whole: readonly [FileTensor["dtype"], FileTensor["data"]][] = [
  ["F64", Float64Array.of(0.1, -0, 1e300)],
  ["F32", Float32Array.of(0.1, Number.POSITIVE_INFINITY, 1e-45)],
  ["F16", Float32Array.of(1, -0.5, 65504)],
  ["BF16", Float32Array.of(1, 2 ** -133, -(2 ** 127))],
  ["F8_E4M3", Float32Array.of(448, 2 ** -9, -1.75)],
  ["F8_E5M2", Float32Array.of(57344, 2 ** -16, Number.NEGATIVE_INFINITY)],
  ["I64", BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 7n)],
  ["U64", BigUint64Array.of(0n, 2n ** 64n - 1n, 2n ** 53n + 1n)],
  ["I32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0)],
  ["U32", Uint32Array.of(2 ** 32 - 1, 0, 1)],
  ["I16", Int16Array.of(-32768, 32767, 0)],
  ["U16", Uint16Array.of(65535, 0, 1)],
  ["I8", Int8Array.of(-128, 127, 0)],
  ["U8", Uint8Array.of(255, 0, 1)],
  ["BOOL", Uint8Array.of(1, 0, 1)],
  ["C64", Float32Array.of(1, -1, 0.5, 2, 0, 3)],
];

const allKinds = new Map(whole.map(([dtype, data]): [string, FileTensor] => [`of ${dtype}`, { dtype, shape: [3, 1], data }]));

describe("round trip", () => {
  test("every element type, and names and texts of any kind", () => {
    const tensors = new Map([...allKinds, ["__proto__", allKinds.get("of I8") as FileTensor], ['"ü\\\n', allKinds.get("of F16") as FileTensor]]);
    const metadata = new Map([
      ["constructor", '{"a":1}'],
      ["", "🙂\u0000"],
    ]);
    const bytes = writeSafetensors({ metadata, tensors });
    const read = readSafetensors(bytes);
    expect(read.metadata).toEqual(metadata);
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect(bytes[8]).toBe("{".charCodeAt(0));
  });

  test("no tensors, empty ones and scalars; a buffer, and bytes that begin anywhere", () => {
    expect(readSafetensors(writeSafetensors({ tensors: new Map() }))).toEqual({ metadata: new Map(), tensors: new Map() });
    const tensors = new Map<string, FileTensor>([
      ["empty", { dtype: "I64", shape: [3, 0], data: new BigInt64Array() }],
      ["scalar", { dtype: "F64", shape: [], data: Float64Array.of(2.5) }],
    ]);
    const bytes = writeSafetensors({ tensors });
    expect(readSafetensors(bytes.buffer as ArrayBuffer).tensors.get("scalar")).toEqual(tensors.get("scalar"));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.get("empty")).toEqual(tensors.get("empty"));
  });

  test("tensors of larger elements stand first, so that each lies where its elements may", () => {
    const text = new TextDecoder().decode(writeSafetensors({ tensors: allKinds }).subarray(8));
    const offsets = [...text.matchAll(/"dtype":"(\w+)","shape":\[3,1\],"data_offsets":\[(\d+),/g)].map(([, dtype, start]) => [dtype, Number(start)]);
    expect(offsets).toHaveLength(whole.length);
    const size: Record<string, number> = { F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, C64: 4, F16: 2, BF16: 2, I16: 2, U16: 2 };
    expect(offsets.filter(([dtype, start]) => (start as number) % (size[dtype as string] ?? 1) !== 0)).toEqual([]);
  });
});

test("a file of the reference implementation is read", () => {
  const { metadata, tensors } = readSafetensors(goldenFile("tensors.safetensors"));
  expect(metadata).toEqual(new Map([["made", "by safetensors"]]));
  const shape = [2, 3];
  expect(Object.fromEntries(tensors)).toEqual({
    half: { dtype: "F16", shape, data: Float32Array.of(0, 1, 2, 3, 4, 5) },
    bfloat: { dtype: "BF16", shape, data: Float32Array.of(0, 1, 2, 3, 4, 5) },
    long: { dtype: "I64", shape, data: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n) },
    bool: { dtype: "BOOL", shape, data: Uint8Array.of(0, 0, 0, 1, 1, 1) },
    double: { dtype: "F64", shape, data: Float64Array.of(0, 1, 2, 3, 4, 5) },
    byte: { dtype: "U8", shape, data: Uint8Array.of(0, 1, 2, 3, 4, 5) },
    scalar: { dtype: "F32", shape: [], data: Float32Array.of(2.5) },
  });
});

describe("floats of 8 and 16 bits", () => {
  const codes = (dtype: FileTensor["dtype"], data: Float32Array): Uint16Array => {
    const bytes = writeSafetensors({ tensors: new Map([["t", { dtype, shape: [data.length], data }]]) });
    return new Uint16Array(bytes.slice(bytes.length - 2 * data.length).buffer);
  };
  const f32 = new Float32Array(Int32Array.from(golden.floats.f32).buffer);

  test.each([
    ["F16", golden.floats.f16],
    ["BF16", golden.floats.bf16],
  ] as const)("%s is rounded as PyTorch rounds", (dtype, wanted) => {
    expect([...codes(dtype, f32)]).toEqual(wanted);
  });

  /** A file whose only tensor has each code of that many bits once. */
  const everyCode = (dtype: string, bits: number): Uint8Array => {
    const body = bits === 8 ? Uint8Array.from({ length: 256 }, (_, i) => i) : new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer);
    return file(JSON.stringify({ t: { dtype, shape: [2 ** bits], data_offsets: [0, body.length] } }), body);
  };

  test.each([
    ["F16", 16],
    ["BF16", 16],
    ["F8_E4M3", 8],
    ["F8_E5M2", 8],
  ] as const)("every code of %s but the NaNs is written as it was", (dtype, bits) => {
    const bytes = everyCode(dtype, bits);
    const { tensors } = readSafetensors(bytes);
    const values = tensors.get("t")?.data as Float32Array;
    const back = writeSafetensors({ tensors });
    const [before, after] = [bytes, back].map((each) => each.subarray(each.length - (values.length * bits) / 8));
    const width = bits / 8;
    const differ = [...values.keys()].filter((i) => !Number.isNaN(values[i]) && before?.[i * width] !== after?.[i * width]);
    expect(differ).toEqual([]);
    expect(new Set(values).size).toBeGreaterThan(2 ** bits * 0.95);
  });
});

/** A file with the given header text and body. */
function file(header: string | Uint8Array, body: number | Uint8Array = 0, length?: bigint): Uint8Array {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const content = typeof body === "number" ? new Uint8Array(body) : body;
  const bytes = new Uint8Array(8 + text.length + content.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(content, 8 + text.length);
  return bytes;
}

const entry = (start: number, end: number, shape: unknown = [(end - start) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [start, end],
});
const one = (start: number, end: number, body: number, shape?: unknown, dtype?: unknown) =>
  file(JSON.stringify({ layer: entry(start, end, shape, dtype) }), body);
const written = (text: string, body = 4) => file(`{"layer":${text}}`, body);

describe("damage", () => {
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "0 bytes are no safetensors file"],
    ["7 bytes", new Uint8Array(7), "7 bytes are no safetensors file"],
    ["a header beyond the file", file("{}", 0, 3n), "its header of 3 bytes is longer than the file, of 10 bytes"],
    ["a header of 2^60 bytes", file("{}", 0, 2n ** 60n), "its header of 1152921504606846976 bytes is longer than the file"],
    ["a header of 2^64 - 1 bytes", file("{}", 0, 2n ** 64n - 1n), "its header of 18446744073709551615 bytes"],
    ["no header", file(""), 'at its start, "{" is expected, and it ends'],
    ["a text that is cut off", file('{"lay'), "a text between tensors has no end"],
    ["a list", file("[1]"), '"{" is expected, and "[1]" stands at character 0'],
    ["white space before it", file(" {}"), "at its start"],
    ["a page", new TextEncoder().encode("<!doctype html><p>Not found</p>"), "is longer than the file"],
    ["not UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), "the header is not UTF-8"],
    ["a comma at the end", file('{"layer":{"dtype":"F32","shape":[],"data_offsets":[0,4]},}', 4), 'between tensors, "\\"" is expected'],
    ["text behind it", file("{} {}"), "behind the last tensor"],
    ["an entry that is null", written("null"), 'in the entry of "layer", "{" is expected'],
    ["no offsets", written('{"dtype":"F32","shape":[]}'), '"layer" has no data_offsets'],
    ["no shape", written('{"dtype":"F32","data_offsets":[0,4]}'), '"layer" has no shape'],
    ["no dtype", written('{"shape":[],"data_offsets":[0,4]}'), '"layer" has no dtype'],
    ["another member", written('{"dtype":"F32","strides":[1]}'), '"layer" has "strides", and an entry has dtype'],
    ["a member twice", written('{"dtype":"F32","dtype":"F32"}'), '"layer" has "dtype" twice'],
    ["one offset", written('{"dtype":"F32","shape":[],"data_offsets":[0]}'), '"layer" has 1 offsets'],
    ["an unknown dtype", one(0, 4, 4, [1], "F31"), '"layer" has the dtype "F31", which is none of F64'],
    ["a dtype of half bytes", one(0, 4, 4, [8], "F4"), '"layer" has the dtype "F4"'],
    ["a dtype that is inherited", one(0, 4, 4, [1], "constructor"), '"layer" has the dtype "constructor"'],
    ["a dtype that is a list", one(0, 4, 4, [1], ["F32"]), 'in the entry of "layer", "\\"" is expected'],
    ["a negative extent", one(0, 4, 4, [-1, -1]), '"layer" has a shape with -1'],
    ["a fraction", one(0, 4, 4, [0.5, 2]), '"layer" has a shape with 0.5'],
    ["an exponent", written('{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}'), '"layer" has a shape with 1e0'],
    [
      "a huge extent",
      written('{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}'),
      '"layer" has a shape with 99999999999999999999',
    ],
    ["a huge product", one(0, 4, 4, [2 ** 52, 2 ** 52]), '"layer" has 4 bytes, and F32['],
    ["another size", one(0, 8, 8, [3]), '"layer" has 8 bytes, and F32[3] needs 12'],
    ["offsets beyond the file", one(0, 8, 4), '"layer" ends at byte 8, and the file has 4 bytes of tensors'],
    ["offsets that run backwards", one(4, 0, 4, [1]), '"layer" ends at byte 0, before it begins at 4'],
    ["negative offsets", one(-4, 0, 4, [1]), '"layer" has offsets with -4'],
    ["an overlap", file(JSON.stringify({ a: entry(0, 8), b: entry(4, 12) }), 12), '"b" begins at byte 4, inside another tensor, which ends at 8'],
    ["two in one place", file(JSON.stringify({ a: entry(0, 4), b: entry(0, 4) }), 4), '"b" begins at byte 0, inside another tensor'],
    ["a hole", file(JSON.stringify({ a: entry(0, 4), b: entry(8, 12) }), 12), '"b" begins at byte 8, and the bytes from 4 on belong to no tensor'],
    ["a hole at the start", one(4, 8, 8), '"layer" begins at byte 4, and the bytes from 0 on'],
    ["bytes at the end", one(0, 4, 5), "1 bytes behind the last tensor belong to none"],
    ["a missing byte", one(0, 4, 3), '"layer" ends at byte 4, and the file has 3'],
    ["one name twice", file(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 4))}}`, 4), 'two tensors are called "a"'],
    [
      "one name in two spellings",
      file(`{"a":${JSON.stringify(entry(0, 4))},"\\u0061":${JSON.stringify(entry(0, 4))}}`, 4),
      'two tensors are called "a"',
    ],
    ["two texts of one name", file('{"__metadata__":{"a":"1","a":"2"}}'), 'the metadata have "a" twice'],
    ["two metadata", file('{"__metadata__":{},"__metadata__":{}}'), 'two tensors are called "__metadata__"'],
    ["metadata that are null", file('{"__metadata__":null}'), 'in the metadata, "{" is expected'],
    ["a text that is a number", file('{"__metadata__":{"a":1}}'), 'in the metadata, behind "a", "\\"" is expected'],
    ["a bad escape", file('{"\\x":1}'), "is no text"],
  ])("%s", (_, bytes, message) => {
    const before = bytes.slice();
    expect(codeOf(() => readSafetensors(bytes))).toBe("bad-weights");
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(bytes).toEqual(before);
  });

  test.each<[string, string]>([
    ["lists in lists", "[".repeat(5e6)],
    ["objects in objects", '{"a":'.repeat(1e6)],
    ["escapes without an end", `{"${"\\\\".repeat(3e6)}`],
    ["quotes", `{"a":"${'\\"'.repeat(3e6)}`],
    ["a number of a million digits", `{"a":{"shape":[${"9".repeat(1e6)}]}}`],
    ["names without end", `{${'"a":'.repeat(1e6)}`],
  ])("%s are refused at once", (_, header) => {
    const start = performance.now();
    expect(codeOf(() => readSafetensors(file(header)))).toBe("bad-weights");
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("ten thousand tensors are read in order of their names, wherever they lie", () => {
    const entries = Array.from({ length: 10_000 }, (_, i): [string, object] => [`t${i}`, entry(4 * (9999 - i), 4 * (10_000 - i))]);
    expect([...readSafetensors(file(JSON.stringify(Object.fromEntries(entries)), 40_000)).tensors.keys()]).toEqual(entries.map(([name]) => name));
  });

  test("any flip, cut or growth of bytes gives an error or a file, never another exception", () => {
    const bytes = writeSafetensors({ metadata: new Map([["a", "b"]]), tensors: allKinds });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        const damaged = bytes.slice(0, length);
        if (at < length) damaged[at] = value;
        expect(["bad-weights", "no error"]).toContain(codeOf(() => readSafetensors(damaged)));
      }),
    );
  });
});

describe("what cannot be written", () => {
  const tensors = (tensor: unknown, name: unknown = "t") => ({ tensors: new Map([[name, tensor]]) as never });
  test.each<[string, object, string, string]>([
    ["another array", tensors({ dtype: "I64", shape: [1], data: Int32Array.of(1) }), "bad-weights", '"t" is I64, which a BigInt64Array holds'],
    ["another count", tensors({ dtype: "F32", shape: [2], data: Float32Array.of(1) }), "bad-weights", '"t" has 1 numbers, and F32[2] needs 2'],
    ["an unknown dtype", tensors({ dtype: "f32", shape: [], data: Float32Array.of(1) }), "bad-weights", '"t" has the dtype "f32"'],
    ["a shape that counts nothing", tensors({ dtype: "F32", shape: [-1], data: Float32Array.of(1) }), "bad-weights", '"t" has the shape [-1]'],
    [
      "the name of the metadata",
      tensors({ dtype: "F32", shape: [], data: Float32Array.of(1) }, "__metadata__"),
      "bad-weights",
      "no tensor can be called",
    ],
    ["texts that are numbers", { metadata: new Map([["a", 1]]), tensors: new Map() }, "bad-weights", 'the metadata "a" are 1, not a text'],
    ["an object for a map", { tensors: {} }, "bad-option", '"tensors" cannot be Object, expected a Map of tensors'],
  ])("%s", (_, content, code, message) => {
    expect(codeOf(() => writeSafetensors(content as never))).toBe(code);
    expect(() => writeSafetensors(content as never)).toThrow(message);
  });
});
