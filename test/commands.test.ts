// What documents print below a command is what it prints: each block after `<!-- prints -->` is made anew by the commands above it.
// Of a training it is the figures at the end. `npm run golden` writes the documents and the pictures that these programs draw.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { run } from "../src/cli/run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = fileURLToPath(new URL("out/commands/", import.meta.url));
const printed = /(```sh\n([^`]*)```\n\n<!-- prints -->\n```text\n)[\s\S]*?(```)/g;
const pages = ["docs/course.md", ...readdirSync(`${root}examples`).map((folder) => `examples/${folder}/README.md`)];
const documents = pages.filter((path) => existsSync(root + path) && readFileSync(root + path, "utf8").match(printed));

/** Pictures in documents, the programs that draw them, and where. */
const pictures = [["docs/dropout.svg", "examples/course/dropout.ts", "examples/course/out/dropout.svg"]] as const;

/** Pictures of networks, and the commands that print them. */
const networks = [
  ["docs/two-neurons.svg", "npx gradc inspect examples/two-neurons/net.model.ts --format svg --at examples/two-neurons/example.json"],
  ["docs/cnn.svg", "npx gradc inspect examples/digits/cnn.model.ts --format svg"],
] as const;

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What `npx gradc` prints as results. */
async function outputOf(args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const terminal = {
    out: (text: string) => lines.push(text),
    note: () => undefined,
    isWatched: false,
    interrupts: () => ({ signal: new AbortController().signal, release: () => undefined }),
  };
  const folder = args[0] === "train" ? ["-o", out] : [];
  // Claims in documents are there for what is wrong about them.
  expect(await run([...args, ...folder], terminal), args.join(" ")).toBe(args.includes("--claim") ? 1 : 0);
  const text = lines.join("\n");
  return args[0] === "train" ? text.replace(/^[\s\S]*?\n(?=trained:)|\n+next:.*$/g, "") : text;
}

let runs = 0;

/** What a program logs; it runs anew in each call. */
async function logOf(file: string): Promise<string> {
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  try {
    await import(/* @vite-ignore */ `${root}${file}?run=${++runs}`);
    return log.mock.calls.map((values) => values.join(" ")).join("\n");
  } finally {
    log.mockRestore();
  }
}

function resultOf(command: string): Promise<string> {
  const program = command.match(/^node --import \.\/scripts\/typescript\.js (\S+)$/)?.[1];
  if (program) return logOf(program);
  const [npx, gradc, ...args] = command.split(" ");
  expect([npx, gradc], command).toEqual(["npx", "gradc"]);
  return outputOf(args);
}

/** The text with what its commands print now. */
async function rerun(text: string): Promise<string> {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: block, 1: head = "", 2: commands = "", 3: tail = "", index } of text.matchAll(printed)) {
    const results: string[] = [];
    for (const command of commands.trim().split("\n")) results.push(await resultOf(command));
    parts.push(text.slice(end, index), head, results.join("\n\n").replace(/ +$/gm, ""), "\n", tail);
    end = index + block.length;
  }
  return parts.join("") + text.slice(end);
}

test.each(documents)("%s shows what its commands print", async (path) => {
  await expect(await rerun(readFileSync(root + path, "utf8"))).toMatchFileSnapshot(root + path);
});

test.each(pictures)("%s is what %s draws", async (picture, program, drawn) => {
  await logOf(program);
  await expect(readFileSync(root + drawn, "utf8")).toMatchFileSnapshot(root + picture);
});

test.each(pages.filter((path) => existsSync(root + path)))("links of %s lead to what is there", (path) => {
  const folder = root + path.slice(0, path.lastIndexOf("/") + 1);
  for (const [, target = ""] of readFileSync(root + path, "utf8").matchAll(/\]\(([^)#:]+)\)/g))
    expect(existsSync(folder + target), target).toBe(true);
});

test.each(networks)("%s is what %s prints", async (picture, command) => {
  await expect(`${await resultOf(command)}\n`).toMatchFileSnapshot(root + picture);
});
