// Hosts that are pages: each builds a project and gives the folder or the address to show, and the page that runs there.
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { page, pageScript } from "../../test/package/app.ts";
import type { Host } from "./host.ts";

/** A page that asks a worker. */
const workerPage = (worker: string): string => `const worker = new Worker(${worker}, { type: "module" });
globalThis.outcome = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});
`;
const workerScript = 'import { train } from "./train.js";\ntrain().then((outcome) => postMessage(outcome));\n';

const app = { "index.html": page("./page.js"), "page.js": pageScript };

const rollupSettings = `import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
export default { input: "page.js", output: { dir: "dist" }, plugins: [nodeResolve({ browser: true }), importMetaAssets()] };
`;

const webpackScript = `import webpack from "webpack";
const options = { mode: "production", entry: "./page.js", output: { path: process.cwd() + "/dist", filename: "page.js" } };
webpack(options, (error, stats) => {
  if (error || stats.hasErrors()) { console.error(error ?? stats.toString("errors-only")); process.exitCode = 1; }
});
`;

const importMap = (imports: object): string => `<script type="importmap">${JSON.stringify({ imports })}</script>`;

export const pages: Readonly<Record<string, Host>> = {
  "a page, import map": {
    how: 'no bundler; `"gradc-runtime"` is mapped to `node_modules/gradc-runtime/runtime/index.js`',
    packages: [],
    async run(project, { show }) {
      const map = importMap({ "gradc-runtime": "./node_modules/gradc-runtime/runtime/index.js" });
      await project.write({ "index.html": `<!doctype html>${map}<script type="module" src="./page.js"></script>`, "page.js": pageScript });
      return show(project.folder);
    },
  },
  "a page, `--standalone`": {
    how: "no bundler and no package",
    packages: [],
    standalone: true,
    async run(project, { show }) {
      await project.write(app);
      return show(project.folder);
    },
  },
  "a module worker, `--standalone`": {
    how: 'no bundler: `new Worker("worker.js", { type: "module" })`; import maps do not reach workers',
    packages: [],
    standalone: true,
    async run(project, { show }) {
      await project.write({ ...app, "page.js": workerPage('"./worker.js"'), "worker.js": workerScript });
      return show(project.folder);
    },
  },
  Vite: {
    how: "as it is",
    packages: ["vite"],
    async run(project, { show }) {
      await project.write(app);
      await project.run("vite", "build", "--base", "./");
      return show(join(project.folder, "dist"));
    },
  },
  "Vite, development": {
    how: "as it is",
    packages: ["vite"],
    async run(project, { open }) {
      await project.write(app);
      return open(await project.start("vite", "--host", "127.0.0.1", "--port", "$PORT"));
    },
  },
  "Vite, development, model in a package": {
    how: '`optimizeDeps: { exclude: ["housing-model"] }`: Vite would move the script of a package, but not the `.wasm` beside it',
    packages: ["vite"],
    at: "node_modules/housing-model",
    async run(project, { open }) {
      await project.write({
        "index.html": page("./page.js"),
        "page.js": pageScript.replace("./train.js", "housing-model/train.js"),
        "node_modules/housing-model/package.json": '{ "name": "housing-model", "type": "module" }',
        "vite.config.js": 'export default { optimizeDeps: { exclude: ["housing-model"] } };',
      });
      return open(await project.start("vite", "--host", "127.0.0.1", "--port", "$PORT"));
    },
  },
  "Vite, a module worker": {
    how: '`new Worker(new URL("./worker.js", import.meta.url), { type: "module" })`; `worker: { format: "es" }`',
    packages: ["vite"],
    async run(project, { show }) {
      await project.write({
        ...app,
        "page.js": workerPage('new URL("./worker.js", import.meta.url)'),
        "worker.js": workerScript,
        "vite.config.js": 'export default { base: "./", worker: { format: "es" } };',
      });
      await project.run("vite", "build");
      return show(join(project.folder, "dist"));
    },
  },
  webpack: {
    how: "as it is",
    packages: ["webpack"],
    async run(project, { show }) {
      await project.write({ ...app, "build.js": webpackScript, "dist/index.html": app["index.html"] });
      await project.run("node", "build.js");
      return show(join(project.folder, "dist"));
    },
  },
  esbuild: {
    how: "`--format=esm`; esbuild copies no assets: put the `.wasm` files beside the script",
    packages: ["esbuild"],
    async run(project, { show }) {
      await project.write({ "page.js": pageScript, "dist/index.html": app["index.html"] });
      await project.run("esbuild", "page.js", "--bundle", "--format=esm", "--outdir=dist");
      for (const name of ["housing.wasm", "housing.fast.wasm"]) await cp(join(project.folder, name), join(project.folder, "dist", name));
      return show(join(project.folder, "dist"));
    },
  },
  Rollup: {
    how: "with `@rollup/plugin-node-resolve`, and `@web/rollup-plugin-import-meta-assets`, which copies the `.wasm` files",
    packages: ["rollup", "@rollup/plugin-node-resolve", "@web/rollup-plugin-import-meta-assets"],
    async run(project, { show }) {
      await project.write({ "page.js": pageScript, "rollup.config.js": rollupSettings, "dist/index.html": app["index.html"] });
      await project.run("rollup", "--config");
      return show(join(project.folder, "dist"));
    },
  },
  Parcel: {
    how: "as it is",
    packages: ["parcel"],
    async run(project, { show }) {
      await project.write(app);
      await project.run("parcel", "build", "index.html", "--public-url", "./", "--no-cache", "--dist-dir", "dist");
      return show(join(project.folder, "dist"));
    },
  },
};
