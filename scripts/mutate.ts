// Makes one mistake after the other in a copy of the tree, runs the tests that should find it, and writes which did into docs/testing.md:
// `npm run mutate`, or `npm run mutate -- gradient csv` for the mistakes whose names have one of these words.
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createVitest, type Vitest } from "vitest/node";
import { type Mutant, mutated } from "../test/mutation/mutant.ts";
import { mutants } from "../test/mutation/mutants.ts";
import { withRows } from "../test/mutation/report.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const document = join(root, "docs/testing.md");
const left = new Set(["node_modules", ".git", "dist", "bench"].map((name) => join(root, name)));

/** A copy of the tree, and what runs its tests. */
interface Copy {
  readonly folder: string;
  readonly vitest: Vitest;
  /** Tests that fail without a mistake, by file. */
  readonly failing: Map<string, readonly string[]>;
}

async function copyTree(): Promise<Copy> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "gradc-mutants-")));
  await cp(root, folder, { recursive: true, filter: (path) => !left.has(path.replace(/\/$/, "")) });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  // A mistake may make a test run for ever.
  const vitest = await createVitest("test", { root: folder, watch: false, reporters: [{}], cache: false, testTimeout: 30_000 });
  return { folder, vitest, failing: new Map() };
}

/** The tests of a file that fail; without one, the first error of a file that cannot be loaded. */
async function failuresIn({ folder, vitest }: Copy, file: string): Promise<readonly string[]> {
  const isWanted = ({ moduleId }: { readonly moduleId: string }) => moduleId === join(folder, file);
  const specifications = (await vitest.globTestSpecifications([file])).filter(isWanted);
  // The report holds the files of earlier runs, too.
  const module = (await vitest.runTestSpecifications(specifications)).testModules.find(isWanted);
  const [error] = module?.errors() ?? [];
  if (!module || error) throw new Error(`${file} does not load: ${error?.message ?? "there is no such file"}`);
  return [...module.children.allTests("failed")].map(({ fullName }) => fullName);
}

/** Whether a test fails without a mistake, too. */
async function failsAnyway(copy: Copy, file: string, test: string): Promise<boolean> {
  const known = copy.failing.get(file) ?? (await failuresIn(copy, file));
  copy.failing.set(file, known);
  return known.includes(test);
}

/** The tests of `file` that fail because of a mistake. */
async function failuresWith(copy: Copy, mutant: Mutant, file: string): Promise<readonly string[]> {
  const path = join(copy.folder, mutant.file);
  const content = await readFile(path, "utf8");
  await writeFile(path, mutated(content, mutant));
  copy.vitest.invalidateFile(path);
  try {
    return await failuresIn(copy, file);
  } finally {
    await writeFile(path, content);
    copy.vitest.invalidateFile(path);
  }
}

/** The first test that finds a mistake, as `file: test`; "" where none does. */
async function findMistake(copy: Copy, mutant: Mutant): Promise<string> {
  for (const file of mutant.tests) {
    for (const test of await failuresWith(copy, mutant, file)) if (!(await failsAnyway(copy, file, test))) return `\`${file}\`: ${test}`;
  }
  return "";
}

const words = process.argv.slice(2);
const chosen = mutants.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const copy = await copyTree();
const found = new Map<string, string>();
try {
  for (const mutant of chosen) {
    found.set(mutant.name, await findMistake(copy, mutant));
    console.log(`${mutant.name}\n  ${found.get(mutant.name) || "NOT FOUND"}`);
  }
} finally {
  await copy.vitest.close();
  await rm(copy.folder, { recursive: true });
  await writeFile(document, withRows(await readFile(document, "utf8"), mutants, found));
}
const survivors = [...found.values()].filter((test) => test === "").length;
console.log(`${chosen.length - survivors} of ${chosen.length} mistakes are found`);
process.exitCode = survivors === 0 ? 0 : 1;
