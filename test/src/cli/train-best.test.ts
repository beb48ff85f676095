// At its defaults `gradc train` keeps the epoch with the least validation loss, also where the training is made in parts.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { readContent } from "../../../checkpoint/content.node.ts";
import { decode, encode } from "../../../runtime/checkpoint/safetensors.ts";
import { load } from "../../../runtime/index.ts";
import { command, commandOn } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition } = flowerFolder();
const data = () => at("noise.csv");
const train = (folder: string, ...more: readonly string[]) => [
  "train",
  at("built", "flower.wasm"),
  "--data",
  data(),
  "--target",
  "species",
  "-o",
  at(folder),
  ...more,
];
const file = async (...path: string[]) => new Uint8Array(await readFile(at(...path)));

/** Trains until an epoch, where a person interrupts it. */
async function trainUntil(epoch: number, folder: string, ...more: readonly string[]) {
  const controller = new AbortController();
  const interrupts = () => ({ signal: controller.signal, release: () => undefined });
  const note = (text: string) => text.startsWith(`epoch ${epoch}/`) && controller.abort();
  return commandOn({ interrupts, note }, ...train(folder, ...more));
}

/** The epoch that a training kept, and of how many. */
const keptBy = (out: string) => /\(epoch (\d+) of (\d+), the best\)/.exec(out)?.slice(1).map(Number);

beforeAll(async () => {
  // Labels without a reason: what is learned of the training rows is wrong for the others.
  const rows = Array.from({ length: 1000 }, (_, i) => `${(i * i) % 97},${(i * 37) % 101},${"abc"[(i * i * i) % 3]}`);
  await writeFile(data(), `length,width,species\n${rows.join("\n")}\n`);
  await command("build", definition(), "-o", at("built"), "--optimizer", "adam", "--batch", "32");
  const { out } = await command(...train("whole"));
  const [best, epochs] = keptBy(out) as [number, number];
  // The best epoch lies before those at which the tests stop.
  expect(best).toBeLessThan(80);
  expect(epochs).toBe(200);
});

test("a training that was interrupted and resumed ends with the bytes of one without a break", async () => {
  expect((await trainUntil(80, "parts")).code).toBe(1);
  const { code, out } = await command(...train("parts", "--resume"));
  expect(code).toBe(0);
  expect(keptBy(out)).toBeDefined();
  for (const name of ["flower.safetensors", "flower.trained.wasm"])
    expect(Buffer.compare(await file("parts", name), await file("whole", name))).toBe(0);
});

test("so does one that was killed, from the checkpoint as it was, in each part of its epochs", async () => {
  await trainUntil(80, "first", "--checkpoint", at("kept"));
  await copyFile(at("kept"), at("killed"));
  await trainUntil(140, "second", "--checkpoint", at("killed"), "--resume");
  expect((await command(...train("third", "--checkpoint", at("killed"), "--resume"))).code).toBe(0);
  expect(Buffer.compare(await file("third", "flower.safetensors"), await file("whole", "flower.safetensors"))).toBe(0);
});

test("one that was killed after its last epoch gets the files of its best", async () => {
  await trainUntil(80, "cut", "--checkpoint", at("last"));
  const { metadata, tensors } = decode(readContent(await file("last")).state);
  await writeFile(at("last"), encode({ metadata: new Map([...metadata, ["epoch", "200"]]), tensors }));
  expect((await command(...train("late", "--checkpoint", at("last"), "--resume"))).code).toBe(0);
  expect(decode(await file("late", "flower.safetensors"))).toEqual(decode(await file("whole", "flower.safetensors")));
  // With --epochs the last is kept.
  expect((await command(...train("other", "--checkpoint", at("last"), "--resume", "--epochs", "200"))).code).toBe(0);
  expect(await file("other", "flower.safetensors")).not.toEqual(await file("whole", "flower.safetensors"));
});

test("a checkpoint whose epoch or whose best epoch is damaged is named", async () => {
  await trainUntil(80, "fine");
  const { metadata, tensors } = decode(readContent(await file("fine", "flower.safetensors")).state);
  const [name] = [...tensors.keys()].filter((each) => each.endsWith(".best"));
  const words = new Int32Array([...((tensors.get(name as string)?.data ?? []) as Int32Array)].fill(7));
  const damaged: [string, Uint8Array][] = [
    ['Bad weights: "epoch" is -5', encode({ metadata: new Map([...metadata, ["epoch", "-5"]]), tensors })],
    ["Bad weights: header damaged", encode({ metadata, tensors: new Map([...tensors, [name as string, { shape: [words.length], data: words }]]) })],
  ];
  for (const [message, bytes] of damaged) {
    await writeFile(at("hurt"), bytes);
    const { code, notes } = await command(...train("hurt.out", "--checkpoint", at("hurt"), "--resume"));
    expect([code, notes]).toEqual([1, expect.stringContaining(`${message}\n  at ${at("hurt")}`)]);
  }
});

test("a checkpoint with its best epoch is a file of weights like any other, and a shipped module has no second state", async () => {
  await trainUntil(80, "used", "--checkpoint", at("both"));
  const net = await load(await file("built", "flower.wasm"));
  const { tensors } = decode(net.state());
  const report = net.restore(await file("both"));
  expect(report).toMatchObject({ missing: [], mismatched: [], loaded: [...tensors.keys()] });
  await command("pack", at("built", "flower.wasm"), at("both"), "-o", at("packed.wasm"));
  expect(await file("packed.wasm")).toHaveLength((await file("used", "flower.trained.wasm")).length);
  expect((await command("predict", at("built", "flower.wasm"), "--weights", at("both"), "--data", data())).code).toBe(0);
  const { code, out } = await command(...train("after", "--weights", at("both"), "--epochs", "1"));
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("4 of 4 parameters\n") });
  expect(decode(await file("after", "flower.safetensors")).metadata.has("best")).toBe(false);
});

test("the best epoch of before is measured by the rows that are held out now", async () => {
  await trainUntil(80, "grown");
  const lines = (await readFile(data(), "utf8")).trimEnd().split("\n");
  await writeFile(at("few.csv"), `${lines.slice(0, 951).join("\n")}\n`);
  const { out } = await command(...train("grown", "--resume"), "--data", at("few.csv"));
  const [, loss] = /trained: .*validation loss (\S+)/.exec(out) ?? [];
  expect(out).toMatch(new RegExp(`\n +loss +${loss} `));
});
