// Makes one mistake after the other in a copy of the tree, runs the tests that should find it, and writes which did into docs/testing.md:
// `npm run mutate`, or `npm run mutate -- gradient csv` for the mistakes whose names have one of these words.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutated } from "../test/mutation/mutant.ts";
import { mutants } from "../test/mutation/mutants.ts";
import { withRows } from "../test/mutation/report.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const left = new Set(["node_modules", ".git", "dist", "bench"].map((name) => join(root, name)));

/** The part of vitest's report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs test files in the copy, and gives the failures: `file: test`. @throws Error where a test file cannot be loaded */
async function failuresIn(copy: string, files: readonly string[]): Promise<string[]> {
  const out = join(copy, "report.json");
  const args = [join(copy, "node_modules/vitest/vitest.mjs"), "run", "--cache=false", "--reporter=json", `--outputFile=${out}`, ...files];
  // The exit code says no more than the report.
  await new Promise((resolve) => execFile(process.execPath, args, { cwd: copy, timeout: 600_000 }, resolve));
  const { testResults } = JSON.parse(await readFile(out, "utf8")) as Report;
  await rm(out);
  const broken = testResults.find(({ assertionResults, message }) => assertionResults.length === 0 && message !== "");
  if (broken) throw new Error(`${broken.name} does not load: ${broken.message}`);
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => `\`${name.slice(copy.length + 1)}\`: ${fullName}`),
  );
}

/** The first test that fails because of a mistake; undefined where none does. */
async function findMistake(copy: string, mutant: Mutant, failing: readonly string[]): Promise<string | undefined> {
  const path = join(copy, mutant.file);
  const content = await readFile(path, "utf8");
  await writeFile(path, mutated(content, mutant));
  try {
    return (await failuresIn(copy, mutant.tests)).find((test) => !failing.includes(test));
  } finally {
    await writeFile(path, content);
  }
}

const words = process.argv.slice(2);
const chosen = mutants.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const copy = await mkdtemp(join(tmpdir(), "gradc-mutants-"));
const found = new Map<string, string>();
try {
  await cp(root, copy, { recursive: true, filter: (path) => !left.has(path.replace(/\/$/, "")) });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  const failing = await failuresIn(copy, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  for (const test of failing) console.log(`fails without a mistake, and so finds none: ${test}`);
  for (const mutant of chosen) {
    found.set(mutant.name, (await findMistake(copy, mutant, failing)) ?? "");
    console.log(`${mutant.name}\n  ${found.get(mutant.name) || "NOT FOUND"}`);
  }
} finally {
  await rm(copy, { recursive: true });
  const path = join(root, "docs/testing.md");
  await writeFile(path, withRows(await readFile(path, "utf8"), mutants, found));
}
const survivors = [...found.values()].filter((test) => test === "").length;
console.log(`${found.size - survivors} of ${chosen.length} mistakes are found`);
process.exitCode = survivors === 0 ? 0 : 1;
