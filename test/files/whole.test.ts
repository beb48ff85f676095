import { spawnSync } from "node:child_process";
import { chmod, link, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkWritable, writeWhole } from "../../files/whole.ts";

/** More than any system counts processes. */
const nobody = 2 ** 30;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const text = (...parts: string[]) => readFile(at(...parts), "utf8");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file in folders that are not there", async () => {
  await writeWhole(at("a", "b", "c.txt"), "content");
  expect(await text("a", "b", "c.txt")).toBe("content");
  expect(await readdir(at("a", "b"))).toEqual(["c.txt"]);
});

test("a link leads to the file that is written, also one that dangles", async () => {
  await writeFile(at("real.txt"), "old");
  await symlink("real.txt", at("link.txt"));
  await symlink("new.txt", at("dangling.txt"));
  for (const name of ["link.txt", "dangling.txt"]) await writeWhole(at(name), "content");
  expect((await lstat(at("link.txt"))).isSymbolicLink()).toBe(true);
  expect([await text("real.txt"), await text("new.txt")]).toEqual(["content", "content"]);
});

test("a file of two names keeps both", async () => {
  await writeFile(at("one.txt"), "a long old content");
  await link(at("one.txt"), at("two.txt"));
  await writeWhole(at("two.txt"), "content");
  expect(await text("one.txt")).toBe("content");
  expect((await readdir(folder)).sort()).toEqual(["one.txt", "two.txt"]);
});

test.skipIf(process.platform === "win32")("permissions stay, and a new file has those of the user", async () => {
  await writeFile(at("own.txt"), "old");
  for (const mode of [0o600, 0o640, 0o755]) {
    await chmod(at("own.txt"), mode);
    await writeWhole(at("own.txt"), "content");
    expect((await stat(at("own.txt"))).mode & 0o7777).toBe(mode);
  }
  const before = process.umask(0o027);
  await writeWhole(at("new.txt"), "content");
  process.umask(before);
  expect((await stat(at("new.txt"))).mode & 0o7777).toBe(0o640);
});

test("what ended processes left is removed, and nothing else", async () => {
  const others = [`x.txt.${process.ppid}.tmp`, `y.txt.${nobody}.tmp`, "x.txt.tmp", "x.txt.1a.tmp"];
  for (const name of [...others, `x.txt.${nobody}.tmp`, `x.txt.${process.pid}.tmp`]) await writeFile(at(name), "");
  await writeWhole(at("x.txt"), "content");
  expect((await readdir(folder)).sort()).toEqual([...others, "x.txt"].sort());
});

describe.runIf(process.platform === "linux")("what is no file", () => {
  test("a pipe gets the content, and stays", async () => {
    spawnSync("sh", ["-c", 'mkfifo "$0"', at("pipe")]);
    const read = readFile(at("pipe"), "utf8");
    await checkWritable(at("pipe"));
    await writeWhole(at("pipe"), "content");
    expect(await read).toBe("content");
    expect((await stat(at("pipe"))).isFIFO()).toBe(true);
  });

  // A device of our own: a mistake here must not replace one of the machine.
  test("a device takes what it takes", async ({ skip }) => {
    const { status } = spawnSync("sh", ["-c", 'mknod "$0" c 1 7', at("full")]);
    if (status !== 0) skip("only the administrator makes devices");
    await expect(writeWhole(at("full"), "content")).rejects.toThrow(`Cannot write "${at("full")}": ENOSPC: no space left on device`);
    expect((await stat(at("full"))).isCharacterDevice()).toBe(true);
    expect(await readdir(folder)).toEqual(["full"]);
  });
});

describe("what cannot be written", () => {
  test("a folder, and a path in a file, are refused and leave nothing", async () => {
    await writeFile(at("file"), "");
    for (const write of [(path: string) => writeWhole(path, "content"), checkWritable]) {
      await expect(write(folder)).rejects.toThrow(`Cannot write "${folder}": it is a folder`);
      await expect(write(at("file", "a", "b"))).rejects.toThrow("a part of its path is a file");
    }
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("a check leaves no folders either", async () => {
    await checkWritable(at("a", "b", "c.txt"));
    expect(await readdir(folder)).toEqual([]);
  });
});
