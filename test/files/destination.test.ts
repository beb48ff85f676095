import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { destinationOf } from "../../files/destination.ts";
import { refuseOver } from "../../src/cli/files/refuse.ts";

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-files-"));
  await mkdir(at("real"));
  await writeFile(at("real", "data.csv"), "data");
  await symlink("real", at("folder-link"));
  await symlink(join("real", "data.csv"), at("link.csv"));
  await symlink("link.csv", at("second.csv"));
  await link(at("real", "data.csv"), at("hard.csv"));
  await symlink(join("real", "new.csv"), at("dangling.csv"));
  await symlink("circle", at("circle"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("where a path leads", () => {
  test.each([
    ["a file", ["real", "data.csv"], ["real", "data.csv"]],
    ["a link", ["link.csv"], ["real", "data.csv"]],
    ["a link to a link", ["second.csv"], ["real", "data.csv"]],
    ["through a linked folder", ["folder-link", "data.csv"], ["real", "data.csv"]],
    ["a link to what is not there yet", ["dangling.csv"], ["real", "new.csv"]],
    ["folders that are not there yet", ["folder-link", "a", "b.csv"], ["real", "a", "b.csv"]],
  ])("%s", async (_, given, path) => {
    expect(await destinationOf(at(...given))).toMatchObject({ given: at(...given), path: at(...path), isFile: true });
  });

  test("links in a circle, and a file as folder, are named", async () => {
    await expect(destinationOf(at("circle"))).rejects.toThrow(`Cannot write "${at("circle")}": its links lead in a circle`);
    await expect(destinationOf(at("real", "data.csv", "x"))).rejects.toThrow("a part of its path is a file");
  });

  test.runIf(process.platform === "linux")("a device and an open file are no files to replace", async () => {
    expect((await destinationOf("/dev/null")).isFile).toBe(false);
    expect(await destinationOf("/dev/stdout")).toMatchObject({ isFile: false, stream: process.stdout });
    await symlink("/dev/stderr", at("errors"));
    expect((await destinationOf(at("errors"))).stream).toBe(process.stderr);
  });
});

describe("what is read stays", () => {
  test.each([["real/data.csv"], ["link.csv"], ["second.csv"], ["folder-link/data.csv"], ["hard.csv"], ["real/../real/data.csv"]])(
    "%s",
    async (path) => {
      const written = refuseOver(join(folder, path), { "the module": [undefined, at("other")], "the data": [at("real", "data.csv")] });
      await expect(written).rejects.toThrow(`Cannot write "${join(folder, path)}": it holds the data`);
    },
  );

  test("another file does not count, nor one that is not there", async () => {
    await refuseOver(at("real", "data"), { "the data": [at("real", "data.csv"), at("none.csv")] });
    await refuseOver(at("dangling.csv"), { "the data": [at("real", "data.csv")] });
    await expect(refuseOver(at("dangling.csv"), { "the module": [at("real", "new.csv")] })).rejects.toThrow("it holds the module");
    expect(await readFile(at("real", "data.csv"), "utf8")).toBe("data");
  });
});
