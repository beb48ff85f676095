// Packs two tarballs out of one build, `npm run pack [FOLDER]`: gradc, and gradc-runtime, which is all that a program with built models needs.
// Neither depends on the other.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// Who installs it runs no script and needs nothing of what builds and tests it.
const { scripts: _, devDependencies: __, ...gradc } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { version, license, type, engines, private: unpublished, sideEffects, exports } = gradc;

const entry = JSON.parse(JSON.stringify(exports["./runtime"]).replaceAll("./dist/", "./"));

const runtime = {
  name: "gradc-runtime",
  version,
  private: unpublished,
  description: "Loads and trains the WebAssembly modules that gradc makes of neural networks",
  license,
  type,
  engines,
  sideEffects,
  // For those who do not read `exports`, such as Parcel.
  main: entry.default,
  types: entry.types,
  // `./runtime` is for those who install this package by the name of gradc.
  exports: { ".": entry, "./runtime": entry, "./package.json": "./package.json" },
  files: ["runtime"],
};

const readme = `# gradc-runtime

Loads and trains the WebAssembly modules that gradc makes of neural networks, in pages, workers and on servers: \`load\`, \`fit\` and \`pack\` of \`gradc/runtime\`, without the compiler.
\`gradc build\` writes files that import this package where it finds it installed.

\`\`\`js
import { fit, load } from "gradc-runtime";
const net = await load(new URL("./housing.wasm", import.meta.url));
\`\`\`
`;

// The standalone runtime is a part of the compiler: it writes it into other files.
const isShipped = (path) => !basename(path).startsWith("standalone.");

/** Makes a folder of what a package holds, and gives it. */
function stage(folder, manifest, copy) {
  mkdirSync(folder);
  copy(folder);
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

function copyGradc(folder) {
  for (const name of [...gradc.files, "README.md"]) cpSync(join(root, name), join(folder, name), { recursive: true });
}

function copyRuntime(folder) {
  cpSync(join(root, "dist/runtime"), join(folder, "runtime"), { recursive: true, filter: isShipped });
  writeFileSync(join(folder, "README.md"), readme);
}

const run = (file, ...args) => execFileSync(file, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

const destination = resolve(process.argv[2] ?? ".");
const staged = mkdtempSync(join(tmpdir(), "gradc-pack-"));
try {
  run(process.execPath, "scripts/build.js");
  const folders = [stage(join(staged, "gradc"), gradc, copyGradc), stage(join(staged, "gradc-runtime"), runtime, copyRuntime)];
  run("npm", "pack", "--ignore-scripts", "--pack-destination", destination, ...folders);
} finally {
  rmSync(staged, { recursive: true });
}
