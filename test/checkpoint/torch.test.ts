import fc from "fast-check";
import { readTorch } from "gradc/checkpoint";
import { describe, expect, test } from "vitest";
import { codeOf } from "../support/code-of.ts";
import { golden, goldenFile } from "./golden.ts";
import { archive, pickleOf } from "./torch-archive.ts";

const counting = Array.from({ length: 12 }, (_, i) => i);

describe("what torch.save wrote", () => {
  test.each([2, 3, 4, 5])("all element types, views and plain values, by protocol %d", (protocol) => {
    const { metadata, tensors } = readTorch(goldenFile(`tensors${protocol}.pt`));
    const texts = { epoch: "3", rate: "0.5", done: "true", note: "näme", big: String(2n ** 70n), "list.1.1.0": "2", "list.1.1.1": "3" };
    expect(Object.fromEntries(metadata)).toEqual(texts);
    const valuesOf = (name: string) => [...(tensors.get(name)?.data ?? [])].map(Number);
    for (const kind of golden.kinds.filter((each) => each !== "bool" && each !== "complex64")) expect(valuesOf(`kinds.${kind}`)).toEqual(counting);
    expect(valuesOf("kinds.bool")).toEqual(counting.map((value) => Number(value > 0)));
    expect(valuesOf("kinds.complex64")).toEqual(counting.flatMap((value) => [value, 0]));
    expect(golden.kinds.map((kind) => tensors.get(`kinds.${kind}`)?.dtype)).toEqual([
      "F64",
      "F32",
      "F16",
      "BF16",
      "I64",
      "I32",
      "I16",
      "I8",
      "U8",
      "BOOL",
      "C64",
    ]);
    const views = ["transposed", "part", "repeated", "empty", "scalar", "tied"].map((name) => [
      tensors.get(`views.${name}`)?.shape,
      valuesOf(`views.${name}`),
    ]);
    expect(views).toEqual([
      [
        [4, 3],
        [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11],
      ],
      [
        [2, 2],
        [4, 6, 8, 10],
      ],
      [[3], [0, 0, 0]],
      [[0, 3], []],
      [[], [2.5]],
      [[3, 4], counting],
    ]);
    expect([valuesOf("list.0"), valuesOf("list.1.0")]).toEqual([counting, counting.map((value) => value + 1)]);
  });

  test("the format before PyTorch 1.6 and whole modules are refused, with what to do", () => {
    expect(() => readTorch(goldenFile("legacy.pt"))).toThrow(
      /format before PyTorch 1.6\n {2}help: in Python: torch.save\(torch.load\(file\), file\)/,
    );
    expect(codeOf(() => readTorch(goldenFile("module.pt")))).toBe("not-tensors");
    expect(() => readTorch(goldenFile("module.pt"))).toThrow('needs "torch.nn.modules.linear.Linear"');
  });
});

const global = (module: string, name: string) => `c${module}\n${name}\n`;
const text = (value: string) => `\x8c${String.fromCharCode(value.length)}${value}`;
const storage = (key: string, type = "FloatStorage") => `(${text("storage")}${global("torch", type)}${text(key)}${text("cpu")}K\x04tQ`;
const view = (of: string, offset: string, shape: string, strides: string) =>
  `${global("torch._utils", "_rebuild_tensor_v2")}(${of}${offset}(${shape}t(${strides}t\x89}tR`;

describe("hostile files", () => {
  test.each<[string, string, string]>([
    ["a call of the system", `${global("os", "system")}(${text("true")}tR`, '"os.system"'],
    ["a class on the stack", `${text("builtins")}${text("eval")}\x93(${text("1")}tR`, '"builtins.eval"'],
    ["a name that is inherited", global("constructor", "prototype"), '"constructor.prototype"'],
    ["an object of a class", `(ios\nsystem\n`, '"os.system"'],
    ["what loads more bytes", `${global("torch.storage", "_load_from_bytes")}(C\x01xtR`, '"torch.storage._load_from_bytes"'],
  ])("%s is refused by its name", (_, pickle, name) => {
    expect(codeOf(() => readTorch(archive({ pickle })))).toBe("not-tensors");
    expect(() => readTorch(archive({ pickle }))).toThrow(`${name}, which makes no tensor; nothing of it was run`);
  });

  test.each<[string, string, string]>([
    ["a call of a type", `${global("torch", "FloatStorage")}(tR`, 'a call of "torch.FloatStorage"'],
    ["a call of a number", "K\x01(tR", "a call of what is no function"],
    ["an empty stack", "0", "takes from an empty stack"],
    ["a list that did not begin", "t", "ends a list that it did not begin"],
    ["a value that is not there", "h\x05", "goes back to a value 5"],
    ["an unknown instruction", "\xff", "an instruction 0xff at byte 2"],
    ["protocol 1", "\x80\x01N", "is of protocol 1"],
    ["a text beyond the end", "X\xff\xff\xff\xff", "is cut off"],
    ["a text of 2^63 bytes", "\x8d\x00\x00\x00\x00\x00\x00\x00\x80", "is cut off"],
    ["items of a list", "]K\x01K\x02s", "puts items into what is no dict"],
    ["attributes of a number", "K\x01}b", "sets attributes of what is no dict"],
    ["no storage", view("N", "K\x00", "K\x01", "K\x01"), "a tensor without a storage"],
    ["a storage that is not there", view(storage("9"), "K\x00", "K\x01", "K\x01"), 'lies in the storage "9", which is not in the archive'],
    ["an offset beyond the storage", view(storage("0"), "K\x04", "K\x01", "K\x01"), 'reaches to byte 20 of the storage "0", which has 16'],
    ["a shape beyond the storage", view(storage("0"), "K\x00", "K\x05", "K\x01"), "reaches to byte 20"],
    ["a negative stride", view(storage("0"), "K\x03", "K\x02", "J\xff\xff\xff\xff"), "a tensor with no strides"],
    ["other strides than axes", view(storage("0"), "K\x00", "K\x02", ""), "other strides than axes"],
    ["one element four billion times", view(storage("0"), "K\x00", "J\xff\xff\xff\x7fK\x02", "K\x00K\x00"), "larger than the file can hold"],
    ["a key that is no text", "}NK\x01s", "a dict with keys that are no texts"],
    ["a list in itself", "]q\x00h\x00a", "is a list in a list, and so on"],
    [
      "lists that double",
      `]q\x00${Array.from({ length: 60 }, (_, i) => `]h${String.fromCharCode(i)}ah${String.fromCharCode(i)}aq${String.fromCharCode(i + 1)}`).join("")}`,
      "repeated in each other",
    ],
  ])("%s", (_, pickle, message) => {
    const start = performance.now();
    expect(codeOf(() => readTorch(archive({ pickle })))).toBe("bad-weights");
    expect(() => readTorch(archive({ pickle }))).toThrow(message);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "no file of torch.save"],
    ["a page", new TextEncoder().encode("<!doctype html>"), "no file of torch.save"],
    ["a zip archive of something else", archive({ pickleName: "a/other.pkl" }), 'has no entry "data.pkl"'],
    ["a compressed entry", archive({ method: 8 }), 'the entry "a/data.pkl" of the archive is compressed (method 8)'],
    ["an encrypted entry", archive({ flags: 1 }), "is encrypted"],
    ["big-endian numbers", archive({ byteorder: "big" }), "are big-endian"],
    ["an archive that is cut off", archive({}).subarray(0, -10), "it has no end"],
  ])("%s", (_, bytes, message) => {
    expect(codeOf(() => readTorch(bytes))).toBe("bad-weights");
    expect(() => readTorch(bytes)).toThrow(message);
  });

  test("numbers of 64 bits in the archive are read", () => {
    const pickle = view(storage("0"), "K\x01", "K\x02", "K\x01");
    expect(readTorch(archive({ pickle, zip64: true })).tensors.get("")?.data).toEqual(Float32Array.of(2, 3));
  });

  test("any flip or cut of bytes gives an error or a file, never another exception", () => {
    const bytes = goldenFile("mlp.pt");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)), (at, value, length) => {
        const damaged = bytes.slice(0, length);
        if (at < length) damaged[at] = value;
        expect(["bad-weights", "not-tensors", "no error"]).toContain(codeOf(() => readTorch(damaged)));
      }),
      { numRuns: 500 },
    );
    const pickle = pickleOf(bytes);
    fc.assert(
      fc.property(fc.nat(pickle.length - 1), fc.nat(255), (at, value) => {
        const damaged = pickle.slice();
        damaged[at] = value;
        expect(["bad-weights", "not-tensors", "no error"]).toContain(
          codeOf(() => readTorch(archive({ pickle: String.fromCharCode(...damaged), raw: true }))),
        );
      }),
      { numRuns: 500 },
    );
  });
});
