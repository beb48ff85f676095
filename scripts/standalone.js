// The runtime as text, which `gradc build --standalone` puts into a script: one file of JavaScript, and one of declarations.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "@ts-morph/common";
import { buildSync } from "esbuild";

// One script for pages and for Node, which is asked for its files where it runs: an import of them would keep pages from loading it.
const entry = `
import { cannotReadFile } from "./diagnostics.js";
import { loadFrom } from "./load.js";
export * from "./index.js";

async function open(address, what) {
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  const isFile = /^file:/i.test(address);
  if (!files || (!isFile && /^[a-z][a-z\\d+.-]+:/i.test(address))) return fetch(address);
  return files.readFile(isFile ? new URL(address) : address).catch((error) => { throw cannotReadFile(address, error, what); });
}

export const load = (source, options) => loadFrom(open, source, options);
`;

/** A script that defines `runtime`, with what it exports. */
function scriptOf(folder) {
  const options = { bundle: true, format: "iife", globalName: "runtime", minify: true, target: "es2022", write: false };
  return buildSync({ ...options, stdin: { contents: entry, resolveDir: folder } }).outputFiles[0].text;
}

/** The declarations that `declaration` names, in files of the runtime. */
function namedIn(checker, declaration, folder) {
  const found = [];
  const visit = (node) => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    found.push(...(meant?.declarations ?? []));
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.map(statementOf).filter((statement) => statement?.getSourceFile().fileName.startsWith(folder));
}

/** The statement of a file that a declaration is or belongs to; a variable's is not the declaration itself. */
function statementOf(node) {
  if (!node || ts.isSourceFile(node)) return undefined;
  return ts.isSourceFile(node.parent) ? node : statementOf(node.parent);
}

/** A declaration with its comment. `load` is named otherwise in a script, and its type says nothing that others do not. */
function declarationText(statement, isExported) {
  const text = statement
    .getFullText()
    .trim()
    .replace(/^((?:\/\*\*[\s\S]*?\*\/\s*)?)export /, "$1");
  return isExported ? text.replace(/^((?:\/\*\*[\s\S]*?\*\/\s*)?)/, "$1export ") : text;
}

/** All that a program may name of the runtime but `load`, and what those declarations name, without imports. */
function declarationsOf(folder) {
  const index = join(folder, "index.d.ts");
  const program = ts.createProgram([index], { lib: ["lib.es2022.d.ts", "lib.dom.d.ts"], module: ts.ModuleKind.NodeNext, types: [] });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(index)));
  const meant = exported.map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  const roots = meant.filter(({ name }) => name !== "load").flatMap(({ declarations }) => declarations.map(statementOf));
  const all = new Set(roots);
  for (const statement of all) for (const other of namedIn(checker, statement, folder)) all.add(other);
  // Without this line every declaration of a `.d.ts` would count as exported.
  return [...[...all].map((statement) => declarationText(statement, roots.includes(statement))), "export {};"].join("\n\n");
}

/** Writes `standalone.js` and `standalone.d.ts` beside the built runtime in `folder`. */
export function writeStandalone(folder) {
  writeFileSync(join(folder, "standalone.js"), scriptOf(folder));
  writeFileSync(join(folder, "standalone.d.ts"), `${declarationsOf(folder)}\n`);
}
