import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { finishSet, halvesAt, writeSet } from "../../../../src/cli/files/set.ts";

// The last step of each file is a rename: `failing` stands in for it.
vi.mock("node:fs/promises", { spy: true });

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const names = ["net.safetensors", "net.wasm", "net.js"];
const files = (content: string) => Object.fromEntries(names.map((name) => [name, `${content} ${name}`]));
const contents = async () => Promise.all(names.map(async (name) => (await readFile(at(name), "utf8")).split(" ")[0]));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-set-"));
  await writeSet(folder, files("old"));
});
afterEach(async () => {
  vi.mocked(rename).mockReset();
  await rm(folder, { recursive: true });
});

/** Renames as ever, but for the one of that number, which does as it is told. */
async function failing(number: number, instead: () => Promise<void>): Promise<void> {
  const { rename: real } = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
  let count = 0;
  vi.mocked(rename).mockImplementation((from, to) => (count++ === number ? instead() : real(from, to)));
}

/** Writes the set until the process would have been killed, before the rename of that number. */
async function killedAt(number: number, content: string): Promise<void> {
  await new Promise<void>((killed) => {
    void failing(number, () => {
      killed();
      return new Promise(() => undefined);
    }).then(() => writeSet(folder, files(content)));
  });
  vi.mocked(rename).mockReset();
}

test("all files, and nothing beside them", async () => {
  await writeSet(folder, files("new"));
  expect(await contents()).toEqual(["new", "new", "new"]);
  expect((await readdir(folder)).sort()).toEqual([...names].sort());
});

describe("a failure before the first rename leaves all as they were", () => {
  test("a place that is a folder", async () => {
    await rm(at("net.js"));
    await mkdir(at("net.js"));
    await expect(writeSet(folder, files("new"))).rejects.toThrow(`Cannot write "${at("net.js")}": it is a folder`);
    expect(await readFile(at("net.safetensors"), "utf8")).toBe("old net.safetensors");
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });

  test("a name that leads elsewhere, and two names of one file", async () => {
    await expect(writeSet(at("deep"), { ...files("new"), "../net.js": "new" })).rejects.toThrow("its name leads to another folder");
    await rm(at("net.js"));
    await (await import("node:fs/promises")).symlink("net.wasm", at("net.js"));
    await expect(writeSet(folder, files("new"))).rejects.toThrow('it is the same file as "net.wasm"');
    expect(await contents()).toEqual(["old", "old", "old"]);
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });

  test("the first rename", async () => {
    await failing(0, () => Promise.reject(Object.assign(new Error("EPERM: no"), { code: "EPERM" })));
    await expect(writeSet(folder, files("new"))).rejects.toThrow("EPERM");
    expect(await contents()).toEqual(["old", "old", "old"]);
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });
});

describe("between the renames", () => {
  test("a failure names what is new and what is old, and a later run too", async () => {
    await failing(1, () => Promise.reject(Object.assign(new Error("EPERM: no"), { code: "EPERM" })));
    await expect(writeSet(folder, files("new"))).rejects.toThrow("new  net.safetensors\n  old  net.wasm, net.js");
    expect(await contents()).toEqual(["new", "old", "old"]);
    expect(await halvesAt(at("net.wasm"))).toEqual({ written: ["net.safetensors"], missing: ["net.wasm", "net.js"] });
  });

  test.each([0, 1, 2])("a kill before rename %i: weights are the first, and the next run leaves all new", async (number) => {
    await killedAt(number, "new");
    expect(await contents()).toEqual(names.map((_, at) => (at < number ? "new" : "old")));
    const halves = await halvesAt(at("net.js"));
    expect(halves).toEqual(number === 0 ? undefined : { written: names.slice(0, number), missing: names.slice(number) });
    await writeSet(folder, files("newer"));
    expect(await contents()).toEqual(["newer", "newer", "newer"]);
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });

  test("a smaller set finishes the one that was ended, so that its weights are not lost", async () => {
    await killedAt(0, "new");
    await writeSet(folder, { "net.wasm": "newer net.wasm" });
    expect(await contents()).toEqual(["new", "newer", "new"]);
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });
});

describe("a marker that someone put there", () => {
  const marker = (content: unknown) => writeFile(at("net.set.tmp"), typeof content === "string" ? content : JSON.stringify(content));

  test.each([["{"], [{ pid: -1, names: ["net.js"] }], [{ pid: 2 ** 30, names: 3 }], [{ pid: 2 ** 30, names: ["../x", "net.js"] }], ["null"]])(
    "%j is none",
    async (content) => {
      await marker(content);
      expect(await halvesAt(at("net.wasm"))).toBeUndefined();
      await finishSet(folder, "net");
      await writeSet(folder, files("new"));
      expect((await readdir(folder)).sort()).toEqual([...names].sort());
    },
  );

  test("nothing of another folder is moved", async () => {
    await mkdir(at("deep"));
    await writeFile(at("deep", "net.set.tmp"), JSON.stringify({ pid: 2 ** 30, names: ["net.wasm", "../net.js"] }));
    await writeFile(at(`net.js.${2 ** 30}.tmp`), "harm");
    await finishSet(at("deep"), "net");
    expect(await contents()).toEqual(["old", "old", "old"]);
  });

  test("of a process that runs: its files are not half written, and one waits for it", async () => {
    await marker({ pid: process.ppid, names });
    await writeFile(at(`net.js.${process.ppid}.tmp`), "");
    expect(await halvesAt(at("net.wasm"))).toBeUndefined();
    const written = writeSet(folder, files("new"));
    await expect.poll(() => readdir(folder)).toContain(`net.js.${process.pid}.tmp`);
    expect(await contents()).toEqual(["old", "old", "old"]);
    await rm(at("net.set.tmp"));
    await written;
    expect(await contents()).toEqual(["new", "new", "new"]);
  });
});
