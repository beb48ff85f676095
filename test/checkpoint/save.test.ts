import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open, readSafetensors, save, writeSafetensors } from "gradc/checkpoint";
import { load, type Net } from "gradc/runtime";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { tinyModule } from "../support/tiny-module.ts";

const inputs = { x: [1, 2, 3, 4], y: [1, 2] };
const wasm = tinyModule();

let folder = "";
let net: Net;
let warnings: string[] = [];
const at = (...parts: string[]) => join(folder, ...parts);
const names = async () => (await readdir(folder)).sort();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-checkpoint-"));
  net = await load(wasm, { seed: 3 });
  net.write("x.mean", [0.5, 0.25]);
  warnings = [];
  vi.spyOn(console, "warn").mockImplementation((text) => void warnings.push(text));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Saves after each of so many steps. */
async function train(steps: number, options: object | ((step: number) => object) = {}) {
  for (let step = 1; step <= steps; step++) {
    net.step(inputs);
    await save(folder, net, typeof options === "function" ? options(step) : options);
  }
}

describe("what comes back", () => {
  test("net, step, position, history and texts", async () => {
    net.metadata.set("classes", '{"k":["a","ü"]}');
    net.setHyper({ lr: 0.5 });
    net.step(inputs);
    const [position, history] = [{ epoch: 2, next: [1, null, "x"] }, [{ loss: 0.5 }]];
    await save(at("run.safetensors"), net, { position, history });
    const found = await open(at("run.safetensors"));
    expect(found).toMatchObject({ path: at("run.safetensors"), step: 1, position, history });
    expect(found.metadata.get("classes")).toBe('{"k":["a","ü"]}');
    const other = await load(wasm, { seed: 9 });
    expect(found.restore(other)).toMatchObject({ missing: [], unused: [], mismatched: [] });
    expect(other.state()).toEqual(net.state());
    expect(other.step(inputs)).toEqual(net.step(inputs));
    expect([...other.metadata.keys()]).toEqual(["classes"]);
  });

  test("the file is one of safetensors, as others read and write it", async () => {
    await save(at("run.safetensors"), net, { position: 4 });
    const file = readSafetensors(await readFile(at("run.safetensors")));
    expect(file.metadata.get("position")).toBe("4");
    expect(file.tensors.get("w")?.data).toEqual(net.read("w"));
    // In another order, as another program may write it.
    const other = { metadata: new Map([...file.metadata].reverse()), tensors: file.tensors };
    await writeFile(at("other.safetensors"), writeSafetensors(other));
    expect((await open(at("other.safetensors"))).position).toBe(4);
    (file.tensors.get("w")?.data as Float32Array)[0] = 7;
    await writeFile(at("other.safetensors"), writeSafetensors(file));
    await expect(open(at("other.safetensors"))).rejects.toThrow("is not what was saved: damaged, or changed by another program");
    file.metadata.delete("checksum");
    await writeFile(at("other.safetensors"), writeSafetensors(file));
    (await open(at("other.safetensors"))).restore(net);
    expect(net.read("w")[0]).toBe(7);
  });

  test("weights alone, without position and history", async () => {
    await writeFile(at("weights.safetensors"), net.state());
    expect(await open(at("weights.safetensors"))).toMatchObject({ step: 0, position: undefined, history: undefined });
  });

  test("the net is saved as it was when `save` was called, and saves follow each other", async () => {
    const states: Uint8Array[] = [];
    const saves = Array.from({ length: 9 }, () => {
      net.step(inputs);
      states.push(net.state());
      return save(folder, net, { keep: 9 });
    });
    await Promise.all(saves);
    expect((await open(folder)).step).toBe(9);
    const other = await load(wasm);
    for (const [i, state] of states.slice(0, 8).entries()) {
      (await open(at(`checkpoint.00000${i + 1}.safetensors`))).restore(other);
      expect(other.state()).toEqual(state);
    }
  });
});

describe("where files lie", () => {
  test("a folder, one to be, a file and a URL", async () => {
    await save(at("run"), net);
    await save(at("new/"), net);
    await save(pathToFileURL(at("deep", "er", "net.safetensors")), net);
    await mkdir(at("is.folder"));
    await save(at("is.folder"), net);
    for (const path of [
      at("run"),
      at("run", "checkpoint.safetensors"),
      at("new"),
      pathToFileURL(at("deep", "er", "net.safetensors")),
      at("is.folder"),
    ]) {
      expect((await open(path)).step).toBe(0);
    }
    expect(warnings).toEqual([]);
  });

  test("the last stay, and the best beside them", async () => {
    await train(6, (step) => ({ keep: 3, best: step === 2 }));
    expect(await names()).toEqual([
      "checkpoint.000004.safetensors",
      "checkpoint.000005.safetensors",
      "checkpoint.best.safetensors",
      "checkpoint.safetensors",
    ]);
    const steps = await Promise.all((await names()).map(async (name) => (await open(at(name))).step));
    expect(steps).toEqual([4, 5, 2, 6]);
  });

  test("one stays unless stated, and fewer from then on", async () => {
    await train(3, { keep: 3 });
    expect(await names()).toHaveLength(3);
    await train(1);
    expect(await names()).toEqual(["checkpoint.safetensors"]);
  });

  test("the best by a figure: the least, and nothing that is none", async () => {
    const figures = [Number.NaN, 3, 2, 2, 4, Number.POSITIVE_INFINITY, 1.5, 9];
    await train(figures.length, (step) => ({ best: figures[step - 1] }));
    expect((await open(at("checkpoint.best.safetensors"))).step).toBe(7);
  });

  test("a link leads to the file, and other names of a file keep what they had", async () => {
    await writeFile(at("real.safetensors"), net.state());
    await link(at("real.safetensors"), at("backup.safetensors"));
    await symlink("real.safetensors", at("link.safetensors"));
    net.step(inputs);
    await save(at("link.safetensors"), net, { keep: 2 });
    expect([(await open(at("real.safetensors"))).step, (await open(at("backup.safetensors"))).step]).toEqual([1, 0]);
    expect((await open(at("real.000001.safetensors"))).step).toBe(0);
  });
});

describe("damage", () => {
  const damage = async (name: string, change: (bytes: Uint8Array) => Uint8Array) =>
    writeFile(at(name), change(new Uint8Array(await readFile(at(name)))));
  const flip = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte));

  test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    ["cut off", (bytes) => bytes.subarray(0, -4), "and the file has"],
    ["empty", () => new Uint8Array(), "0 bytes are no safetensors file"],
    ["a bit of a weight", flip, "is not what was saved"],
  ])("%s: the last good one is taken, with a warning", async (_, change, reason) => {
    await train(3, { keep: 3, history: ["a"] });
    await damage("checkpoint.safetensors", change);
    await damage("checkpoint.000002.safetensors", change);
    const found = await open(folder);
    expect(found).toMatchObject({ step: 1, path: at("checkpoint.000001.safetensors"), history: ["a"] });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(reason);
    expect(warnings[0]).toContain(`"${at("checkpoint.000001.safetensors")}", of step 1, is taken instead`);
  });

  test("any bit that flips is found", async () => {
    await save(folder, net, { position: 1 });
    const whole = await readFile(at("checkpoint.safetensors"));
    const weights = net.read("w");
    for (let i = 0; i < whole.length; i++) {
      await damage("checkpoint.safetensors", () => whole.map((byte, j) => (i === j ? byte ^ 4 : byte)));
      const found = await open(folder).catch(({ code }) => code);
      if (found === "bad-weights") continue;
      // Another key than that of the sum, which is a text of the net then: nothing else may differ.
      found.restore(net);
      expect(net.read("w")).toEqual(weights);
      expect(found.position).toBe(1);
    }
  });

  test("without a good one the error is that of the newest, and without any there is none", async () => {
    await save(folder, net);
    await damage("checkpoint.safetensors", flip);
    await expect(open(folder)).rejects.toMatchObject({
      code: "bad-weights",
      message: expect.stringContaining(`"${at("checkpoint.safetensors")}": what it holds is not`),
    });
    await expect(open(at("none"))).rejects.toMatchObject({ code: "cannot-read", message: expect.stringContaining("there is no such file") });
  });

  test("what a save that was ended left is removed, and not taken", async () => {
    const nobody = 2 ** 30;
    await train(2, { keep: 2 });
    await writeFile(at(`checkpoint.safetensors.${nobody}.tmp`), "half");
    await writeFile(at(`checkpoint.000002.safetensors.${nobody}.tmp`), "half");
    expect((await open(folder)).step).toBe(2);
    await train(1, { keep: 2 });
    expect(await names()).toEqual(["checkpoint.000002.safetensors", "checkpoint.safetensors"]);
  });

  test("a newest that was given its second name before a save was ended is not kept twice", async () => {
    await train(3, { keep: 3 });
    await link(at("checkpoint.safetensors"), at("checkpoint.000003.safetensors"));
    await train(1, { keep: 3 });
    const steps = await Promise.all((await names()).map(async (name) => (await open(at(name))).step));
    expect(steps).toEqual([2, 3, 4]);
  });
});

describe("mistakes", () => {
  test.each<[string, object, string, string]>([
    ["a mistyped option", { kep: 3 }, "unknown-option", 'No option "kep", the nearest is "keep"'],
    ["none to keep", { keep: 0 }, "bad-option", '"keep" cannot be 0, expected a whole number of at least 1'],
    ["a text for the best", { best: "yes" }, "bad-option", '"best" cannot be "yes"'],
    ["a position that JSON does not hold", { position: 1n }, "bad-option", '"position" cannot be 1n, expected a value that JSON holds'],
    ["a history in itself", { history: circle() }, "bad-option", '"history" cannot be a list of 1'],
  ])("%s", async (_, options, code, message) => {
    await expect(save(folder, net, options)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await names()).toEqual([]);
  });

  test("texts of the net that checkpoints have for themselves", async () => {
    net.metadata.set("history", "mine");
    await expect(save(folder, net)).rejects.toMatchObject({ code: "bad-option" });
  });

  test("a folder in the way leaves nothing", async () => {
    await mkdir(at("run.safetensors", "checkpoint.safetensors"), { recursive: true });
    await expect(save(at("run.safetensors"), net)).rejects.toThrow(
      `Cannot write "${at("run.safetensors", "checkpoint.safetensors")}": it is a folder`,
    );
    expect(await readdir(at("run.safetensors"))).toEqual(["checkpoint.safetensors"]);
  });

  test("permissions of the file stay", async () => {
    await save(folder, net);
    const { chmod } = await import("node:fs/promises");
    await chmod(at("checkpoint.safetensors"), 0o600);
    await train(1, { keep: 2 });
    expect((await stat(at("checkpoint.safetensors"))).mode & 0o777).toBe(0o600);
  });
});

function circle(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}
