// `gradc.config.ts`: a training by a file of its settings.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { program } from "../../../src/cli/run.ts";
import type { Config } from "../../../src/config.ts";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition, data } = flowerFolder();
const bytes = async (...path: string[]) => new Uint8Array(await readFile(at(...path)));
const settings = { definition: "flower.model.ts", data: "flowers.csv", target: "species", epochs: 2, seed: 4, out: "told" };
const configOf = (more: object): string => `export default ${JSON.stringify({ ...settings, ...more })};\n`;

/** Every setting, so that a type and a list of options are one. */
const names = Object.keys({
  ...{
    definition: 1,
    data: 1,
    model: 1,
    target: 1,
    input: 1,
    ignore: 1,
    oneHot: 1,
    missing: 1,
    delimiter: 1,
    decimal: 1,
    header: 1,
    epochs: 1,
    batch: 1,
  },
  ...{ optimizer: 1, lr: 1, weightDecay: 1, clip: 1, seed: 1, validation: 1, metrics: 1, freeze: 1, allow: 1, augment: 1, workers: 1, weights: 1 },
  ...{ checkpoint: 1, resume: 1, out: 1, standalone: 1, report: 1, history: 1, logdir: 1, watch: 1, quiet: 1 },
} satisfies Record<keyof Config, 1>);

beforeAll(async () => {
  await command("train", definition(), "--data", data(), "--target", "species", "--epochs", "2", "--seed", "4", "-o", at("by-hand"));
});

test("has the options of gradc train and no others", () => {
  const terminal = { out: () => undefined, note: () => undefined, isWatched: false, interrupts: () => expect.fail() };
  const train = program(terminal).commands.find((each) => each.name() === "train");
  const options = (train?.options ?? []).map((option) => option.attributeName()).filter((name) => name !== "config");
  expect([...names].sort()).toEqual(["definition", ...options].sort());
});

describe("a file of settings", () => {
  test("gives the bytes of the same on the command line, with paths beside it, and what is said there wins", async () => {
    await writeFile(at("some.config.mjs"), configOf({}));
    expect((await command("train", "--config", at("some.config.mjs"))).code).toBe(0);
    expect(Buffer.compare(await bytes("told", "flower.safetensors"), await bytes("by-hand", "flower.safetensors"))).toBe(0);
    const { out } = await command("train", "--config", at("some.config.mjs"), "--epochs", "1", "-o", at("shorter"));
    expect(out).toContain("--epochs 1 --validation 0.2 --seed 4");
  });

  test("leaves paths from the root as they are", async () => {
    await writeFile(at("root.config.mjs"), configOf({ data: data(), epochs: 1, out: at("from-root"), history: at("from-root.csv") }));
    expect((await command("train", "--config", at("root.config.mjs"))).code).toBe(0);
    expect((await bytes("from-root", "flower.trained.wasm")).length).toBeGreaterThan(1000);
    expect((await bytes("from-root.csv")).length).toBeGreaterThan(20);
  });

  test("that is a promise or a function", async () => {
    for (const [value, message] of [
      ["Promise.resolve({})", "exports no settings as its default, but an object"],
      ["() => ({})", "exports no settings as its default, but a function"],
    ]) {
      await writeFile(at("late.config.mjs"), `export default ${value};`);
      expect((await command("train", "--config", at("late.config.mjs"))).notes).toContain(message);
    }
  });

  test("is found in the folder where no model is given, and left alone where one is", async () => {
    await mkdir(at("here"), { recursive: true });
    const typed =
      'import type { Config } from "gradc";\n\nexport default { definition: "../flower.model.ts", data: "../flowers.csv", target: ["species"], epochs: 1 } satisfies Config;\n';
    await writeFile(at("here", "gradc.config.ts"), typed);
    const before = process.cwd();
    process.chdir(at("here"));
    try {
      expect((await command("train", "--quiet")).code).toBe(0);
      expect((await command("train", definition(), "--data", data(), "--target", "species", "-o", at("other"))).out).not.toContain("--epochs 1 ");
    } finally {
      process.chdir(before);
    }
    expect((await bytes("out", "flower.trained.wasm")).length).toBeGreaterThan(1000);
  });

  test("names columns with commas, and files by columns", async () => {
    await writeFile(at("commas.csv"), '"a, b",c,y\n1,2,0\n2,3,1\n3,4,0\n4,5,1\n');
    const input = { x: ["a, b", "c"] };
    await writeFile(
      at("commas.config.mjs"),
      configOf({ data: "commas.csv", target: undefined, input: { ...input, kind: "y" }, epochs: 1, validation: 0 }),
    );
    expect((await command("train", "--config", at("commas.config.mjs"))).out).toContain("  x ← a, b, c\n  kind ← y");
    await writeFile(at("files.config.mjs"), configOf({ data: { x: "no,ne.npy", kind: "k.npy" } }));
    expect((await command("train", "--config", at("files.config.mjs"))).notes).toContain(`"x=${at("no,ne.npy")}",kind=${at("k.npy")}`);
  });

  test.each<[object, string]>([
    [{ epoch: 3 }, 'No option "epoch", the nearest is "epochs"'],
    [{ epochs: 0 }, 'Bad setting "epochs"\n  got       0\n  expected  a whole number from 1'],
    [{ optimizer: "adm" }, "expected  one of adadelta, adagrad"],
    [{ watch: "yes" }, "expected  true or false"],
    [{ metrics: [3] }, "expected  a text, a number, a list of texts, or texts by name"],
    [{ definition: 3 }, "expected  the path of a definition"],
  ])("%j is refused by its name and its place", async (more, message) => {
    await writeFile(at("bad.config.mjs"), configOf(more));
    const { code, notes } = await command("train", "--config", at("bad.config.mjs"));
    expect([code, notes]).toEqual([1, expect.stringContaining(message)]);
    expect(notes).toContain(`\n  at ${at("bad.config.mjs")}`);
  });

  test("says what a sweep trains on, but for settings that mean something else there", async () => {
    await writeFile(at("sweep.config.mjs"), configOf({ report: "training.html", workers: 0, epochs: 1 }));
    const { code, out } = await command("sweep", "--config", at("sweep.config.mjs"), "--set", "lr=0.01,0.1", "--workers", "1", "--quiet");
    expect([code, out]).toEqual([0, expect.stringMatching(/\n {2}trial +lr +validation loss/)]);
    expect(await readdir(at())).not.toContain("training.html");
  });

  test("that is missing", async () => {
    const { code, notes } = await command("train", "--config", at("none.config.ts"));
    expect([code, notes]).toEqual([1, `error: Cannot read "${at("none.config.ts")}": there is no such file`]);
  });

  test("that lacks a model or data", async () => {
    for (const [lacks, message] of [
      ["definition", "missing required argument 'model'"],
      ["data", "required option '--data <file>' not specified"],
    ] as const) {
      await writeFile(at(`no-${lacks}.mjs`), configOf({ [lacks]: undefined }));
      expect(await command("train", "--config", at(`no-${lacks}.mjs`))).toMatchObject({ code: 1, notes: expect.stringContaining(message) });
    }
  });
});
