import { beforeEach, describe, expect, test } from "vitest";
import { decode, encode } from "../../../runtime/checkpoint/safetensors.ts";
import { load, type Net } from "../../../runtime/index.ts";
import { codeOf } from "../../support/code-of.ts";
import { tinyManifest, tinyModule, withEntries } from "../../support/tiny-module.ts";

const wasm = tinyModule();
const f32 = (...values: number[]) => Float32Array.from(values);
let trained: Net;
let fresh: Net;

beforeEach(async () => {
  trained = await load(wasm, { seed: 3 });
  trained.setHyper({ lr: 0.0625 });
  trained.write("x.mean", [0.5, 0.25]);
  trained.step({ x: [1, 2, 3, 4], y: [1, 2] });
  fresh = await load(wasm, { seed: 8 });
});

/** The file with its metadata and tensors changed. */
function edited(
  bytes: Uint8Array,
  edit: (metadata: Map<string, string>, tensors: Map<string, { shape: readonly number[]; data: Float32Array | Int32Array }>) => void,
) {
  const { metadata, tensors } = decode(bytes);
  const copy = { metadata: new Map(metadata), tensors: new Map(tensors) };
  edit(copy.metadata, copy.tensors);
  return encode(copy);
}

describe("round trip", () => {
  test("a restored net continues as the first one, to the bit", () => {
    expect(fresh.restore(trained.state())).toEqual({
      loaded: ["w", "w.velocity", "x.deviation", "x.mean"],
      missing: [],
      unused: [],
      mismatched: [],
    });
    expect(fresh.state()).toEqual(trained.state());
    const inputs = { x: [1, 0, 2, 5], y: [3, 1] };
    expect(fresh.step(inputs)).toEqual(trained.step(inputs));
    expect(fresh.state()).toEqual(trained.state());
  });

  test("seed, step and hyper-parameters come along", () => {
    fresh.restore(trained.state());
    expect([fresh.read("#seed")[0], fresh.read("#step")[0], fresh.read("lr")[0]]).toEqual([3, 1, 0.0625]);
    const { metadata } = decode(trained.state());
    expect(Object.fromEntries(metadata)).toMatchObject({ format: "gradc", seed: "3", step: "1", lr: "0.0625", layout: expect.any(String) });
  });

  test("texts such as class labels are carried through", () => {
    trained.metadata.set("classes", '{"k":["a","b"]}');
    fresh.restore(trained.state());
    expect([...fresh.metadata]).toEqual([["classes", '{"k":["a","b"]}']]);
    expect(fresh.state()).toEqual(trained.state());
  });

  test("without optimizer state the file restores all the same", () => {
    const bytes = trained.state({ optimizer: false });
    expect([...decode(bytes).tensors.keys()]).toEqual(["w", "x.deviation", "x.mean"]);
    expect(fresh.restore(bytes)).toMatchObject({ loaded: ["w", "x.deviation", "x.mean"], missing: ["w.velocity"] });
    expect(fresh.read("w")).toEqual(trained.read("w"));
    expect(fresh.state({ optimizer: false })).toEqual(bytes);
  });

  test("a net without an optimizer takes the weights of one with, and reports the rest", async () => {
    const manifest = withEntries((entry) => (entry.name === "step" ? undefined : entry));
    const variables = tinyManifest.variables.filter(({ role }) => role !== "optimizer" && role !== "hyper");
    const plain = await load(tinyModule({ ...manifest, variables }));
    expect(plain.restore(trained.state())).toMatchObject({ unused: ["w.velocity"], missing: [] });
    expect(plain.read("w")).toEqual(trained.read("w"));
  });

  test("an ArrayBuffer does too", () => {
    const bytes = trained.state();
    fresh.restore(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    expect(fresh.state()).toEqual(bytes);
  });
});

describe("what does not fit", () => {
  const lacking = () => edited(trained.state(), (_, tensors) => tensors.delete("w"));
  const extra = () => edited(trained.state(), (_, tensors) => tensors.set("other", { shape: [1], data: f32(1) }));
  const reshaped = () => edited(trained.state(), (_, tensors) => tensors.set("w", { shape: [1, 2], data: f32(1, 2) }));
  const whole = () => edited(trained.state(), (_, tensors) => tensors.set("x.mean", { shape: [2], data: Int32Array.of(1, 2) }));

  test("nothing is written, and the message names tensors and shapes", () => {
    for (const bytes of [lacking(), extra(), reshaped(), whole()]) {
      const before = fresh.state();
      expect(codeOf(() => fresh.restore(bytes))).toBe("weights-do-not-fit");
      expect(fresh.state()).toEqual(before);
    }
    expect(() => fresh.restore(reshaped())).toThrow('"w": [2, 1] in the net, [1, 2] in the weights');
    expect(() => fresh.restore(lacking())).toThrow('"w": [2, 1] in the net, nothing in the weights');
    expect(() => fresh.restore(extra())).toThrow('"other": nothing in the net, [1] in the weights');
  });

  test("`partial` loads what fits and reports the rest", () => {
    expect(fresh.restore(lacking(), { partial: true })).toEqual({
      loaded: ["x.deviation", "x.mean"],
      missing: ["w"],
      unused: ["w.velocity"],
      mismatched: [],
    });
    expect(fresh.restore(extra(), { partial: true })).toMatchObject({ unused: ["w.velocity", "other"] });
    expect(fresh.restore(reshaped(), { partial: true })).toMatchObject({ mismatched: ["w"] });
    expect(fresh.restore(whole(), { partial: true })).toMatchObject({ mismatched: ["x.mean"] });
    expect(fresh.read("x.mean")).toEqual(f32(0.5, 0.25));
  });

  test("with `partial` nothing of the training is taken, whether all fits or not: neither optimizer state nor counters nor hyper-parameters", () => {
    for (const bytes of [extra(), trained.state(), trained.state({ optimizer: false })]) {
      fresh.restore(bytes, { partial: true });
      expect(fresh.read("w")).toEqual(trained.read("w"));
      expect(fresh.read("w.velocity")).toEqual(f32(0, 0));
      expect([fresh.read("#seed")[0], fresh.read("#step")[0], fresh.read("lr")[0]]).toEqual([8, 0, 0.125]);
    }
    // A damaged setting is none of its business.
    expect(
      fresh.restore(
        edited(trained.state(), (metadata) => metadata.set("lr", "many")),
        { partial: true },
      ).loaded,
    ).toContain("w");
  });

  test("with `partial` texts come along only where every parameter and state fits", () => {
    trained.metadata.set("classes", '{"k":["a","b"]}');
    fresh.restore(reshaped(), { partial: true });
    expect([...fresh.metadata]).toEqual([]);
    fresh.restore(trained.state(), { partial: true });
    expect([...fresh.metadata]).toEqual([["classes", '{"k":["a","b"]}']]);
  });

  test("damaged settings are `bad-weights`, and nothing is written", () => {
    for (const key of ["seed", "step", "lr"]) {
      const before = fresh.state();
      expect(codeOf(() => fresh.restore(edited(trained.state(), (metadata) => metadata.set(key, "many"))))).toBe("bad-weights");
      expect(fresh.state()).toEqual(before);
    }
  });
});

describe("choice and names", () => {
  test("`only` restores variables by glob, and neither counters nor hyper-parameters", () => {
    expect(fresh.restore(trained.state(), { only: ["x.*"] })).toEqual({
      loaded: ["x.deviation", "x.mean"],
      missing: [],
      unused: [],
      mismatched: [],
    });
    expect(fresh.read("x.mean")).toEqual(f32(0.5, 0.25));
    expect(fresh.read("w")).toEqual(f32(8, -1));
    expect([fresh.read("#seed")[0], fresh.read("#step")[0], fresh.read("lr")[0]]).toEqual([8, 0, 0.125]);
    expect(fresh.restore(trained.state(), { only: "w" }).loaded).toEqual(["w"]);
  });

  test("a glob is not a regular expression", () => {
    for (const only of ["x.mea", ".*", "x+mean", "(w)"]) expect(fresh.restore(trained.state(), { only }).loaded).toEqual([]);
  });

  test("`rename` maps names of the file to names of the net", () => {
    const bytes = edited(trained.state(), (_, tensors) => {
      tensors.set("old.w", { shape: [2, 1], data: f32(5, 6) });
      tensors.delete("w");
    });
    expect(codeOf(() => fresh.restore(bytes))).toBe("weights-do-not-fit");
    expect(fresh.restore(bytes, { rename: { "old.w": "w" } }).loaded).toContain("w");
    expect(fresh.read("w")).toEqual(f32(5, 6));
    expect(fresh.restore(bytes, { rename: (name) => name.replace("old.", "") }).missing).toEqual([]);
  });
});

describe("files of others", () => {
  const others = (shape: readonly number[]) => encode({ metadata: new Map(), tensors: new Map([["w", { shape, data: f32(1, 2) }]]) });

  test("with matrices they are refused, with the command that imports them", () => {
    expect(codeOf(() => fresh.restore(others([2, 1]), { partial: true }))).toBe("foreign-weights");
    expect(() => fresh.restore(others([2, 1]))).toThrow("gradc weights import");
    const relaid = edited(trained.state(), (metadata) => metadata.set("layout", "linear [out, in]"));
    expect(codeOf(() => fresh.restore(relaid))).toBe("foreign-weights");
  });

  test("with vectors only they are read", () => {
    const vectors = encode({ metadata: new Map([["step", "7"]]), tensors: new Map([["x.mean", { shape: [2], data: f32(1, 2) }]]) });
    expect(fresh.restore(vectors, { partial: true }).loaded).toEqual(["x.mean"]);
    expect(fresh.read("#step")[0]).toBe(0);
  });
});
