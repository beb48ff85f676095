// The command line as a process: signals, streams that end, a disk that is full.
import { spawn } from "node:child_process";
import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { idx } from "../../support/array-files.ts";
import { command } from "../../support/command.ts";
import { commandScript } from "../../support/node-script.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition, data } = flowerFolder();
let script = "";
let remove = async (): Promise<void> => undefined;

beforeAll(async () => {
  ({ script, remove } = await commandScript("command"));
  await command("train", definition(), "--data", data(), "--target", "species", "-o", at("t"), "--epochs", "1");
  await writeFile(at("long.csv"), `length,width\n${"1,5\n7,2\n".repeat(5000)}`);
});
afterAll(() => remove());

/** Starts a shell that runs the command line `$@` as `line` says. */
const start = (line: string, ...args: readonly string[]) =>
  spawn("sh", ["-c", line, "sh", process.execPath, script, ...args], { env: { ...process.env, NO_COLOR: "1" } });

/** What a process printed, and how it ended. */
async function ended(child: ReturnType<typeof start>) {
  let [out, notes] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    notes += text;
  });
  const code = await new Promise((done) => child.on("close", done));
  return { code, out, notes };
}

const predict = (...more: readonly string[]) => ["predict", at("t", "flower.trained.wasm"), "--data", at("long.csv"), ...more];
const train = (...more: readonly string[]) => ["train", at("t", "flower.wasm"), "--data", data(), "--target", "species", ...more];

test.skipIf(process.platform === "win32")("a scheduler that ends a training gets its files", async () => {
  const child = start('exec "$@"', ...train("-o", at("s"), "--epochs", "1000000"));
  child.stderr.on("data", (text: Buffer) => String(text).includes("epoch 1/") && child.kill("SIGTERM"));
  const { code, notes } = await ended(child);
  expect(notes).toMatch(/Interrupted after \d+ of 1000000 epochs( and \d+ steps? of the next)?; the weights so far are saved/);
  expect(code).toBe(1);
  expect(await readdir(at("s"))).toHaveLength(5);
});

test.skipIf(process.platform === "win32")("a reader that has enough ends the printing in silence", async () => {
  const { out, notes } = await ended(start('"$@" | head -1', ...predict()));
  expect([out, notes]).toEqual(['"logits.iris, blue",logits.setosa,logits.virginica,species\n', ""]);
});

test.runIf(process.platform === "linux")("a path may be the stream itself, whatever it is, and what it cannot take is an error", async () => {
  const whole = await ended(start('"$@"', ...predict("-o", "/proc/self/fd/1")));
  expect(whole).toMatchObject({ code: 0, notes: "/proc/self/fd/1: 10,000 rows\n" });
  expect(whole.out.split("\n")).toHaveLength(10_002);
  const full = await ended(start('"$@" > /dev/full', ...predict()));
  expect(full).toEqual({ code: 1, out: "", notes: 'error: Cannot write "standard output": ENOSPC: no space left on device\n' });
});

test.skipIf(process.platform === "win32")("a disk that is full keeps the checkpoint and the files of before, and says so", async () => {
  await copyFile(at("t", "flower.safetensors"), at("checkpoint"));
  const before = await Promise.all((await readdir(at("t"))).map(async (name) => [name, await readFile(at("t", name), "latin1")]));
  const { code, notes } = await ended(start('ulimit -f 0 && exec "$@"', ...train("-o", at("t"), "--epochs", "2", "--checkpoint", at("checkpoint"))));
  expect(code).toBe(1);
  expect(notes).toContain(`the checkpoint of epoch 1 is not saved, the one before stays: Cannot write "${at("checkpoint")}": EFBIG`);
  expect(notes).toMatch(/^error: Cannot write ".*": EFBIG: file too large$/m);
  expect(await readFile(at("checkpoint"))).toEqual(await readFile(at("t", "flower.safetensors")));
  expect(await Promise.all((await readdir(at("t"))).map(async (name) => [name, await readFile(at("t", name), "latin1")]))).toEqual(before);
});

/** The arguments of a training whose rows a module with this function changes. */
async function rowsBy(code: string, out: string): Promise<string[]> {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  await writeFile(at("x.idx"), idx([12, 2], numbers(24)));
  const classes = numbers(12).map((i) => i % 3);
  await writeFile(at("y.idx"), idx([12], classes));
  await writeFile(at("rows.mjs"), `export default ${code};\n`);
  const reads = ["--data", `x=${at("x.idx")},kind=${at("y.idx")}`, "--augment", at("rows.mjs")];
  return ["train", at("t", "flower.wasm"), ...reads, "-o", at(out), "--allow", "unscaled-input"];
}

test.each([
  ["never answers", "(row) => new Promise(() => {})", /^error: The process ended before the command did: [^\n]*$/],
  ["ends the process", "(row) => process.exit(0)", /^error: The process ended before the command did: [^\n]*$/],
  [
    "throws later",
    '(row) => (setTimeout(() => { throw new Error("late"); }), new Promise(() => {}))',
    /^error: late\n {2}help: DEBUG=1 shows where$/,
  ],
])("a module for rows that %s is an error", async (name, code, message) => {
  const args = await rowsBy(code, `rows ${name}`);
  const child = await ended(start('exec "$@"', ...args, "--quiet"));
  expect([child.code, child.notes.trim()]).toEqual([1, expect.stringMatching(message)]);
});

test.skipIf(process.platform === "win32")("worker threads that never answer do not hold a training that is asked to end", async () => {
  const args = await rowsBy("() => (console.error('asked'), new Promise(() => setInterval(() => {}, 1000)))", "held");
  const child = start('exec "$@"', ...args, "--workers", "2");
  child.stderr.on("data", (text: Buffer) => String(text).includes("asked") && child.kill("SIGTERM"));
  const { code, notes } = await ended(child);
  expect([code, notes]).toEqual([1, expect.stringContaining("error: Interrupted after 0 of")]);
  expect(await readdir(at("held"))).toHaveLength(5);
});
