// The packages as they are installed: packed and unpacked beside what they depend on, without the network.
import { execFile } from "node:child_process";
import { mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const run = promisify(execFile);

/** Unpacks the tarball of a package into `node_modules` of a folder. */
async function unpack(tarball: string, folder: string, name: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(modules, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", modules]);
  await rename(join(modules, "package"), join(modules, name));
}

/** Puts gradc, what it depends on and its command into a folder. */
export async function installGradc(tarballs: string, folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await unpack(join(tarballs, "gradc-0.1.0.tgz"), folder, "gradc");
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, "node_modules", name), join(modules, name), "dir");
  }
  await mkdir(join(modules, ".bin"));
  await symlink("../gradc/bin/gradc.js", join(modules, ".bin/gradc"));
}

/** Puts the runtime's own package into a folder, by its name or by another. */
export const installRuntime = (tarballs: string, folder: string, name = "gradc-runtime"): Promise<void> =>
  unpack(join(tarballs, "gradc-runtime-0.1.0.tgz"), folder, name);

/** Makes a folder with this package.json. */
export async function makeProject(folder: string, settings: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, ...settings }));
}
