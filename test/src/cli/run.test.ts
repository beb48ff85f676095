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
    [["build"], "missing required argument 'model.ts'"],
    [["build", "x.ts", "--batch", "0"], "It must be a whole number from 1."],
    [["build", "x.ts", "-o", ""], "It must not be empty."],
    [["build", "x.ts", "--batch", "many"], "It must be a whole number from 1."],
    [["build", "x.ts", "--optimizer", "adem"], "Allowed choices are adam, adamw, sgd."],
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
