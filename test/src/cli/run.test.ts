import { afterEach, describe, expect, test, vi } from "vitest";
import { command } from "../../support/command.ts";

const commands = ["build", "inspect", "train", "predict", "check", "pack"];

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("help", () => {
  test("without arguments, every command is shown with an example", async () => {
    const { code, out } = await command();
    expect(code).toBe(0);
    for (const name of commands) expect(out).toMatch(new RegExp(`^ {2}gradc ${name} \\S+.*  \\S`, "m"));
    expect(out.split("\n").every((line) => line.length <= 130)).toBe(true);
  });

  test("--version", async () => {
    expect(await command("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  test("--help lists the commands, and each command has its own with an example", async () => {
    const { code, out } = await command("--help");
    expect(code).toBe(0);
    for (const name of commands) expect(out).toContain(`  ${name} `);
    for (const name of commands) {
      const own = await command(name, "--help");
      expect(own.code).toBe(0);
      expect(own.out).toContain(`Usage: gradc ${name}`);
      expect(own.out).toMatch(/Example:\n {2}gradc /);
    }
  });
});

describe("mistakes", () => {
  test.each([
    [["biuld", "x.ts"], "Did you mean build?"],
    [["build", "x.ts", "--bach", "3"], "Did you mean --batch?"],
    [["train", "x.ts", "--data", "t.csv", "--learning-rate=0.1"], "unknown option '--learning-rate=0.1'\n(Did you mean --lr?)"],
    [["train", "x.ts", "--data", "t.csv", "--batch-size", "3"], "Did you mean --batch?"],
    [["train", "x.ts", "--data", "t.csv", "--val-split", "0.1"], "Did you mean --validation?"],
    [["train", "x.ts", "--data", "t.csv", "--out-dir", "o"], "Did you mean --out?"],
    [["train", "x.ts", "--data", "t.csv", "--epoch", "3"], "Did you mean --epochs?"],
    [["train", "x.ts", "--data", "t.csv", "--weightDecay", "3"], "Did you mean --weight-decay?"],
    [["train", "x.ts", "--data", "t.csv", "--resume", "--weights", "w"], "cannot be used with option '--resume'"],
    [["train", "x.ts", "t.csv"], "\n  help: gradc train x.ts --data t.csv"],
    [["train", "t.csv", "x.ts"], "\n  help: gradc train x.ts --data t.csv"],
    [["predict", "t.csv"], "\n  help: gradc predict MODEL.WASM --data t.csv"],
    [["train", "x.ts", "t.csv", "--data", "u.csv"], "Expected 1 argument but got 2"],
    [["train", "x.ts", "--data", "y.ts"], '"y.ts" as a table: it is a definition'],
    [["train", "t.csv", "--data", "x.ts"], "the other way round: gradc train x.ts --data t.csv"],
    [["build"], "missing required argument 'model.ts'"],
    [["build", "x.ts", "--batch", "0"], "It must be a whole number from 1."],
    [["build", "x.ts", "-o", ""], "It must not be empty."],
    [["build", "x.ts", "--batch", "many"], "It must be a whole number from 1."],
    [["build", "x.ts", "--optimizer", "adem"], "Allowed choices are adadelta, adagrad, adam,"],
    [["build", "x.ts", "--emit", "wat,asm"], '"--emit" cannot be "asm"'],
    [["train", "x.ts"], "--data"],
    [["train", "x.ts", "--data", "t.csv", "--lr", "-1"], "It must be a number above 0."],
    [["train", "x.ts", "--data", "t.csv", "--validation", "1"], "from 0 to below 1"],
    [["train", "x.ts", "--data", "t.csv", "--input", "x"], "NAME=COL,.."],
  ])("%j: exit code 1, and %j", async (args, message) => {
    const { code, out, notes } = await command(...args);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(notes).toContain(message);
    expect(notes).not.toContain("    at ");
  });

  test("a user's error is its message; DEBUG=1 adds the stack", async () => {
    const plain = await command("build", "nowhere.model.ts");
    expect(plain.code).toBe(1);
    expect(plain.notes).toContain('Cannot read the definition "nowhere.model.ts"');
    expect(plain.notes).not.toContain("    at ");
    vi.stubEnv("DEBUG", "1");
    expect((await command("build", "nowhere.model.ts")).notes).toContain("    at ");
  });
});
