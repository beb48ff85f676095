// Rows that a module changes anew in each epoch: the same whatever the number of workers, and wherever a training was ended.
import { getEventListeners } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { abortBefore } from "../../support/abort-before.ts";
import { npyOf } from "../../support/array-files.ts";
import { command, commandOn } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, data } = flowerFolder();
const bytes = async (...path: string[]) => new Uint8Array(await readFile(at(...path)));

const definition = `import { f32, i32, losses, model, nn, ops } from "gradc";
export default model("digits", { image: f32("batch", 4), label: i32("batch") }, ({ image, label }) => {
  const logits = nn.linear(nn.standardize(image), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, label) };
});
export const logarithm = model("digits", { image: f32("batch", 4), label: i32("batch") }, ({ image, label }) => {
  const logits = nn.linear(ops.log(image), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, label) };
});
`;

const modules: Record<string, string> = {
  shift:
    "export default ({ image, label }, { seed, epoch, index }) => ({ image: image.map((v) => v + ((index * 7 + epoch * 31 + seed) % 5)), label });",
  same: "export default (row) => row;",
  short: "export default ({ image, label }) => ({ image: image.subarray(1), label });",
  renamed: "export default ({ image, label }) => ({ picture: image, label });",
  fails: "export default () => { throw new Error('no such thing'); };",
  odd: "export default (row, { epoch, index }) => ({ ...row, label: epoch === 2 && index === 5 ? 7 : row.label });",
  zero: "export default ({ image, label }, { epoch, index }) => ({ image: epoch === 2 && index === 5 ? image.map(() => 0) : image, label });",
};

beforeAll(async () => {
  await writeFile(at("m.ts"), definition);
  const pixels = Uint8Array.from({ length: 160 }, (_, i) => 1 + ((i * 37) % 200));
  await writeFile(at("x.npy"), npyOf([40, 4], pixels));
  const classes = Uint8Array.from({ length: 40 }, (_, i) => i % 3);
  await writeFile(at("y.npy"), npyOf([40], classes));
  for (const [name, text] of Object.entries(modules)) await writeFile(at(`${name}.mjs`), text);
});

const args = (out: string, ...more: readonly string[]) => [
  ...["train", at("m.ts"), "--data", `image=${at("x.npy")},label=${at("y.npy")}`, "-o", at(out), "--batch", "8", "--epochs", "3", ...more],
];
const augment = (name: string) => ["--augment", at(`${name}.mjs`)];

test("a module that changes nothing gives the bytes of a training without it", async () => {
  for (const [out, more] of [
    ["plain", []],
    ["same", augment("same")],
  ] as const)
    expect((await command(...args(out, ...more))).code).toBe(0);
  expect(Buffer.compare(await bytes("same", "digits.safetensors"), await bytes("plain", "digits.safetensors"))).toBe(0);
});

test("of many epochs none leaves a listener behind", async () => {
  const warnings: string[] = [];
  const listen = ({ name }: Error) => warnings.push(name);
  process.on("warning", listen);
  const { signal } = new AbortController();
  expect(
    (await commandOn({ interrupts: () => ({ signal, release: () => undefined }) }, ...args("many", ...augment("same"), "--epochs", "20"))).code,
  ).toBe(0);
  process.off("warning", listen);
  expect(getEventListeners(signal, "abort").length).toBe(0);
  expect(warnings).not.toContain("MaxListenersExceededWarning");
});

test("with any number of workers, and ended in an epoch and resumed with another number, the bytes are the same", async () => {
  expect((await command(...args("none", ...augment("shift")))).code).toBe(0);
  expect((await command(...args("two", ...augment("shift"), "--workers", "2"))).code).toBe(0);
  expect(Buffer.compare(await bytes("two", "digits.safetensors"), await bytes("none", "digits.safetensors"))).toBe(0);
  expect(await bytes("none", "digits.safetensors")).not.toEqual(await bytes("plain", "digits.safetensors"));
  const ended = await commandOn(abortBefore(7), ...args("parts", ...augment("shift"), "--workers", "1"));
  expect([ended.code, ended.notes]).toEqual([1, expect.stringContaining("after 1 of 3 epochs and 2 steps of the next")]);
  expect((await command(...args("parts", ...augment("shift"), "--resume"))).code).toBe(0);
  expect(Buffer.compare(await bytes("parts", "digits.safetensors"), await bytes("none", "digits.safetensors"))).toBe(0);
});

test.each([
  ["short", 'have no column "image" of 4 numbers, which they had'],
  ["renamed", 'have no column "image" of 4 numbers, which they had\n  help: give a row with the columns that it came with; got "picture", "label"'],
  ["fails", "no such thing"],
  ["missing", "missing.mjs"],
  ["odd", '\n  at x.npy, y.npy, row 5 as it was changed, column "label"'],
])("a module that is %s", async (name, message) => {
  const { code, notes } = await command(...args("no", ...augment(name)));
  expect([code, notes]).toEqual([1, expect.stringContaining(message)]);
});

test("a row that a module made 0 is found where its logarithm is", async () => {
  const { code, notes } = await command("train", at("m.ts"), "--model", "logarithm", ...args("log", ...augment("zero")).slice(2));
  expect([code, notes]).toEqual([1, expect.stringMatching(/The training diverged in step \d of epoch 2 of 3[\s\S]*log/)]);
});

test("options that mean nothing here", async () => {
  const notes = async (...more: string[]) => (await command(...more)).notes;
  expect(await notes(...args("no", "--workers", "2"))).toContain('"--workers" is for the module of --augment');
  expect(await notes(...args("no", "--augment", "a.ts"))).toContain('Cannot run "a.ts" in worker threads: it is TypeScript');
  const table = ["train", at("flower.model.ts"), "--data", data(), "--target", "species", ...augment("shift")];
  expect(await notes(...table)).toContain('"--augment" is for arrays');
});
