// Images a second and core through policies of two ops and through single ones: node --import ./scripts/typescript.js bench/augment.ts
// Each figure is the fastest of five rounds of processor time, each image with a seed of its own.
import {
  adjustHue,
  apply,
  autoAugment,
  gaussianBlur,
  type Image,
  normalize,
  type OpName,
  randAugment,
  resize,
  rotate,
  trivialAugmentWide,
} from "gradc/augment";

const levels = (count: number) => Uint8Array.from({ length: count }, (_, i) => ((i * 7919) % 257) + (i >> 3));

const images: Readonly<Record<string, Image>> = {
  "28 x 28 x 1": { data: levels(784), width: 28, height: 28, channels: 1 },
  "32 x 32 x 3": { data: levels(3072), width: 32, height: 32, channels: 3 },
  "224 x 224 x 3": { data: levels(150_528), width: 224, height: 224, channels: 3 },
};

const single = (op: OpName, magnitude: number) => (image: Image) => apply(image, op, magnitude);

const calls: Readonly<Record<string, (image: Image, row: number) => unknown>> = {
  "autoAugment imagenet": (image, row) => autoAugment(image, { seed: [1, 0, row] }),
  "autoAugment cifar10": (image, row) => autoAugment(image, { policy: "cifar10", seed: [1, 0, row] }),
  "autoAugment svhn": (image, row) => autoAugment(image, { policy: "svhn", seed: [1, 0, row] }),
  "autoAugment svhn, bilinear": (image, row) => autoAugment(image, { policy: "svhn", seed: [1, 0, row], interpolation: "bilinear", fill: 128 }),
  "randAugment, 2 ops": (image, row) => randAugment(image, { seed: [1, 0, row] }),
  trivialAugmentWide: (image, row) => trivialAugmentWide(image, { seed: [1, 0, row] }),
  Rotate: single("Rotate", 20),
  "rotate, bilinear": (image) => rotate(image, 20, { interpolation: "bilinear" }),
  Sharpness: single("Sharpness", 0.5),
  Equalize: single("Equalize", 0),
  Color: single("Color", 0.5),
  "adjustHue 0.1": (image) => adjustHue(image, 0.1),
  "gaussianBlur 5": (image) => gaussianBlur(image, 5),
  "resize to 28 x 28": (image) => resize(image, [28, 28]),
  normalize: (image) => normalize(image, 0.5, 0.25),
};

/** Calls a second of processor time, rounds of about a fifth of a second. */
function rate(call: (row: number) => unknown): number {
  const time = (count: number) => {
    const before = process.cpuUsage();
    for (let row = 0; row < count; row++) call(row);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  let count = 20;
  while (time(count) < 0.05) count *= 2;
  return count / Math.min(...Array.from({ length: 5 }, () => time(2 * count)).map((seconds) => seconds / 2));
}

const names = Object.keys(images);
console.log(`| images a second and core | ${names.join(" | ")} |\n|---|${names.map(() => "---").join("|")}|`);
for (const [name, call] of Object.entries(calls)) {
  const rates = Object.values(images).map((image) => Math.round(rate((row) => call(image, row))).toLocaleString("en"));
  console.log(`| ${name} | ${rates.join(" | ")} |`);
}
