// Mistakes with images and their augmentation.
import { dirname } from "node:path";
import * as augment from "../../../augment/index.ts";
import { command, type ErrorCase, file } from "../error-case.ts";

const grey: augment.Image = { data: new Uint8Array(784), width: 28, height: 28, channels: 1 };
const withAlpha: augment.Image = { data: new Uint8ClampedArray(16), width: 2, height: 2, channels: 4 };

/** As JavaScript sees it, where no type stands in the way. */
const untyped = augment as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
const call =
  (name: string, ...args: readonly unknown[]) =>
  () =>
    untyped[name]?.(...args);

export const imageCases: readonly ErrorCase[] = [
  {
    code: "bad-image",
    did: "The data of an image is not as long as its size says.",
    advice: "Give one level for each channel of each pixel.",
    run: call("hflip", { ...grey, width: 27 }),
  },
  {
    code: "bad-image",
    did: "An image does not say how many channels it has, as `ImageData` of a canvas.",
    advice: "Add `channels: 4` to the data, width and height of `ImageData`.",
    run: call("hflip", { data: new Uint8ClampedArray(16), width: 2, height: 2 }),
  },
  {
    code: "bad-image",
    did: "The levels of an image are floats.",
    advice: "Augment first: `toFloat` and `normalize` come last.",
    run: call("rotate", { ...grey, data: new Float32Array(784) }, 10),
  },
  {
    code: "bad-image",
    did: "Colours were to be changed of an image with an alpha channel, which is none.",
    advice: "Leave it out; what moves pixels takes it.",
    run: call("autoAugment", withAlpha, { seed: 1 }),
  },
  {
    code: "bad-option",
    did: "A magnitude is outside of what an op takes.",
    advice: "Give one within the range.",
    run: call("apply", grey, "Solarize", 256),
  },
  {
    code: "bad-option",
    did: "A policy is not one of the three.",
    advice: "Name one of them.",
    run: call("autoAugment", grey, { policy: "imagnet", seed: 1 }),
  },
  {
    code: "bad-option",
    did: "What is drawn was to be drawn without a seed, which would be the same for every image.",
    advice: "Give a seed of the image, `[seed, epoch, row]`.",
    run: call("randAugment", grey),
  },
  {
    code: "bad-option",
    did: "A border is to reflect more than there is.",
    advice: "Give a smaller border, or another mode.",
    run: call("pad", grey, [28, 0, 0, 0], { mode: "reflect" }),
  },
  {
    code: "bad-option",
    did: "An interpolation is one that there is not.",
    advice: "Name one of the two.",
    run: call("resize", grey, [14, 14], { interpolation: "bicubic" }),
  },
  {
    code: "bad-option",
    did: "The kernel of a blur has no middle.",
    advice: "Give an odd number.",
    run: call("gaussianBlur", grey, 4),
  },
  {
    code: "unknown-option",
    did: "The name of a setting of an augmentation is mistyped.",
    advice: "Name the setting as its documentation does.",
    run: call("rotate", grey, 10, { interpolaton: "bilinear" }),
  },
  {
    code: "unknown-augmentation",
    did: "The name of an op of a policy is mistyped.",
    advice: "Name one of the 15 ops, as torchvision spells them.",
    run: call("apply", grey, "autocontrast", 0),
  },
  {
    code: "bad-batch",
    did: "A batch has classes for labels, and their number is not known.",
    advice: "Add `classes`, or give the probabilities of all classes.",
    run: call("mixup", { images: [grey], labels: [3] }, { seed: 1 }),
  },
  {
    code: "bad-batch",
    did: "Images of two sizes are mixed.",
    advice: "Crop or resize them to one.",
    run: call("cutmix", { images: [grey, augment.resize(grey, [14, 14])], labels: [[1], [1]] }, { seed: 1 }),
  },
  {
    code: "not-an-image",
    did: "A contact sheet was to be drawn of a file that is no PNG and no JPEG.",
    advice: "Save the image as PNG.",
    run: () => command(["augment", "show", file("cat.gif", "GIF89a")]),
  },
  {
    code: "no-images",
    did: "A contact sheet was to be drawn of a folder without PNG and JPEG files.",
    advice: "Give a folder that has some, also in folders of its own, or the files.",
    run: () => command(["augment", "show", dirname(file("no-images/cat.txt", "no image"))]),
  },
];
