// What `gradc train` says of a table before, and of the result after the training.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../support/command.ts";

const models = `import { f32, i32, losses, model, nn, ops } from "gradc";

export default model("line", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const price = nn.linear(nn.standardize(x), 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});

export const answers = model("answers", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(nn.tanh(nn.linear(x, 30)), 1);
  return { outputs: { answer: nn.sigmoid(z) }, loss: losses.bceWithLogits(z, y) };
});

export const squared = model("squared", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const answer = nn.sigmoid(nn.linear(x, 1));
  return { outputs: { answer }, loss: losses.mse(answer, y) };
});
`;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-report-"));
  await writeFile(at("line.model.ts"), models);
  await command("build", at("line.model.ts"), "-o", at());
  await command("build", at("line.model.ts"), "-o", at(), "--model", "answers");
  await command("build", at("line.model.ts"), "-o", at(), "--model", "squared");
});
afterAll(() => rm(folder, { recursive: true }));

/** A fixed sequence of numbers in [-1, 1] that look random. */
const noise = (i: number) => ((i * i * 7919 + i * 104729) % 2003) / 1001.5 - 1;
const rows = (count: number, row: (i: number) => readonly (number | string)[]) =>
  Array.from({ length: count }, (_, i) => row(i).join(",")).join("\n");

async function train(table: string, ...args: readonly string[]) {
  await writeFile(at("t.csv"), table);
  return command(
    "train",
    args[0]?.endsWith(".wasm") ? at(args[0]) : at("line.wasm"),
    "--data",
    at("t.csv"),
    "-o",
    at("o"),
    ...args.slice(args[0]?.endsWith(".wasm") ? 1 : 0),
  );
}

describe("figures beside those of a constant", () => {
  const line = `a,b,price\n${rows(100, (i) => [noise(i), noise(i + 500), 3 * noise(i) + 7])}\n`;

  test("regression: loss, RMSE and R2 on the rows that were held out", async () => {
    const { code, out, notes } = await train(line, "--target", "price", "--lr", "0.3", "--epochs", "60");
    expect(code).toBe(0);
    expect(out).toContain("t.csv: 100 rows, 20 of them held out\n");
    expect(out).toContain("--optimizer adam --lr 0.3 --batch 64 --epochs 60 --validation 0.2 --seed 0");
    expect(out).toMatch(
      /on 20 held-out rows +trained +constant\n {2}loss +\S+ +[23]\.\d+\n {2}RMSE of price +\S+ +1\.\d+\n {2}R2 of price +[01]\.\d+ +-?0\.\d+\n/,
    );
    expect(out).toContain("constant: the mean of price in the training rows, for every row");
    expect(notes).not.toMatch(/warning|note/);
  });

  test("without rows to hold out, on the training rows", async () => {
    const { out } = await train(line, "--target", "price", "--lr", "0.3", "--epochs", "60", "--validation", "0");
    expect(out).toMatch(
      /t\.csv: 100 rows\n[\s\S]*on the 100 training rows +trained +constant\n {2}loss .*\n.*\n {2}R2 of price +[01]\.\d+ +0\.000\n/,
    );
  });

  test("others that are asked for, of numbers and of probabilities", async () => {
    const numbers = await train(line, "--target", "price", "--lr", "0.3", "--epochs", "60", "--metrics", "mae,rmse");
    expect(numbers.out).toMatch(/R2 of price .*\n {2}mae of price +0\.0\d+ +1\.\d+\n {2}constant/);
    const sides = `a,b,won\n${rows(100, (i) => [noise(i), noise(i + 500), noise(i) > 0 ? "yes" : "no"])}\n`;
    const settings = ["answers.wasm", "--target", "won", "--lr", "0.1", "--epochs", "60", "--metrics"];
    const classes = await train(sides, ...settings, "auc,recall");
    expect(classes.out).toMatch(/accuracy of won .*\n {2}auc of won +(1|0\.9\d+) +0\.5\n {2}recall of won +(1|0\.[89]\d*) +[01]\n/);
    const odd = await train(sides, ...settings, "mae");
    expect(odd).toMatchObject({ code: 1, notes: expect.stringMatching(/"--metrics" is out of range\n +got +"mae"\n +expected +accuracy, auc, f1/) });
  });

  test("a loss that still falls", async () => {
    const { code, notes } = await train(line, "--target", "price", "--lr", "0.1", "--epochs", "45");
    expect(code).toBe(0);
    expect(notes).toContain("note: the loss was still falling\n  help: --epochs 90, or --resume --epochs 90 to go on");
  });

  test("yes or no, learned by heart: the epoch that was best is named, and kept unless --epochs is given", async () => {
    const coin = `a,b,won\n${rows(60, (i) => [noise(i), noise(i + 500), Number(noise(i + 90) + noise(i) > 0)])}\n`;
    const longer = await train(coin, "answers.wasm", "--target", "won", "--lr", "0.1", "--epochs", "300");
    const [, epoch] = /the validation loss was least after epoch (\d+), \S+ and rose since/.exec(longer.notes) ?? [];
    expect(Number(epoch)).toBeLessThan(300);
    expect(longer.notes).toContain(`--epochs ${epoch}, or no --epochs to keep the best`);
    expect(longer.out).toMatch(/accuracy of won +\d\.\d{3} +\d\.\d{3}\n/);
    const best = await train(coin, "answers.wasm", "--target", "won", "--lr", "0.1");
    expect(best.out).toContain("the epoch with the least validation loss is kept");
    expect(best.out).toContain(`(epoch ${epoch} of 5000, the best)`);
    expect(best.notes).not.toContain("rose since");
    // What was kept is what a training of all its epochs left: there is nothing to go on with.
    expect(await train(coin, "answers.wasm", "--resume")).toMatchObject({ code: 1, notes: expect.stringContaining("5000 epochs already") });
  });
});

describe("no better than a constant", () => {
  test("a target far from 0 and 1 is named before and after", async () => {
    const { code, notes } = await train(
      `a,b,price\n${rows(50, (i) => [noise(i), noise(i + 500), 2e5 + 6e4 * noise(i)])}\n`,
      "--target",
      "price",
      "--epochs",
      "5",
    );
    expect(code).toBe(0);
    const lines = ["const scale = nn.standardize();", "const target = scale(y);"];
    const help = [...lines, "return { outputs: { price: scale.inverse(price) }, loss: losses.mse(price, target) };"].join("\n        ");
    expect(notes).toMatch(/^warning: the target "y" is not standardized, which slows training down: "price" has mean \S+e\+5, deviation \S+e\+4\n/);
    expect(notes).toContain(`\n  help: ${help}\n  allow: unscaled-target\nepoch 1/5`);
    expect(notes).toContain(
      `warning: no better than predicting the mean of price in the training rows for every row\n  help: the target is far off scale, see above`,
    );
  });

  test("noise: what else to try", async () => {
    const { code, notes } = await train(
      `a,b,price\n${rows(50, (i) => [noise(i), noise(i + 500), noise(3 * i + 77)])}\n`,
      "--target",
      "price",
      "--lr",
      "0.03",
      "--epochs",
      "1100",
    );
    expect(code).toBe(0);
    expect(notes).toMatch(
      /no better than predicting the mean of price .*\n {2}help: (another learning rate, --lr 0\.003 or --lr 0\.3|the validation loss was least)/,
    );
  });
});

test("squares of a sigmoid are warned about where the target is 0 or 1 in all rows", async () => {
  const table = (of: (i: number) => number | string) => `x,y\n${rows(20, (i) => [noise(i), of(i)])}\n`;
  const notes = async (of: (i: number) => number | string, ...args: string[]) =>
    (await train(table(of), "squared.wasm", "--target", "y", "--epochs", "1", ...args)).notes;
  const warning = 'warning: the loss squares the difference of a sigmoid and of "y", which is 0 or 1 in all rows';
  expect(await notes((i) => i % 2)).toContain(warning);
  expect(await notes((i) => (i % 3 === 0 ? "yes" : "no"))).toContain(warning);
  expect(await notes((i) => i % 2, "--allow", "squared-error-of-classes")).not.toContain(warning);
  expect(await notes((i) => (i % 5) / 4)).not.toContain(warning);
});

describe("columns that cannot help", () => {
  const settings = ["--target", "price", "--epochs", "1"];

  test("times whose differences f32 does not hold", async () => {
    const { notes } = await train(`time,b,price\n${rows(1000, (i) => [1_700_000_000 + i, noise(i), noise(i + 5)])}\n`, ...settings);
    expect(notes).toContain(
      '"time" has 1,000 different values in the table, of which f32 tells 9 apart\n  help: subtract 1700000000 from the column',
    );
    expect(notes).not.toContain('"b"');
  });

  test("one value, and the target itself", async () => {
    const same = await train(`a,b,price\n${rows(20, (i) => [0.5, noise(i), noise(i)])}\n`, ...settings);
    expect(same.notes).toContain('warning: "a": one value in all rows');
    expect(same.notes).toContain('warning: "b" is equal to the target "price" in all rows');
    const nothing = await train(`a,b,price\n${rows(20, (i) => [noise(i + 9), noise(i), 1])}\n`, ...settings);
    expect(nothing.notes).toContain('warning: the target "price" has one value in all rows');
    expect(nothing.code).toBe(0);
  });
});
