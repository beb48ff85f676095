import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFilter } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import packageFile from "./package.json" with { type: "json" };

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The entries of the package as their sources, those that Node takes. */
const entries = Object.entries(packageFile.exports).flatMap(([entry, files]) => {
  const built = typeof files === "string" ? undefined : "node" in files ? files.node : files.default;
  const source = built?.replace("./dist/", "./").replace(/\.js$/, ".ts");
  return source === undefined ? [] : [{ find: new RegExp(`^gradc${entry.slice(1)}$`), replacement: here(source) }];
});

/** What replaces a module while it is loaded, or prints nodes in order of their making: in a process of its own. */
const alone = ["test/compiler/passes/rules.test.ts", "test/words/*.test.ts", "test/src/cli/{visible,files/set}.test.ts"];

/** What counts on the heap: in a process of its own too. */
const memory = ["test/memory/heap.test.ts", "test/runtime/net.test.ts"];

/** What takes longest: whole networks under every check, whole trainings, processes, definition files under the type checker, and what documents show. */
const long = [
  "test/checkpoint/kills.test.ts",
  "test/{bits,browser,fuzz,growth,package,pytorch}/**/*.test.ts",
  "test/compiler/{ops/new-op,pipeline/check-models,schedule/schedule-run,trace/networks,wasm/schedules}.test.ts",
  "test/src/cli/{arrays,config,process,train,train-augment,train-best,train-report,train-resume,sweep/sweep,tables,inspect,untrained,build,check,claims,predict,allow,plot,train-watch,weights}.test.ts",
  "test/compiler/frontend/{conditions,elsewhere}.test.ts",
  "test/{commands,docs,examples,programs,recipes,reference}.test.ts",
  "test/errors/{errors,names}.test.ts",
  "test/memory/{plan,resume}.test.ts",
  "test/reader/{examples,kinds}.test.ts",
  "test/src/lints/document.test.ts",
  "test/use/{files,gradients}.test.ts",
];

const isLong = createFilter(long);

/** What takes long begins before what does not, so that no process is left with it at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLast = ({ project, moduleId }: TestSpecification): boolean => project.name === "shared" && !isLong(moduleId);
    return [...sorted.filter((file) => !isLast(file)), ...sorted.filter(isLast)];
  }
}

// Compilations leave much that is young: with more room for it, tests take a seventh less.
const room = ["--max-semi-space-size=64"];

// What tests write to the folder of temporary files goes when they end.
const temporary = mkdtempSync(join(tmpdir(), "gradc-tests-"));
process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));

// Every graph and every memory plan of every module that a test builds is verified, and texts are without colours wherever tests run. Limits of time
// are there for what hangs: a busy machine is ten times slower.
const common = { testTimeout: 300_000, hookTimeout: 300_000, env: { CHECK: "1", NO_COLOR: "1", TMPDIR: temporary } };

// Tests run on the sources, with the runtime that Node takes. Most share a process with others: the compiler and TypeScript are read once and not 150
// times. `--mode quick` leaves out what takes long.
export default defineConfig(({ mode }) => {
  const left = mode === "quick" ? [...memory, ...long] : memory;
  return {
    resolve: {
      alias: [{ find: "#host", replacement: here("./src/node/host.ts") }, ...entries],
    },
    test: {
      maxWorkers: "100%",
      sequence: { sequencer: LongFirst },
      projects: [
        {
          extends: true,
          test: { ...common, name: "shared", include: ["test/**/*.test.ts"], exclude: [...alone, ...left], isolate: false, execArgv: room },
        },
        { extends: true, test: { ...common, name: "alone", include: alone } },
        { extends: true, test: { ...common, name: "memory", include: mode === "quick" ? [] : memory } },
      ],
    },
  };
});
