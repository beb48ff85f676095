// Hosts that are programs or answer requests.
import type { Outcome } from "../../test/package/app.ts";
import type { Host } from "./host.ts";
import { outcomeIn, type Project } from "./project.ts";

const program = 'import { train } from "./train.js";\nconsole.log(JSON.stringify(await train()));\n';

const bundled = `import { readFileSync } from "node:fs";
import { train } from "./train.js";
train(() => readFileSync("housing.wasm")).then((outcome) => console.log(JSON.stringify(outcome)));
`;

async function printedBy(project: Project, command: string, ...args: readonly string[]): Promise<Outcome> {
  await project.write({ "main.js": program });
  return outcomeIn(await project.run(command, ...args, "main.js"));
}

const worker = `import exact from "./housing.wasm";
import fast from "./housing.fast.wasm";
import { train } from "./train.js";
export default { fetch: async () => Response.json(await train(() => ({ exact, fast }))) };
`;

const miniflareScript = `import { Miniflare } from "miniflare";
const rules = [{ type: "CompiledWasm", include: ["**/*.wasm"] }, { type: "ESModule", include: ["**/*.js"] }];
const worker = new Miniflare({ modules: true, scriptPath: "dist.js", modulesRules: rules, compatibilityDate: "2025-06-01" });
console.log(await (await worker.dispatchFetch("http://localhost/")).text());
await worker.dispose();
`;

const requestOf = (modules: string): string => `import { train } from "$lib/train.js";
${modules}
export const GET = async () => Response.json(await train(source));
`;

const svelteFiles = {
  "svelte.config.js": 'import adapter from "@sveltejs/adapter-node";\nexport default { kit: { adapter: adapter() } };',
  "vite.config.js": 'import { sveltekit } from "@sveltejs/kit/vite";\nexport default { plugins: [sveltekit()] };',
  "src/app.html": "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>",
  "src/routes/+page.svelte": `<script>\nimport { onMount } from "svelte";\nimport { train } from "$lib/train.js";\nonMount(() => { globalThis.outcome = train(); });\n</script>`,
  "src/routes/train/+server.js": requestOf(`import { read } from "$app/server";
import exact from "$lib/housing.wasm?url";
import fast from "$lib/housing.fast.wasm?url";
const source = () => ({ exact: read(exact), fast: read(fast) });`),
};

const nextFiles = {
  "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
  "app/page.js": `"use client";\nimport { useEffect } from "react";\nimport { train } from "../lib/train.js";\nexport default function Page() { useEffect(() => { globalThis.outcome = train(); }); return null; }`,
  "app/train/route.js": `import { train } from "../../lib/train.js";\nexport const dynamic = "force-dynamic";\nexport const GET = async () => Response.json(await train());`,
};

async function answer(url: string): Promise<Outcome> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return outcomeIn(await response.text());
}

/** A framework, whose site has a page and an address `/train` that trains at a request. */
interface Framework extends Pick<Host, "packages" | "at"> {
  /** Builds the site and starts it; gives its address. */
  start(project: Project): Promise<string>;
}

const sveltekit: Framework = {
  packages: ["@sveltejs/kit", "svelte", "@sveltejs/vite-plugin-svelte", "@sveltejs/adapter-node@5", "vite"],
  at: "src/lib",
  async start(project) {
    await project.write(svelteFiles);
    await project.run("vite", "build");
    return project.start("node", "build");
  },
};

const next: Framework = {
  packages: ["next", "react", "react-dom"],
  at: "lib",
  async start(project) {
    await project.write(nextFiles);
    await project.run("next", "build");
    return project.start("next", "start", "--port", "$PORT");
  },
};

const page = (how: string, { start, ...needs }: Framework): Host => ({ how, ...needs, run: async (project, { open }) => open(await start(project)) });
const request = (how: string, { start, ...needs }: Framework): Host => ({
  how,
  ...needs,
  run: async (project) => answer(`${await start(project)}/train`),
});

export const servers: Readonly<Record<string, Host>> = {
  Node: { how: "as it is", packages: [], run: (project) => printedBy(project, "node") },
  "Node, a CommonJS bundle": {
    how: "`load(await readFile(path))`: such a bundle, here by esbuild, does not know where it lies",
    packages: ["esbuild"],
    async run(project) {
      await project.write({ "main.js": bundled });
      await project.run("esbuild", "main.js", "--bundle", "--platform=node", "--format=cjs", "--outfile=main.cjs");
      return outcomeIn(await project.run("node", "main.cjs"));
    },
  },
  Deno: { how: "as it is; `--allow-read`", packages: ["deno"], run: (project) => printedBy(project, "deno", "run", "--allow-read") },
  Bun: { how: "as it is", packages: ["bun"], run: (project) => printedBy(project, "bun", "run") },
  "workerd (Cloudflare Workers)": {
    how: '`import exact from "./housing.wasm"`, then `load({ exact, fast })`: only modules that are a part of the worker may be run there',
    packages: ["miniflare", "esbuild"],
    async run(project) {
      await project.write({ "worker.js": worker, "main.js": miniflareScript });
      await project.run("esbuild", "worker.js", "--bundle", "--format=esm", "--external:*.wasm", "--outfile=dist.js");
      return outcomeIn(await project.run("node", "main.js"));
    },
  },
  "SvelteKit, a page": page("as it is", sveltekit),
  "SvelteKit, a request": request(
    '`import exact from "$lib/housing.wasm?url"`, then `load({ exact: read(exact), fast: read(fast) })` with `read` of `$app/server`',
    sveltekit,
  ),
  "Next, a page": page("as it is", next),
  "Next, a request": request("as it is", next),
};
