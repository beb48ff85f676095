// The entry "gradc/tensorboard", read back by a reader of its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { type Hparam, type Image, SummaryWriter } from "gradc/tensorboard";
import { afterAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/code-of.ts";
import { doubleAt, doublesAt, type Event, floatAt, messageAt, messages, rawAt, readEvents, readRecords, textAt, wholeAt } from "./reader.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-events-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The events behind the first, of a writer in memory. */
function written(add: (writer: SummaryWriter) => void): Event[] {
  const writer = new SummaryWriter("memory", { wallTime: 1700000000.25 });
  add(writer);
  return readEvents(writer.bytes()).slice(1);
}

test("a file begins with its version, and each event has its time and step", () => {
  let time = 1.5;
  const writer = new SummaryWriter("memory", { wallTime: () => time++ });
  for (const step of [0, 127, 128, 2 ** 40, -3]) writer.addScalar("loss", 1, step);
  const [first, ...rest] = readEvents(writer.bytes());
  expect([first?.version, first?.time, first?.step]).toEqual(["brain.Event:2", 1.5, 0]);
  expect(rest.map(({ time, step }) => [time, step])).toEqual([
    [2.5, 0],
    [3.5, 127],
    [4.5, 128],
    [5.5, 2 ** 40],
    [6.5, -3],
  ]);
});

test("scalars are f32, any of them", () => {
  const values = [0, -0, 0.1, -1e30, Number.NaN, Number.POSITIVE_INFINITY];
  const events = written((writer) => values.forEach((value, step) => void writer.addScalar("loss/größe", value, step)));
  expect(events.map(({ value }) => floatAt(value, 2))).toEqual(values.map(Math.fround));
  expect(events.map(({ tag, plugin }) => [tag, plugin])).toEqual(values.map(() => ["loss/größe", "scalars"]));
});

test.each([1, 2, 3, 4])("an image of %d channels is a PNG of its pixels", (channels) => {
  const [width, height] = [161, 110];
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7 + (i >> 8)) & 255);
  const [event] = written((writer) => writer.addImage("picture", { data, width, height, channels }, 5));
  const image = messageAt((event as Event).value, 4);
  expect([wholeAt(image, 1), wholeAt(image, 2), wholeAt(image, 3), event?.plugin]).toEqual([height, width, channels, "images"]);
  const png = Buffer.from(rawAt(image, 4));
  expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([width, height, 8, [0, 4, 2, 6][channels - 1]]);
  const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const line = width * channels + 1;
  const pixels = Array.from({ length: height }, (_, row) => [...rows.subarray(row * line + 1, (row + 1) * line)]);
  expect(Uint8Array.from(pixels.flat())).toEqual(data);
});

test("texts are lists of one string, with the tag that PyTorch gives them", () => {
  const [event] = written((writer) => writer.addText("formulas", "ŷ = W·x\n", 0));
  const tensor = messageAt((event as Event).value, 8);
  expect([event?.tag, event?.plugin, wholeAt(tensor, 1), textAt(tensor, 8)]).toEqual(["formulas/text_summary", "text", 7, "ŷ = W·x\n"]);
  expect(wholeAt(messageAt(tensor, 2, 2), 1)).toBe(1);
});

test("settings of a run and its metrics", () => {
  const events = written((writer) => writer.addHparams({ lr: 0.01, optimizer: "adam", shuffle: false }, { accuracy: 0.5 }));
  expect(events.map(({ tag, plugin }) => [tag, plugin])).toEqual([
    ["_hparams_/experiment", "hparams"],
    ["_hparams_/session_start_info", "hparams"],
    ["_hparams_/session_end_info", "hparams"],
    ["accuracy", "scalars"],
  ]);
  const [experiment, start, end] = events.map(({ value }) => messageAt(value, 9, 1, 2));
  expect(messages(messageAt(experiment as never, 2), 4).map((info) => [textAt(info, 1), wholeAt(info, 4)])).toEqual([
    ["lr", 3],
    ["optimizer", 1],
    ["shuffle", 2],
  ]);
  expect(textAt(messageAt(experiment as never, 2, 5, 1), 2)).toBe("accuracy");
  const values = messages(messageAt(start as never, 3), 1).map((entry) => [textAt(entry, 1), messageAt(entry, 2)] as const);
  expect(values.map(([name]) => name)).toEqual(["lr", "optimizer", "shuffle"]);
  const [lr, optimizer, shuffle] = values.map(([, value]) => value);
  expect([doubleAt(lr as never, 2), textAt(optimizer as never, 3), wholeAt(shuffle as never, 4)]).toEqual([0.01, "adam", 0]);
  expect(wholeAt(messageAt(end as never, 4), 1)).toBe(1);
});

describe("a file", () => {
  const filesIn = (of: string) => readdirSync(of).map((name) => join(of, name));

  test("is one that TensorBoard knows, and a writer that is opened again begins another", () => {
    const runs = join(folder, "a", "b");
    for (const value of [1, 2]) {
      const writer = new SummaryWriter(runs, { wallTime: 1700000000.5 });
      writer.addScalar("loss", value, 0);
      writer.close();
      expect(readEvents(writer.bytes()).at(-1)?.tag).toBe("loss");
    }
    const files = filesIn(runs);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).toMatch(/events\.out\.tfevents\.1700000000\.[\w-]+\.\d+\.[01]$/);
    expect(files.map((file) => floatAt((readEvents(readFileSync(file))[1] as Event).value, 2)).sort()).toEqual([1, 2]);
  });

  test("holds a record as soon as it is added", () => {
    const runs = join(folder, "early");
    const writer = new SummaryWriter(runs);
    writer.addScalar("loss", 1, 0);
    const content = readFileSync(filesIn(runs)[0] as string);
    expect(content).toEqual(Buffer.from(writer.bytes()));
    expect(readEvents(content)).toHaveLength(2);
    writer.flush();
    writer.close();
    writer.close();
    expect(codeOf(() => writer.addScalar("loss", 1, 1))).toBe("writer-closed");
  });

  test("that is cut anywhere says so, and what is before the cut is read", () => {
    const writer = new SummaryWriter("memory");
    for (let step = 0; step < 4; step++) writer.addScalar("loss", step, step);
    const whole = writer.bytes();
    const ends = new Set<number>([0]);
    for (let at = 0; at < whole.length; ends.add(at)) at += 16 + Number(new DataView(whole.buffer).getBigUint64(at, true));
    for (let length = 0; length <= whole.length; length++) {
      const { records, isCut } = readRecords(whole.subarray(0, length));
      expect([records.length, isCut]).toEqual([[...ends].filter((end) => end > 0 && end <= length).length, !ends.has(length)]);
    }
  });

  test.each(["/dev/null/runs", "/proc/none/runs"])("that cannot be made is an error: %s", (place) => {
    expect(codeOf(() => new SummaryWriter(place))).toBe("cannot-write");
  });
});

const pixels: Image = { data: new Uint8Array(12), width: 2, height: 2, channels: 3 };

test.each<[string, (writer: SummaryWriter) => void]>([
  ["a step that is no whole number", (writer) => writer.addScalar("loss", 1, 0.5)],
  ["no step", (writer) => writer.addScalar("loss", 1, undefined as never)],
  ["an empty tag", (writer) => writer.addScalar("", 1, 0)],
  ["a scalar that is a text", (writer) => writer.addScalar("loss", "1" as never, 0)],
  ["no values", (writer) => writer.addHistogram("w", [], 0)],
  ["a value that is not finite", (writer) => writer.addHistogram("w", [1, Number.NaN], 0)],
  ["a text that is a number", (writer) => writer.addText("t", 1 as never, 0)],
  ["too few pixels", (writer) => writer.addImage("i", { ...pixels, height: 3 }, 0)],
  ["five channels", (writer) => writer.addImage("i", { ...pixels, channels: 5 }, 0)],
  ["numbers in place of bytes", (writer) => writer.addImage("i", { ...pixels, data: Array(12) as never }, 0)],
  ["no image", (writer) => writer.addImage("i", undefined as never, 0)],
  ["a setting that is a list", (writer) => writer.addHparams({ layers: [1] as never as Hparam }, {})],
  ["a metric that is a text", (writer) => writer.addHparams({}, { loss: "1" as never })],
  ["a net that is none", (writer) => writer.addGraph({})],
  ["bytes that are no module", (writer) => writer.addGraph(Uint8Array.of(1, 2))],
])("%s is refused, and nothing is written", (_, add) => {
  const writer = new SummaryWriter("memory");
  const before = writer.bytes().length;
  expect(codeOf(() => add(writer))).toBe("bad-option");
  expect(writer.bytes()).toHaveLength(before);
});

test("mistakes in the settings of a writer", () => {
  expect(codeOf(() => new SummaryWriter(undefined as never))).toBe("bad-option");
  expect(codeOf(() => new SummaryWriter("memory", { wallTime: "1" as never }))).toBe("bad-option");
  expect(codeOf(() => new SummaryWriter("memory", { walltime: 1 } as never))).toBe("unknown-option");
  expect(codeOf(() => new SummaryWriter("memory", { wallTime: () => "1" as never }))).toBe("bad-option");
});

describe("histograms", () => {
  const histogram = (values: ArrayLike<number>) => {
    const [event] = written((writer) => writer.addHistogram("w", values, 1));
    expect(event?.plugin).toBe("histograms");
    const fields = messageAt((event as Event).value, 5);
    const [min, max, count, sum, squares] = [1, 2, 3, 4, 5].map((field) => doubleAt(fields, field));
    return { min, max, count, sum, squares, limits: doublesAt(fields, 6), counts: doublesAt(fields, 7) };
  };

  test("of zeros are one bucket from 0 on, with an empty one before it", () => {
    expect(histogram(new Float32Array(3))).toEqual({ min: 0, max: 0, count: 3, sum: 0, squares: 0, limits: [0, 1e-12], counts: [0, 3] });
  });

  test("what is beyond the last limit is counted too", () => {
    const { counts, limits, count } = histogram([-1e30, 1e30, Number.MAX_VALUE]);
    expect([counts.reduce((a, b) => a + b), count, limits.at(-1), counts.length]).toEqual([3, 3, Number.MAX_VALUE, limits.length]);
  });
});
