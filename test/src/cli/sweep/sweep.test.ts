// `gradc sweep` as a user runs it, on a table of a line with noise.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, commandOn } from "../../../support/command.ts";

const definition = `import { f32, losses, model, nn } from "gradc";

export default model("line", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const price = nn.linear(nn.dropout(x, 0.1), 1);
  return { outputs: { price }, loss: losses.mse(price, y), metrics: { error: losses.l1(price, y) } };
});
`;

/** Numbers in [-1, 1] that look random. */
const noise = (i: number) => ((i * i * 7919 + i * 104729) % 2003) / 1001.5 - 1;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-sweep-"));
  await writeFile(at("line.model.ts"), definition);
  const rows = Array.from({ length: 60 }, (_, i) => [noise(i), noise(i + 500), 3 * noise(i) + 7 + noise(i + 900) / 5]);
  await writeFile(at("t.csv"), `a,b,price\n${rows.join("\n")}\n`);
  await command("build", at("line.model.ts"), "-o", at(), "--batch", "16", "--optimizer", "sgd");
});
afterAll(() => rm(folder, { recursive: true }));

const args = (out: string, ...more: string[]) => ["sweep", at("line.wasm"), "--data", at("t.csv"), "--target", "price", "-o", at(out), ...more];
const record = async (out: string) => (await readFile(at(out, "line.sweep", "record.jsonl"), "utf8")).trimEnd().split("\n");

/** The figures of a record, in the order of trials. */
const figures = async (out: string) =>
  (await record(out))
    .slice(1)
    .map((line) => JSON.parse(line))
    .map(({ trial, seed, rung, settings, outcome: { kind, kept } }) => JSON.stringify([trial, seed, rung, settings, kind, kept]))
    .sort();

const random = ["--set", "lr=0.001..1:log", "--set", "batch=4..16", "--trials", "4", "--epochs", "9", "--seeds", "2", "--seed", "5"];

test("a sweep gives the same figures with one worker and with two, cut off and resumed; train repeats the best to the bits", async () => {
  const one = await command(...args("one", ...random, "--workers", "1", "--report", at("r.html")));
  expect(one.notes).toContain("8/8  trial ");
  expect(one.code).toBe(0);
  expect(one.out).toMatch(/trial +lr +batch +validation loss +± +epoch +seconds\n +\d+ +0\.\d+ +\d+ +0\.\d+/);
  expect(one.out).toMatch(/2 seeds: the deviation of the validation loss between seeds of a trial is/);
  const all = await figures("one");
  expect(all).toHaveLength(8);

  const controller = new AbortController();
  const stopping = {
    interrupts: () => ({ signal: controller.signal, release: () => undefined }),
    note: (text: string) => text.startsWith("3/8") && controller.abort(),
  };
  expect((await commandOn(stopping, ...args("two", ...random, "--workers", "2"))).code).toBe(1);
  expect((await figures("two")).length).toBeLessThan(6);
  const two = await command(...args("two", ...random, "--workers", "2", "--resume"));
  expect(two.code).toBe(0);
  expect(await figures("two")).toEqual(all);

  // What the sweep says is what a person types.
  const line = one.out.split("\n").find((each) => each.startsWith("  gradc train ")) ?? "";
  await command(...line.replace(at("one"), at("typed")).trim().split(" ").slice(1));
  const [typed, left] = await Promise.all(["typed", "one"].map((out) => readFile(at(out, "line.safetensors"))));
  expect(typed).toEqual(left);
  const [, figure] = /trained: .*validation loss (\S+)/.exec(one.out) ?? [];
  const best = all.map((each) => JSON.parse(each)).find(([, seed, , { lr }]) => seed === 5 && line.includes(`--lr ${lr} `));
  expect(Number(best[5].validation.loss.toPrecision(4))).toBe(Number(figure));

  const page = await readFile(at("r.html"), "utf8");
  expect(page.replace(/<style>[\s\S]*<\/style>/, "")).not.toMatch(/NaN|undefined|https?:/);
  expect(page.match(/data-kind="\w+"/g)).toHaveLength(4);
});

test("successive halving goes on from where trials were, to the bits of a training without a break", async () => {
  const set = ["--set", "lr=0.3,0.1,0.03,0.01", "--workers", "1", "--quiet"];
  const halved = await command(...args("halved", ...set, "--halving", "--eta", "2", "--epochs", "8"));
  expect(halved.code).toBe(0);
  expect(halved.notes).not.toContain("/7");
  const stages = (await figures("halved")).map((each) => JSON.parse(each));
  expect(stages.map(([, , rung, , , { epoch }]) => [rung, epoch]).sort()).toEqual([
    [0, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [1, 4],
    [1, 4],
    [2, 8],
  ]);
  const [, figure] = /trained: .*validation loss (\S+)/.exec(halved.out) ?? [];
  const last = stages.find(([, , rung]) => rung === 2)[5].validation.loss;
  expect(Number(last.toPrecision(4))).toBe(Number(figure));
  await command(...args("whole", ...set.slice(2), "--set", `lr=${stages.find(([, , rung]) => rung === 2)[3].lr}`, "--epochs", "8"));
  expect(JSON.parse((await figures("whole"))[0] as string)[5].validation.loss).toBe(last);
  expect(existsSync(at("halved", "line.sweep", "states"))).toBe(false);
});

test("a trial that diverges or fails is last and says so, and all of them are an error", async () => {
  const { code, out } = await command(...args("bad", "--set", "lr=0.1,1e30", "--set", "batch=8,99", "--epochs", "3", "--workers", "1"));
  expect(code).toBe(0);
  expect(out).toMatch(/\n +1 +0\.1 +8 +\S+ +3 +\S+\n +2 .* - .*failed: .*\n +3 .* - .*diverged in epoch 1\n +4 /);
  const none = await command(...args("none", "--set", "lr=1e29,1e30", "--epochs", "3", "--workers", "1"));
  expect(none).toMatchObject({ code: 1, notes: expect.stringContaining("error: All 2 trials failed\n  diverged in epoch 1") });
});

test.each([
  [["--set", "lr=1,2", "--metric", "eror"], 'the model has no figure "eror", the nearest is "error"\n  expected  loss, error'],
  [["--set", "lr=1,2", "--validation", "0"], "of 60 rows none is held out"],
  [["--set", "optimizer=sgd,adam"], "Compiled with the optimizer sgd"],
  [["--set", "lr=1,2", "--resume"], "Cannot read"],
  [["--set", "batch=1..2", "--set", "lr=x"], 'Cannot sweep "lr"'],
  [[], "required option '--set <name=values>'"],
])("%j is refused before anything is trained", async (more, text) => {
  const { code, notes } = await command(...args("refused", ...more));
  expect(code).toBe(1);
  expect(notes).toContain(text);
  expect(existsSync(at("refused"))).toBe(false);
});

test("a record of another sweep is not gone on with; a metric other than the loss orders trials", async () => {
  const two = ["--set", "lr=0.1,0.01", "--epochs", "2", "--quiet", "--workers", "1", "--metric", "error"];
  const { out } = await command(...args("other", ...two));
  expect(out).toContain("validation error");
  const resumed = await command(...args("other", ...two, "--resume", "--epochs", "3"));
  expect(resumed.notes).toContain("the options changed");
  await writeFile(at("t2.csv"), (await readFile(at("t.csv"), "utf8")).replace("\n", "\n1,2,3\n"));
  const otherData = await command(...args("other", ...two, "--resume").map((word) => (word === at("t.csv") ? at("t2.csv") : word)));
  expect(otherData.notes).toContain("the data changed");
});
