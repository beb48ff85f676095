// Trains four small networks in several engines and compares the bits: `npm run engines -- [executable...]`.
// Beside this Node: Chromium, Firefox where it is installed, and every executable that runs a file of JavaScript, such as another Node.
import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { launchChromium } from "../test/browser/chromium.ts";
import { serve } from "../test/browser/server.ts";
import { bundleNetworks } from "../test/engines/bundle.ts";
import type { Bits } from "../test/engines/networks.ts";

type AllBits = Readonly<Record<string, Bits>>;

const folder = await mkdtemp(join(tmpdir(), "gradc-engines-"));
const run = promisify(execFile);

async function bitsOfExecutable(executable: string): Promise<AllBits> {
  const script = join(folder, "networks.mjs");
  await writeFile(script, await bundleNetworks("((bits) => console.log(JSON.stringify(bits)))"));
  return JSON.parse((await run(executable, [script])).stdout);
}

/** What a page posts to the server once it has trained; `open` shows the page at an address. */
async function bitsOfPage(open: (url: string) => Promise<() => unknown>): Promise<AllBits> {
  const script = await bundleNetworks('((bits) => fetch("/bits", { method: "POST", body: JSON.stringify(bits) }))');
  const page = '<!doctype html><script type="module" src="/networks.js"></script>';
  const site = await serve({ "/networks.html": { body: page }, "/networks.js": { body: script } });
  const close = await open(`${site.url}/networks.html`);
  const bits = JSON.parse(await site.posted);
  await close();
  site.close();
  return bits;
}

async function openInChromium(url: string): Promise<() => Promise<void>> {
  const browser = await launchChromium();
  await (await browser.newPage()).goto(url);
  return () => browser.close();
}

async function openInFirefox(url: string): Promise<() => unknown> {
  const browser = spawn(firefox, ["--headless", "--no-remote", "--profile", await mkdtemp(join(folder, "profile-")), url], { stdio: "ignore" });
  return () => browser.kill();
}

const firefox = ["firefox", "firefox-esr"].find((name) => spawnSync(name, ["--version"]).status === 0) ?? "";

const engines: Readonly<Record<string, () => Promise<AllBits>>> = {
  ...Object.fromEntries([process.execPath, ...process.argv.slice(2)].map((path) => [path, () => bitsOfExecutable(path)])),
  Chromium: () => bitsOfPage(openInChromium),
  ...(firefox && { Firefox: () => bitsOfPage(openInFirefox) }),
};

const found = new Set<string>();
for (const [engine, bitsOf] of Object.entries(engines)) {
  const bits = await bitsOf();
  found.add(JSON.stringify(bits));
  console.log(engine);
  for (const [name, { wasm, state }] of Object.entries(bits))
    console.log(`  ${name.padEnd(14)} module ${wasm.slice(0, 16)}  state ${state.slice(0, 16)}`);
}
console.log(found.size === 1 ? "The same bits everywhere" : "The bits differ");
process.exitCode = found.size === 1 ? 0 : 1;
await rm(folder, { recursive: true, force: true });
