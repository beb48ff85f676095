// What PyTorch's SummaryWriter writes for the same values (test/golden/tensorboard/write.py), field by field.
import { readFileSync } from "node:fs";
import { SummaryWriter } from "gradc/tensorboard";
import { expect, test } from "vitest";
import { doubleAt, doublesAt, type Event, type Fields, floatAt, messageAt, rawAt, readEvents, textAt, wholeAt } from "./reader.ts";

const golden = (name: string): Event[] => readEvents(readFileSync(new URL(`../golden/tensorboard/${name}.tfevents`, import.meta.url)));
const range = (length: number, factor = 1) => Uint8Array.from({ length }, (_, i) => i * factor);
const waves = Float32Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 1009) / 101 - 5);

function ours(): Event[] {
  const writer = new SummaryWriter("memory");
  for (const [step, value] of [0.5, -1e30, 0.1].entries()) writer.addScalar("loss", value, step);
  writer.addHistogram("zeros", [0, 0, 0, 0, 0], 3);
  writer.addHistogram("signs", [-2, -1e-13, 0, 1e-13, 1e-12, 3, 3], 3);
  writer.addHistogram("limits", [1e-12 * 1.1, 1.1e-12, 1e-9], 3);
  writer.addHistogram("waves", waves, 3);
  writer.addImage("colour", { data: range(24, 10), width: 4, height: 2, channels: 3 }, 4);
  writer.addText("formulas", "ŷ = W·x", 0);
  return readEvents(writer.bytes());
}

const histogramOf = (value: Fields) => {
  const fields = messageAt(value, 5);
  // Sums are of numpy's order.
  const [min, max, count, ...sums] = [1, 2, 3, 4, 5].map((field) => (fields.has(field) ? doubleAt(fields, field) : 0));
  return {
    min,
    max,
    count,
    sums: sums.map((sum) => Number((sum as number).toPrecision(12))),
    limits: doublesAt(fields, 6),
    counts: doublesAt(fields, 7),
  };
};

/** What a value says, but for how a PNG is compressed. */
const saidBy = ({ step, version, tag, value }: Event) => ({
  step,
  version,
  tag,
  scalar: value.has(2) && floatAt(value, 2),
  histogram: value.has(5) && histogramOf(value),
  image: value.has(4) && [1, 2, 3].map((field) => wholeAt(messageAt(value, 4), field)),
  text: value.has(8) && textAt(messageAt(value, 8), 8),
  shape: value.has(8) && [wholeAt(messageAt(value, 8), 1), wholeAt(messageAt(value, 8, 2, 2), 1)],
});

test("scalars, histograms, images and texts are those of PyTorch", () => {
  const [theirs, own] = [golden("pytorch"), ours()].map((events) => events.map(saidBy));
  expect(own).toHaveLength(10);
  expect(own).toEqual(theirs);
});

/** What the plugin alone understands, from the field that says what it is: before it stands the version, 0, which PyTorch leaves out. */
function contentOf({ value }: Event): string {
  const bytes = Buffer.from(rawAt(messageAt(value, 9, 1), 2));
  return bytes.subarray(bytes[0] === 8 ? 2 : 0).toString("hex");
}

test("settings of a run are those of PyTorch", () => {
  const writer = new SummaryWriter("memory");
  writer.addHparams({ lr: 0.01, optimizer: "adam" }, { accuracy: 0.75 });
  const [theirs = [], own = []] = [golden("hparams"), readEvents(writer.bytes())].map((events) => events.slice(1));
  expect(own.map(({ tag }) => tag)).toEqual(theirs.map(({ tag }) => tag));
  expect(own.slice(0, 3).map(contentOf)).toEqual(theirs.slice(0, 3).map(contentOf));
  expect(own.slice(3).map(({ value }) => floatAt(value, 2))).toEqual([0.75]);
});
