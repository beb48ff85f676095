// A folder outside of this repository in which a host is tried: its packages, the runtime's own package, and the built model.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Outcome, trainScript } from "../../test/package/app.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What is shared by all projects: the packed runtime, and a folder with the built model. */
export interface Shared {
  readonly tarball: string;
  readonly built: string;
}

export interface Project {
  readonly folder: string;
  /** Writes files by path. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a command that the packages bring, or any other, and gives what it prints. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Starts a server, waits until it answers at a port of its own, and gives its address. `PORT` says which; `$PORT` in an argument is replaced. */
  start(command: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(url).catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Packs gradc and its runtime, and builds the housing model as a project sees it in which the runtime is installed. */
export async function prepare(folder: string): Promise<Shared> {
  await run(process.execPath, [join(root, "scripts/pack.js"), folder]);
  const tarball = join(folder, "gradc-runtime-0.1.0.tgz");
  const built = join(folder, "built");
  await install(built, [tarball]);
  const model = join(root, "examples/housing/housing.model.ts");
  await run(process.execPath, [join(root, "bin/gradc.js"), "build", model, "--profile", "fast", "-o", join(built, "model")]);
  await writeFile(join(built, "model/train.js"), trainScript("housing.js"));
  await run(process.execPath, [join(root, "bin/gradc.js"), "build", model, "--profile", "fast", "--standalone", "-o", join(built, "standalone")]);
  await writeFile(join(built, "standalone/train.js"), trainScript("housing.js"));
  return { tarball, built };
}

async function install(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "name": "host", "private": true, "type": "module" }');
  await run("npm", ["install", "--no-audit", "--no-fund", ...packages], { cwd: folder });
}

/** Makes a project with `packages`, in which the built model lies in `at`; the one that needs no package where `standalone` is set. */
export async function makeProject({ tarball, built }: Shared, packages: readonly string[], at: string, standalone = false): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "gradc-host-"));
  await install(folder, standalone ? packages : [tarball, ...packages]);
  await cp(join(built, standalone ? "standalone" : "model"), join(folder, at), { recursive: true });
  const env = { ...process.env, PATH: `${join(folder, "node_modules/.bin")}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1" };
  const servers: ChildProcess[] = [];
  return {
    folder,
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
    },
    run: async (command, ...args) => (await run(command, args, { cwd: folder, env, maxBuffer: 2 ** 26 })).stdout,
    async start(command, ...args) {
      const port = String(await freePort());
      const replaced = args.map((arg) => arg.replace("$PORT", port));
      servers.push(spawn(command, replaced, { cwd: folder, env: { ...env, PORT: port, HOST: "127.0.0.1" }, stdio: "ignore", detached: true }));
      const url = `http://127.0.0.1:${port}`;
      await untilAnswers(url);
      return url;
    },
    async close() {
      // The whole group: some servers are started by others.
      for (const { pid } of servers) if (pid !== undefined) process.kill(-pid);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The outcome that a program printed, or that a server answers with. */
export const outcomeIn = (text: string): Outcome => JSON.parse(text);
