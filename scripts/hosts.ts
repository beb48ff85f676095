// Tries the built housing model in real builds, each in a project of its own outside of this repository, and writes what came of it into
// docs/hosts.md: `npm run hosts`, or `npm run hosts -- vite next` for those whose names have one of these words. Needs a package registry.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../test/browser/chromium.ts";
import { serve } from "../test/browser/server.ts";
import type { Outcome } from "../test/package/app.ts";
import { answersOf } from "../test/package/bundlers.ts";
import type { Host, Shower } from "./hosts/host.ts";
import { pages } from "./hosts/pages.ts";
import { makeProject, prepare, root, type Shared } from "./hosts/project.ts";
import { servers } from "./hosts/servers.ts";

const document = join(root, "docs/hosts.md");

/** The outcome of a page. @throws the first error of its scripts */
async function outcomeOf(tab: Page, url: string): Promise<Outcome> {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  tab.on("pageerror", fail);
  try {
    await tab.goto(url);
    const found = tab.waitForFunction("globalThis.outcome", undefined, { timeout: 30_000 }).then(() => tab.evaluate("outcome"));
    return (await Promise.race([found, failed])) as Outcome;
  } finally {
    tab.off("pageerror", fail);
  }
}

const showerIn = (tab: Page): Shower => ({
  open: (url) => outcomeOf(tab, url),
  async show(folder) {
    // Import maps are scripts within a page, which the policy of the other tests forbids.
    const answers = Object.entries(await answersOf(folder, "")).map(([path, answer]) => [path, { ...answer, policy: "" }]);
    const site = await serve(Object.fromEntries(answers));
    try {
      return await outcomeOf(tab, `${site.url}/index.html`);
    } finally {
      site.close();
    }
  },
});

async function tryHost(shared: Shared, { packages, at = ".", standalone, run }: Host, shower: Shower): Promise<Outcome> {
  const project = await makeProject(shared, packages, at, standalone);
  try {
    return await run(project, shower);
  } finally {
    await project.close();
  }
}

/** One line for a cell of the table. */
const shorten = (text: string): string => text.replace(/\s+/g, " ").replace(/\|/g, "\\|").slice(0, 200);

/** What came of a host: the same bits as in Node, other bits, or the error. */
async function resultOf(shared: Shared, host: Host, shower: Shower, expected: Outcome): Promise<string> {
  try {
    const { state, price, profile } = await tryHost(shared, host, shower);
    const isSame = JSON.stringify([state, price]) === JSON.stringify([expected.state, expected.price]);
    return isSame ? `the same bits as in Node; takes the module ${profile}` : "other bits";
  } catch (error) {
    return `fails: ${shorten((error as Error).message)}`;
  }
}

/** The table with new rows for the hosts that were tried; the others stay. */
async function writeTable(rows: ReadonlyMap<string, string>): Promise<void> {
  const text = await readFile(document, "utf8");
  const table = /(?<=<!-- hosts -->\n)[\s\S]*?(?=<!-- end -->)/;
  const kept = new Map((table.exec(text)?.[0] ?? "").split("\n").map((line) => [line.split(" | ")[0]?.slice(2) ?? "", line]));
  const all = Object.keys({ ...servers, ...pages }).flatMap((name) => rows.get(name) ?? kept.get(name) ?? []);
  await writeFile(
    document,
    text.replace(table, () => ["| host | what it takes | result |", "|---|---|---|", ...all, ""].join("\n")),
  );
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const hosts = Object.entries({ ...servers, ...pages }).filter(
  ([name]) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);
const folder = await mkdtemp(join(tmpdir(), "gradc-hosts-"));
const rows = new Map<string, string>();
let browser: Browser | undefined;
try {
  const shared = await prepare(folder);
  browser = await launchChromium();
  const shower = showerIn(await browser.newPage());
  const expected = await tryHost(shared, servers.Node as Host, shower);
  for (const [name, host] of hosts) {
    const result = await resultOf(shared, host, shower, expected);
    console.log(`${name}: ${result}`);
    rows.set(name, `| ${name} | ${host.how} | ${result} |`);
    if (!result.startsWith("the same")) process.exitCode = 1;
  }
} finally {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
}
await writeTable(rows);
