// What `gradc train` leaves of a training beside its weights: --logdir, --history and --report.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, commandOn } from "../../support/command.ts";
import { type Event, floatAt, readEvents } from "../../tensorboard/reader.ts";

const definition = `import { f32, i32, losses, metrics, model, nn } from "gradc";

export default model("kinds", { x: f32("batch", 2), kind: i32("batch") }, ({ x, kind }) => {
  const hidden = nn.tanh(nn.linear(nn.standardize(x), 3));
  const logits = nn.linear(hidden, 2);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind), metrics: { accuracy: metrics.accuracy(logits, kind) } };
});
`;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const train = (...args: readonly string[]) =>
  command("train", at("kinds.model.ts"), "--data", at("t.csv"), "--target", "kind", "-o", at("o"), "--epochs", "4", "--batch", "8", ...args);
const read = (name: string) => readFile(at(name), "utf8");
const eventsIn = async (name: string): Promise<Event[]> => readEvents(await readFile(at(name, (await readdir(at(name)))[0] as string)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-reports-"));
  await writeFile(at("kinds.model.ts"), definition);
  const rows = Array.from(
    { length: 50 },
    (_, i) => `${Math.sin(i).toFixed(3)},${i % 9 === 0 ? "" : Math.cos(i).toFixed(3)},${Math.sin(i) > 0 ? "<up>" : "down"}`,
  );
  await writeFile(at("t.csv"), `a,b,kind\n${rows.join("\n")}\n`);
  const { code, notes } = await train("--missing", "mean", "--report", at("r.html"), "--history", at("h.csv"), "--logdir", at("runs"));
  expect([code, notes]).toEqual([0, expect.not.stringContaining("error")]);
});
afterAll(() => rm(folder, { recursive: true }));

test("events: curves, histograms by parameter, formulas, the graph and the settings", async () => {
  const events = await eventsIn("runs");
  const steps = (tag: string) => events.filter((event) => event.tag === tag).map(({ step }) => step);
  // 40 rows in batches of 8.
  expect(steps("loss/training")).toEqual([5, 10, 15, 20]);
  expect(steps("loss/step")).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  for (const tag of ["loss/validation", "validation/accuracy", "lr", "weights/hidden.weight", "gradients/logits.bias"])
    expect(steps(tag)).toHaveLength(4);
  expect(steps("formulas/text_summary")).toEqual([0]);
  expect(events.filter(({ graph }) => graph)).toHaveLength(1);
  expect(steps("_hparams_/experiment")).toHaveLength(1);
});

test("the history is that of the events, by epoch", async () => {
  const [head, ...rows] = (await read("h.csv")).trimEnd().split("\n");
  expect(head).toBe("epoch,step,lr,loss,validation loss,validation accuracy");
  const told = (await eventsIn("runs")).filter(({ tag }) => tag === "loss/training").map(({ value }) => floatAt(value, 2));
  expect(rows.map((row) => Math.fround(Number(row.split(",")[3])))).toEqual(told);
});

test("the page needs nothing else, and what a table holds is text", async () => {
  const html = await read("r.html");
  expect(html).not.toMatch(/<script|<link|src=|https?:|url\(|undefined|NaN|<up>/);
  for (const part of ["Course", "Figures on rows", "Confusion on rows", "Data", "Weights and gradients", "Formulas", "Run"])
    expect(html).toContain(`<h2>${part}`);
  expect(html).toContain("prefers-color-scheme: dark");
  expect(html).toContain("<th>&lt;up&gt;</th>");
  expect(html).toContain("missing cells");
  expect(html.match(/<svg/g)?.length).toBe(3 + 2 * 4);
  expect(html.match(/<svg/g)).toHaveLength(html.match(/<\/svg>/g)?.length as number);
});

test("lines of JSON, also of a training that goes on", async () => {
  expect((await train("--missing", "mean", "--history", at("h.jsonl"), "--resume", "--epochs", "6")).code).toBe(0);
  const rows = (await read("h.jsonl"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows.map(({ epoch, step }) => [epoch, step])).toEqual([
    [5, 25],
    [6, 30],
  ]);
});

test.each([
  [["--history", "h.txt"], '"--history" is out of range'],
  [["--report", "t.csv"], "it holds the data"],
  [["--history", "kinds.model.ts"], '"--history" is out of range'],
  [["--report", "h.csv", "--history", "h.csv"], "it holds the history"],
  [["--logdir", "t.csv/runs"], "Cannot write"],
  [["--logdir", "h.csv"], 'h.csv": it is a file'],
])("what cannot be written is refused before the training: %j", async (args, text) => {
  const { code, out, notes } = await train("--missing", "mean", ...args.map((arg) => (arg.startsWith("--") ? arg : at(arg))));
  expect([code, notes]).toEqual([1, expect.stringContaining(text)]);
  expect(out).not.toContain("trained:");
  expect((await read("h.csv")).startsWith("epoch,")).toBe(true);
});

test("what cannot be written any more is said once, and the weights are saved", async ({ skip }) => {
  const disk = at("disk");
  await mkdir(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]).status !== 0) skip("only the administrator mounts a disk");
  try {
    const note = (text: string) => {
      notes.push(text);
      // Fills what is left of the disk.
      if (text.startsWith("epoch 2/")) {
        const fill = spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=4k"]);
        expect(fill.status).not.toBe(0);
      }
    };
    const notes: string[] = [];
    const places = ["--logdir", join(disk, "runs"), "--history", join(disk, "h.csv"), "--report", join(disk, "r.html")];
    const args = ["train", at("kinds.model.ts"), "--data", at("t.csv"), "--target", "kind", "-o", at("full"), "--epochs", "4", "--missing", "mean"];
    const { code, out } = await commandOn({ note }, ...args, "--batch", "8", ...places);
    expect([code, out]).toEqual([0, expect.stringContaining("trained:")]);
    const said = notes.filter((text) => text.includes("not written"));
    expect(said).toEqual([
      expect.stringMatching(/^warning: more events of the training are not written: Cannot write ".*events.out.*": ENOSPC/),
      expect.stringMatching(/^warning: the history is not written: Cannot write ".*h.csv": ENOSPC/),
      expect.stringMatching(/^warning: the page about the training is not written: Cannot write ".*r.html": ENOSPC/),
    ]);
    expect(await readdir(at("full"))).toContain("kinds.trained.wasm");
  } finally {
    spawnSync("umount", [disk]);
  }
});
