#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

// From Node 22.8 on compiled scripts are kept in the folder for temporary files, each by its content: binaryen and TypeScript are large.
module.enableCompileCache?.();

const main = new URL("../dist/src/cli/main.js", import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("gradc is not built: run npm run build");
  process.exitCode = 1;
}
