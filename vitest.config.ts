import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Tests run on the sources, with the runtime that Node takes.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^gradc$/, replacement: here("./src/index.ts") },
      { find: /^gradc\/compiler$/, replacement: here("./src/compile.ts") },
      { find: /^gradc\/runtime$/, replacement: here("./runtime/index.node.ts") },
      { find: /^gradc\/data$/, replacement: here("./data/index.ts") },
    ],
  },
  // Every graph and every memory plan of every module that a test builds is verified.
  test: { include: ["test/**/*.test.ts"], testTimeout: 30_000, env: { CHECK: "1" } },
});
