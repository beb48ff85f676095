import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type OutputFile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** One file of JavaScript and the files it is made of, from the root of this repository. */
interface Bundle {
  readonly code: string;
  /** The file and the parts that it fetches when it needs them, by name. */
  readonly parts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
}

// In the part of binaryen that is for Node.
const unreached = ["node:module"];

/** Bundles for a page, unless `options` say otherwise. */
export async function bundle(options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    alias: { "#host": "./src/no-host.ts", gradc: "./src/index.ts", "gradc/compiler": "./src/compile.ts", "gradc/runtime": "./runtime/index.ts" },
    bundle: true,
    external: unreached,
    format: "esm",
    metafile: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    ...options,
    write: false,
  });
  const parts = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
  return { code: (outputFiles[0] as OutputFile).text, parts, files: Object.keys(metafile?.inputs ?? {}) };
}

const given = (files: Readonly<Record<string, string>>): Plugin => ({
  name: "given",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\// }, ({ path }) => (files[path] === undefined ? undefined : { path, namespace: "given" }));
    onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => ({ contents: files[path] as string, resolveDir: root }));
  },
});

/** A script of a page, which imports `files` by name. */
export const bundlePage = async (contents: string, files: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await bundle({ stdin: { contents, resolveDir: root }, plugins: [given(files)] })).code;

/** A script that trains the networks of `networks.ts` and hands their bits to `report`, an expression; it runs in every engine. */
export async function bundleNetworks(report: string): Promise<string> {
  const contents = `import { bitsHere } from "./test/engines/networks.ts";\nexport const bits = await bitsHere();\n${report}(bits);`;
  return (await bundle({ stdin: { contents, resolveDir: root }, minify: false })).code;
}

/** The parts of the script of a page that compiles: `entry` and what it fetches when it needs it. */
export const bundleCompiler = async (entry: string): Promise<Bundle["parts"]> =>
  (await bundle({ entryPoints: [entry], splitting: true, outdir: "out" })).parts;
