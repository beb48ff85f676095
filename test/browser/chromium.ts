import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packaged from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
const unpacked = join(cache, "gradc-chromium");

/**
 * The Chromium that the npm package holds, unpacked once. It unpacks to the folder for temporary files, so that one is made for the purpose and
 * takes its final name when it is complete: runs at the same time, or stopped half-way, leave no broken browser behind.
 */
async function unpack(): Promise<string> {
  const executable = join(unpacked, "chromium");
  if (existsSync(executable)) return executable;
  await mkdir(cache, { recursive: true });
  const before = process.env.TMPDIR;
  const folder = await mkdtemp(join(cache, "unpacking-"));
  process.env.TMPDIR = folder;
  await packaged.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  await rename(folder, unpacked).catch(() => rm(folder, { recursive: true }));
  return executable;
}

/** Chromium without a window: the one from npm, which is for Linux on x64, elsewhere the Chrome that is installed. */
export async function launchChromium(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64") return chromium.launch({ channel: "chrome" });
  return chromium.launch({ executablePath: await unpack(), args: [...packaged.args, "--no-sandbox"] });
}
