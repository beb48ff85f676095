// A disk of 64 kB that is full; only the administrator can make one.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, save } from "gradc/checkpoint";
import { load } from "gradc/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tinyModule } from "../support/tiny-module.ts";

const inputs = { x: [1, 2, 3, 4], y: [1, 2] };
let folder = "";
let disk = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-disk-"));
  disk = join(folder, "disk");
  await mkdir(disk);
});
afterEach(async () => {
  spawnSync("umount", [disk]);
  await rm(folder, { recursive: true });
});

/** Fills what is left of the disk. */
async function fill(path: string): Promise<void> {
  await writeFile(path, new Uint8Array(2 ** 20)).catch((error) => expect(error.code).toBe("ENOSPC"));
}

test.skipIf(process.platform !== "linux")("a full disk is an error, and the checkpoints before stay", async ({ skip }) => {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  if (status !== 0) skip("only the administrator mounts a disk");
  const net = await load(tinyModule(), { seed: 3 });
  net.write("x.mean", [0.5, 0.25]);
  for (const options of [{}, { keep: 2, best: true }]) {
    net.step(inputs);
    await save(disk, net, options);
  }
  const before = (await readdir(disk)).sort();
  await fill(join(disk, "filler"));
  net.step(inputs);
  const message = `Cannot write "${join(disk, "checkpoint.safetensors")}": ENOSPC: no space left on device`;
  await expect(save(disk, net, { keep: 2, best: true })).rejects.toMatchObject({ code: "cannot-write", message });
  expect((await readdir(disk)).filter((name) => name !== "filler").sort()).toEqual(before);
  expect((await open(disk)).step).toBe(2);
  await rm(join(disk, "filler"));
  await save(disk, net, { keep: 2 });
  expect((await open(disk)).step).toBe(3);
});

test.skipIf(process.platform !== "linux")("a device that is always full is no place for checkpoints", async () => {
  await symlink("/dev/full", join(folder, "full.safetensors"));
  const net = await load(tinyModule());
  await expect(save(join(folder, "full.safetensors"), net)).rejects.toMatchObject({ code: "cannot-write" });
});
