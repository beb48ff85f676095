import { beforeEach, expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();
let net: Net;

beforeEach(async () => {
  net = await load(wasm, { seed: 3 });
});

test("parameters are listed with shape, dtype and whether they are trained", () => {
  expect([...net.parameters]).toEqual([["w", { shape: [2, 1], dtype: "f32", trainable: true }]]);
});

test("a strided parameter is read and written row-major", () => {
  expect(net.read("w")).toEqual(Float32Array.of(3, -1));
  net.write("w", [[5], [6]]);
  expect(net.read("w")).toEqual(Float32Array.of(5, 6));
  expect(net.predict({ x: [1, 10], k: [0] }).price).toEqual(Float32Array.of(65));
  // The place between its elements belongs to nobody.
  expect(net.read("w.velocity")).toEqual(new Float32Array(2));
});

test("a read is a copy, and so is a write", () => {
  const values = Float32Array.of(1, 2);
  net.write("x.mean", values);
  values[0] = 9;
  const copy = net.read("x.mean");
  copy[1] = 9;
  expect(net.read("x.mean")).toEqual(Float32Array.of(1, 2));
});

test("states of dtype i32 are Int32Arrays", () => {
  net.write("#step", [41]);
  expect(net.read("#step")).toEqual(Int32Array.of(41));
  expect(codeOf(() => net.write("#step", [0.5]))).toBe("bad-value");
});

test("an unknown name comes with the nearest, a wrong shape with both", () => {
  expect(codeOf(() => net.read("v"))).toBe("unknown-variable");
  expect(() => net.write("x.deviatoin", [1, 1])).toThrow('the nearest is "x.deviation"');
  for (const data of [[1], [1, 2, 3], [[1, 2]], []]) expect(codeOf(() => net.write("w", data as never))).toBe("shape-mismatch");
  expect(() => net.write("w", [1, 2, 3, 4])).toThrow("got       [4]\n  expected  [2, 1]");
});

test("nothing is written when a value is bad", () => {
  expect(codeOf(() => net.write("w", [7, "8" as never]))).toBe("bad-value");
  expect(net.read("w")).toEqual(Float32Array.of(3, -1));
});

test("setHyper sets what it names", () => {
  net.setHyper({ lr: 0.5 });
  expect(net.read("lr")).toEqual(Float32Array.of(0.5));
  net.step({ x: [1, 0], y: [0] });
  // Gradient 2·3·1, lr 1/2.
  expect(net.read("w")).toEqual(Float32Array.of(0, -1));
  expect(codeOf(() => net.setHyper({ momentum: 0.9 }))).toBe("unknown-hyper");
  expect(codeOf(() => net.setHyper({ w: 1 }))).toBe("unknown-hyper");
  for (const lr of [Number.NaN, Number.POSITIVE_INFINITY, "1" as never]) expect(codeOf(() => net.setHyper({ lr }))).toBe("bad-option");
});
