// The entry "gradc/data", as a program uses it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { fromCsv, fromJsonLines } from "gradc/data";
import { describe, expect, test } from "vitest";
import { bundle } from "../engines/bundle.ts";
import { codeOfAsync } from "../support/code-of.ts";

const text = "size,bean\n3,arabica\n,robusta\n";
const bytes = new TextEncoder().encode(text);

describe("a table", () => {
  test.each<[string, () => Parameters<typeof fromCsv>[0]]>([
    ["a text", () => text],
    ["bytes", () => bytes],
    ["a part of a buffer", () => new Uint8Array([0, ...bytes]).subarray(1)],
    ["a buffer", () => bytes.slice().buffer],
    ["a blob", () => new Blob([text])],
    ["a file of a form", () => new File([text], "beans.csv")],
    ["a stream", () => new Blob([text]).stream()],
    ["an answer", () => new Response(text)],
    ["an answer to come", () => Promise.resolve(new Response(text))],
    ["a data URL", () => `data:text/csv,${encodeURIComponent(text)}`],
  ])("of %s", async (_, source) => {
    const { columns, length } = await fromCsv(source());
    expect([length, [...columns.keys()]]).toEqual([2, ["size", "bean"]]);
    expect(columns.get("size")).toMatchObject({ name: "size", missing: 1, labels: undefined });
    expect(columns.get("size")?.toArray()).toEqual(Float64Array.of(3, Number.NaN));
    expect(columns.get("bean")).toMatchObject({ labels: ["arabica", "robusta"], missing: 0 });
    expect([0, 1].map((row) => columns.get("bean")?.at(row))).toEqual([0, 1]);
  });

  test("of a file, by path or URL", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradc-data-"));
    const path = join(folder, "beans.csv");
    await writeFile(path, text);
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href]) expect((await fromCsv(source)).length).toBe(2);
    await expect(fromCsv(join(folder, "none.csv"))).rejects.toThrow("there is no such file");
    await expect(fromCsv(folder)).rejects.toThrow("it is a folder");
    await rm(folder, { recursive: true });
  });

  test("of JSON", async () => {
    expect((await fromJsonLines('{"a": 1}\n{"a": 2}\n')).columns.get("a")?.toArray()).toEqual(Float64Array.of(1, 2));
  });

  test("with options", async () => {
    expect([...(await fromCsv("1;2,5\n", { header: false, delimiter: ";", decimal: "," })).columns.values()].map((column) => column.at(0))).toEqual([
      1, 2.5,
    ]);
  });
});

test("what cannot be read is told", async () => {
  expect(await codeOfAsync(fromCsv(new Response("gone", { status: 404 })))).toBe("cannot-read");
  expect(await codeOfAsync(fromCsv(Promise.reject(new Error("no network"))))).toBe("cannot-read");
  expect(await codeOfAsync(fromCsv("a,a\n1,2\n"))).toBe("csv-header");
});

const root = fileURLToPath(new URL("../../", import.meta.url));

test("a page that reads tables loads no more than that, and nothing of Node", async () => {
  const contents = `export { fromCsv } from "./data/index.ts";`;
  const { parts } = await bundle({ stdin: { contents, resolveDir: root }, splitting: true, outdir: "out" });
  const { "stdin.js": code = "" } = parts;
  // Parts that are fetched when they are needed, and the modules of users.
  const first = [code, ...[...code.matchAll(/from"\.\/([^"]+)"/g)].map(([, name = ""]) => parts[name] ?? "")].join("\n");
  expect(first).not.toMatch(/\brequire\(|from"node:/);
  expect(gzipSync(first, { level: 9 }).length).toBeLessThan(16_600);
});
