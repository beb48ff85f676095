import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What replaces a module or a global while it is loaded, or prints nodes in order of their making: in a process of its own. */
const alone = [
  "test/compiler/passes/rules.test.ts",
  "test/runtime/{load,net}.test.ts",
  "test/src/cli/{visible,files/set}.test.ts",
  "test/errors/untouched.test.ts",
];

/** What counts on the heap: in a process of its own too. */
const memory = ["test/memory/**/*.test.ts"];

/** What takes longest: whole networks under every check, whole trainings, processes, definition files under the type checker, and what documents show. */
const long = [
  "test/{bits,browser,fuzz,growth,package,pytorch}/**/*.test.ts",
  "test/compiler/{ops/new-op,pipeline/check-models,schedule/schedule-run,trace/networks,wasm/schedules}.test.ts",
  "test/src/cli/{process,train,train-best,train-report,tables,inspect,untrained,build,check,predict,allow,plot,train-watch}.test.ts",
  "test/compiler/frontend/{conditions,elsewhere}.test.ts",
  "test/{commands,docs,examples,programs,recipes,reference}.test.ts",
  "test/errors/{errors,names}.test.ts",
  "test/src/lints/document.test.ts",
  "test/use/{files,gradients}.test.ts",
];

// Every graph and every memory plan of every module that a test builds is verified, and texts are without colours wherever tests run. Limits of time
// are there for what hangs: a busy machine is ten times slower.
const common = { testTimeout: 300_000, hookTimeout: 300_000, env: { CHECK: "1", NO_COLOR: "1" } };

// Tests run on the sources, with the runtime that Node takes. Most share a process with others: the compiler is read once and not 150 times.
export default defineConfig({
  resolve: {
    alias: [
      { find: "#host", replacement: here("./src/node/host.ts") },
      { find: /^gradc$/, replacement: here("./src/index.ts") },
      { find: /^gradc\/compiler$/, replacement: here("./src/compile.ts") },
      { find: /^gradc\/runtime$/, replacement: here("./runtime/index.node.ts") },
      { find: /^gradc\/data$/, replacement: here("./data/index.ts") },
    ],
  },
  test: {
    maxWorkers: "100%",
    projects: [
      { extends: true, test: { ...common, name: "quick", include: ["test/**/*.test.ts"], exclude: [...alone, ...memory, ...long], isolate: false } },
      { extends: true, test: { ...common, name: "long", include: long, isolate: false } },
      { extends: true, test: { ...common, name: "alone", include: alone } },
      { extends: true, test: { ...common, name: "memory", include: memory } },
    ],
  },
});
