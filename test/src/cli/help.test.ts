// No text leads to a command or an option that does not exist: what help lines, messages and documents name is looked up in the command table.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { program } from "../../../src/cli/run.ts";

const commands = program({
  out() {},
  note() {},
  isWatched: false,
  interrupts: () => ({ signal: new AbortController().signal, release() {} }),
}).commands.flatMap((command) => [command, ...command.commands]);
const options = new Map(commands.map((command) => [command.name(), new Set(["--help", ...command.options.map(({ long }) => long)])]));
const all = new Set(["--version", ...[...options.values()].flatMap((own) => [...own])]);

/** What a line names that is not there. */
function unknownIn(text: string): string[] {
  // A command below another is called by its own name too.
  const line = text.replace(/\bgradc (?:weights|augment) (import|export|show)\b/g, "gradc $1");
  const named = [...line.matchAll(/\bgradc ([a-z]+)/g)].map(([, name = ""]) => name);
  const known = named.filter((name) => options.has(name));
  const own = known.length > 0 ? new Set(known.flatMap((name) => [...(options.get(name) ?? [])])) : all;
  const flags = [...line.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag);
  return [...named.filter((name) => !options.has(name)).map((name) => `gradc ${name}`), ...flags.filter((flag) => !own.has(flag))];
}

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const filesIn = (folder: string, ending: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

test("the test finds what is not there", () => {
  expect(unknownIn("help: gradc predict x.wasm --target y")).toEqual(["--target"]);
  expect(unknownIn("help: gradc tune, or --epoch 3")).toEqual(["gradc tune", "--epoch"]);
  expect(unknownIn("gradc train and gradc predict take --target and --weights")).toEqual([]);
});

describe("help of the commands", () => {
  test.each(commands.flatMap((each) => [each, ...each.commands]).map((command) => [command.name(), command] as const))("%s", (_, command) => {
    let text = "";
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    expect(text).toContain("Example:");
    expect(text.split("\n").flatMap(unknownIn)).toEqual([]);
  });
});

/** The parts of a document that a reader would type: code. */
const codeIn = (text: string) => [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].flatMap(([code]) => code.split("\n"));

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...filesIn("docs", ".md"),
  ...filesIn("examples", ".md").filter((path) => !path.includes("node_modules")),
];

test.each(documents)("%s", (path) => {
  const lines = codeIn(read(path)).filter((line) => /(^|`)\s*(npx )?gradc |help: /.test(line));
  expect(lines.flatMap(unknownIn)).toEqual([]);
});

const sources = [
  ...filesIn("compiler/diagnostics", ".ts"),
  "runtime/diagnostics.ts",
  "data/diagnostics.ts",
  "files/diagnostics.ts",
  "checkpoint/diagnostics.ts",
  ...filesIn("src/cli", ".ts"),
];

test.each(sources)("%s", (path) => {
  const texts = read(path)
    .split("\n")
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .flatMap((line) => line.match(/(["`]).*?\1/g) ?? []);
  expect(texts.flatMap((text) => unknownIn(text).filter((name) => name.startsWith("--") || /help|gradc [a-z]+ [<A-Z-]/.test(text)))).toEqual([]);
});
