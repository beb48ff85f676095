// Definition files in Node. The package's `imports` choose between this and `no-host.ts`, so that nothing of Node is in what pages load.
import { readFileSync, statSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import type { Host, Packages } from "../../compiler/frontend/host.ts";

function packagesFor(file: string): Packages {
  const native = createRequire(file);
  return {
    stateOf(specifier) {
      try {
        native.resolve(specifier);
        return "open";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" ? "missing" : "closed";
      }
    },
    load: native,
  };
}

export const host: Host = {
  root: fileURLToPath(new URL("../../", import.meta.url)),
  paths: { resolve, relative: (from, to) => relative(from, to).split(sep).join("/"), dirname, basename },
  pathOf: (url) => fileURLToPath(url),
  urlOf: (path) => pathToFileURL(path).href,
  kindOf(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && (found.isFile() ? "file" : "other");
  },
  readText: (path) => readFileSync(path, "utf8"),
  packagesFor,
  evaluate(code, path, given) {
    compileFunction(code, Object.keys(given), { filename: path })(...Object.values(given));
  },
  writtenAt(map, line, column) {
    const entry = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
    return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined;
  },
};
