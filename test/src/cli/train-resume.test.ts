// A training that ends anywhere goes on from there, to the bits.
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { readContent } from "../../../checkpoint/content.node.ts";
import { rememberBest } from "../../../src/cli/train/best.ts";
import { guardTraining, NotFinite } from "../../../src/cli/train/divergence/guard.ts";
import { keptIn } from "../../../src/cli/train/follow/kept.ts";
import { trainableNet } from "../../../src/cli/train/net.ts";
import { noPast } from "../../../src/cli/train/past.ts";
import { beginOf, epochsIn, placeIn } from "../../../src/cli/train/place.ts";
import { checkpointSaver } from "../../../src/cli/train/saver.ts";
import { abortBefore } from "../../support/abort-before.ts";
import { command, commandOn } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition, data } = flowerFolder();
const built = () => at("built", "flower.wasm");
const args = (folder: string, ...more: readonly string[]) => [
  ...["train", built(), "--data", data(), "--target", "species", "-o", at(folder), "--batch", "8", "--seed", "2", ...more],
];
const bytes = async (...path: string[]) => new Uint8Array(await readFile(at(...path)));

/** Trains until an interrupt before the step of this number, counted from 1 over all epochs: six steps are an epoch. */
const trainUntil = (step: number, folder: string, ...more: readonly string[]) => commandOn(abortBefore(step), ...args(folder, ...more));

beforeAll(async () => {
  await command("build", definition(), "-o", at("built"), "--optimizer", "adam", "--batch", "16");
});

describe("an interrupt in an epoch", () => {
  beforeAll(async () => {
    expect((await command(...args("whole", "--epochs", "4"))).code).toBe(0);
  });

  test.each([2, 7, 11, 23])("before step %i, and --resume ends with the bytes of a training without a break", async (step) => {
    const folder = `parts${step}`;
    const { code, notes } = await trainUntil(step, folder, "--epochs", "4");
    const rest = (step - 1) % 6;
    const said = rest === 0 ? "" : ` and ${rest} step${rest === 1 ? "" : "s"} of the next`;
    expect([code, notes]).toEqual([1, expect.stringContaining(`Interrupted after ${Math.floor((step - 1) / 6)} of 4 epochs${said};`)]);
    const { position } = readContent(await bytes(folder, "flower.safetensors"));
    expect(position).toMatchObject({ epoch: 1 + Math.floor((step - 1) / 6), step: rest, pace: { batch: 8, rows: 48, held: 12 } });
    // Once more, so that the second part begins and ends in an epoch.
    await trainUntil(2, folder, "--epochs", "4", "--resume");
    expect((await command(...args(folder, "--epochs", "4", "--resume"))).code).toBe(0);
    for (const name of ["flower.safetensors", "flower.trained.wasm"])
      expect(Buffer.compare(await bytes(folder, name), await bytes("whole", name))).toBe(0);
  });

  test("the history and the page are those of a training without a break, and so they are of more epochs after the last", async () => {
    const told = (folder: string) => [
      ...["--history", at(`${folder}.csv`), "--report", at(`${folder}.html`), "--checkpoint", at(`${folder}.safetensors`)],
    ];
    await command(...args("whole.told", "--epochs", "5", ...told("whole.told")));
    await trainUntil(9, "told", "--epochs", "4", ...told("told"));
    await command(...args("told", "--epochs", "4", "--resume", ...told("told")));
    await command(...args("told", "--epochs", "5", "--resume", ...told("told")));
    for (const ending of ["csv", "html"])
      expect(await readFile(at(`told.${ending}`), "utf8")).toBe(await readFile(at(`whole.told.${ending}`), "utf8"));
    expect(Buffer.compare(await bytes("told.safetensors"), await bytes("whole.told.safetensors"))).toBe(0);
  });

  test("with another batch the epoch begins again, and that is said", async () => {
    await trainUntil(9, "paced", "--epochs", "3");
    const { code, notes } = await command(...args("paced", "--epochs", "3", "--resume", "--batch", "16"));
    expect([code, notes]).toEqual([
      0,
      expect.stringContaining("note: epoch 2 begins again, with the weights of its step 2: rows a step 8 before, 16 now"),
    ]);
  });

  test("the weights of one that was ended are weights as others", async () => {
    await trainUntil(9, "used", "--epochs", "3");
    const weights = at("used", "flower.safetensors");
    expect((await command("predict", built(), "--weights", weights, "--data", data())).code).toBe(0);
    expect((await command(...args("next", "--epochs", "1", "--weights", weights))).code).toBe(0);
    expect((await command("pack", built(), weights, "-o", at("packed.wasm"))).code).toBe(0);
    expect(Buffer.compare(await bytes("packed.wasm"), await bytes("used", "flower.trained.wasm"))).toBe(0);
  });
});

test("an epoch that takes longer than half a minute is saved in its middle", async () => {
  const trainable = await trainableNet(built(), {} as Parameters<typeof trainableNet>[1]);
  const notes: string[] = [];
  const terminal = { out: () => undefined, note: (text: string) => notes.push(text), isWatched: false, interrupts: () => expect.fail() };
  const guard = guardTraining(trainable.net, beginOf(1));
  const [best, pace] = [rememberBest(trainable.net, { keepsBest: false }), { batch: 8, rows: 48, held: 12 }];
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const saver = checkpointSaver(trainable, { best, guard, past: noPast, pace, checkpoint: at("middle"), followed: () => undefined }, terminal);
  const position = { epoch: 1, step: 3, sum: 2.5, rows: 24 };
  now.mockReturnValue(29_000);
  saver.step({ ...position, step: 2 });
  now.mockReturnValue(31_000);
  saver.step(position);
  // One that is being written is left to its end.
  saver.step({ ...position, step: 4 });
  await saver.settled();
  expect(readContent(await bytes("middle")).position).toEqual({ ...position, pace });
  expect([guard.good.position, notes]).toEqual([position, []]);
  // What is not finite is not saved.
  const [name = ""] = trainable.net.parameters.keys();
  trainable.net.write(name, trainable.net.read(name).fill(Number.NaN));
  now.mockReturnValue(99_000);
  expect(() => saver.step(position)).toThrow(NotFinite);
  now.mockRestore();
});

test("a place and epochs that a checkpoint does not hold", () => {
  const place = { epoch: 2, step: 1, sum: 3, rows: 8, pace: { batch: 8, rows: 48, held: 0 } };
  expect(placeIn(place, "f")).toEqual(place);
  expect(placeIn(undefined, "f")).toBeUndefined();
  for (const other of [null, 7, "x", [], { ...place, epoch: 0 }, { ...place, step: -1 }, { ...place, sum: null }, { ...place, pace: { batch: 8 } }])
    expect(() => placeIn(other, "f")).toThrow(/^Bad weights: "position" is .*, no place of a training\n {2}at f/);
  expect(epochsIn("x")).toEqual([]);
  for (const other of [undefined, null, 7, { steps: [] }, { steps: [], distributions: { every: "x", snapshots: [] } }])
    expect(keptIn(other)).toBeUndefined();
  expect(epochsIn([{ epoch: 1, loss: null, validation: { loss: 2, mae: null } }])).toEqual([
    { epoch: 1, loss: Number.NaN, validation: { loss: 2, mae: Number.NaN } },
  ]);
});
