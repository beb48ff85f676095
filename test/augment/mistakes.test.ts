// Whatever is given in place of an argument or an option, the answer is a result or an error of gradc, and never that of an engine.
import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as augment from "../../augment/index.ts";
import { images } from "./images.ts";

const image = images.colour;
const batch = { images: [image, image], labels: [0, 1], classes: 2 };

/** A sound call of each function. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  ...Object.fromEntries(["hflip", "vflip", "invert", "autocontrast", "equalize", "grayscale", "toFloat"].map((name) => [name, [image]])),
  crop: [image, 1, 2, 3, 4],
  centerCrop: [image, [5, 6]],
  erase: [image, 1, 2, 3, 4, [1, 2, 3]],
  cutout: [image, 4, { seed: 1, fill: [1, 2, 3] }],
  pad: [image, [1, 2, 3, 4], { mode: "reflect", fill: 3 }],
  resize: [image, [5, 6], { interpolation: "bilinear", antialias: true }],
  rotate: [image, 10, { interpolation: "nearest", expand: true, center: [1, 2], fill: 1 }],
  affine: [image, 10, [1, 2], 1.5, [3, 4], { interpolation: "nearest", fill: 1 }],
  translate: [image, 1, 2, { interpolation: "nearest", fill: 1 }],
  shearX: [image, 0.1, { interpolation: "nearest", fill: 1 }],
  shearY: [image, 0.1, { interpolation: "nearest", fill: 1 }],
  solarize: [image, 9],
  posterize: [image, 4],
  ...Object.fromEntries(["Brightness", "Contrast", "Saturation", "Sharpness", "Hue", "Gamma"].map((name) => [`adjust${name}`, [image, 0.5]])),
  gaussianBlur: [image, [3, 5], { sigma: [1, 2] }],
  normalize: [image, [1, 2, 3], [1, 2, 3]],
  apply: [image, "Rotate", 3, { interpolation: "nearest", fill: 1 }],
  magnitudes: ["randAugment", 9, 8, 31],
  autoAugment: [image, { policy: "svhn", seed: 1, interpolation: "nearest", fill: 1 }],
  randAugment: [image, { numOps: 2, magnitude: 3, numMagnitudeBins: 10, seed: 1 }],
  trivialAugmentWide: [image, { numMagnitudeBins: 10, seed: [1, 2] }],
  mixup: [batch, { alpha: 1, seed: 1 }],
  cutmix: [batch, { alpha: 1, seed: 1 }],
  randomNumbers: [[1, 2, 3]],
  tabularNoise: [[1, 2], { deviation: [1, 2], seed: 1 }],
  featureDropout: [[1, 2], { p: 0.5, value: [1, 2], seed: 1 }],
};

const strange = [
  undefined,
  null,
  Number.NaN,
  Infinity,
  -1,
  0,
  0.5,
  1e12,
  "",
  "toString",
  true,
  [],
  [1],
  [Number.NaN],
  {},
  [[]],
  () => 1,
  1n,
  Symbol("x"),
];

/** Every value in which one part is another: an argument, and of those that are objects or lists each part. */
function changed(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return [...strange, new Uint8Array(3), new Float32Array(4)];
  if (typeof value !== "object" || value === null) return [...strange];
  const parts = Object.entries(value).flatMap(([key, part]) =>
    changed(part).map((other) => (Array.isArray(value) ? Object.assign([...value], { [key]: other }) : { ...value, [key]: other })),
  );
  return [...strange, ...parts];
}

const functions = augment as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

test("every function has a sound call here", () => {
  const exported = Object.entries(augment).filter(([name, value]) => typeof value === "function" && name !== "GradcError");
  expect(Object.keys(calls).sort()).toEqual(exported.map(([name]) => name).sort());
});

test.each(Object.entries(calls))("%s", (name, args) => {
  expect(functions[name]?.(...args)).toBeDefined();
  args.forEach((argument, at) => {
    for (const other of changed(argument)) {
      try {
        functions[name]?.(...args.slice(0, at), other, ...args.slice(at + 1));
      } catch (error) {
        if (!(error instanceof augment.GradcError)) throw new Error(`argument ${at} changed to ${inspect(other)}`, { cause: error });
        expect(error.message).not.toMatch(/undefined|\[object/);
      }
    }
  });
});
