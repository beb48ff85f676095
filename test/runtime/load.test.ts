import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { load } from "../../runtime/index.node.ts";
import { codeOfAsync } from "../support/code-of.ts";
import { tinyManifest, tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();

describe("sources", () => {
  let folder: string;
  let file: string;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gradc-load-"));
    file = join(folder, "tiny.wasm");
    await writeFile(file, wasm);
    server = createServer((request, response) => {
      if (request.url === "/missing.wasm") response.statusCode = 404;
      if (request.url === "/page") response.end("\n<!doctype html><title>Home</title>");
      else response.setHeader("content-type", "application/octet-stream").end(wasm);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const first = async (source: Parameters<typeof load>[0]) => (await load(source, { seed: 5 })).read("w")[0];

  test("bytes, buffers, modules and built objects", async () => {
    expect(await first(wasm)).toBe(5);
    expect(await first(Buffer.concat([Buffer.from("pad"), wasm]).subarray(3))).toBe(5);
    expect(await first(wasm.buffer)).toBe(5);
    expect(await first(await WebAssembly.compile(wasm))).toBe(5);
    expect(await first({ wasm })).toBe(5);
    expect(await first({ exact: wasm, fast: undefined })).toBe(5);
  });

  test("answers, with any MIME type", async () => {
    expect(await first(new Response(wasm, { headers: { "content-type": "application/wasm" } }))).toBe(5);
    expect(await first(Promise.resolve(new Response(wasm, { headers: { "content-type": "text/plain" } })))).toBe(5);
    expect(await first(fetch(`${origin}/tiny.wasm`))).toBe(5);
  });

  test("URLs and paths", async () => {
    expect(await first(file)).toBe(5);
    expect(await first(pathToFileURL(file))).toBe(5);
    expect(await first(pathToFileURL(file).href)).toBe(5);
    expect(await first(new URL(`${origin}/tiny.wasm`))).toBe(5);
    expect(await first({ exact: file })).toBe(5);
  });

  test("blobs, files and data URLs", async () => {
    const address = `data:application/wasm;base64,${Buffer.from(wasm).toString("base64")}`;
    expect(await first(new Blob([wasm]))).toBe(5);
    expect(await first(new File([wasm], "tiny.wasm"))).toBe(5);
    expect(await first(address)).toBe(5);
    expect(await first(new URL(address))).toBe(5);
    expect(await first(Promise.resolve(file))).toBe(5);
    expect(await first(WebAssembly.compile(wasm))).toBe(5);
    expect(await first(new DataView(wasm.buffer) as never)).toBe(5);
  });

  test("what is no module is said in words", async () => {
    const net = await load(wasm);
    for (const [name, content] of [
      ["model.ts", 'export default model("m", {}, () => ({}));'],
      ["tiny.safetensors", net.state()],
      ["index.html", "<!doctype html>"],
    ] as const) {
      await writeFile(join(folder, name), content);
    }
    await expect(load(join(folder, "model.ts"))).rejects.toThrow("Not a gradc module: no WebAssembly, which gradc build makes");
    await expect(load(join(folder, "tiny.safetensors"))).rejects.toThrow("Not a gradc module: weights");
    await expect(load(join(folder, "index.html"))).rejects.toThrow("Not a gradc module: an HTML page");
    await expect(load(folder)).rejects.toThrow(`Cannot read "${folder}": it is a folder`);
    await expect(load(new Response(null, { status: 404 }))).rejects.toThrow("Not a gradc module: 404");
    await expect(load(net as never)).rejects.toThrow("Not a gradc module: Object");
    await expect(load(new Map() as never)).rejects.toThrow("Not a gradc module: Map");
  });

  test("a promise that is rejected is `cannot-read`, with its reason; an error of ours stays", async () => {
    const source = () => Promise.reject(new Error("no network"));
    await expect(load(source())).rejects.toMatchObject({
      code: "cannot-read",
      message: "Cannot read the source: no network",
      cause: expect.any(Error),
    });
    await expect(load({ exact: source() })).rejects.toThrow("Cannot read the source: no network");
    await expect(load(wasm, { weights: source() })).rejects.toThrow("Cannot read the source: no network");
    await expect(load(Promise.reject("no reason"))).rejects.toThrow("Cannot read the source: no reason");
    await expect(load(load(folder) as never)).rejects.toThrow("it is a folder");
    const used = new Response(wasm);
    await used.text();
    expect(await codeOfAsync(load(used))).toBe("cannot-read");
    expect(await codeOfAsync(load("http://127.0.0.1:1/tiny.wasm"))).toBe("cannot-read");
  });

  test("weights that are missing or none are called weights", async () => {
    await expect(load(wasm, { weights: `${origin}/missing.wasm` })).rejects.toMatchObject({
      code: "bad-weights",
      message: `Bad weights: 404 from ${origin}/missing.wasm`,
    });
    const none = join(folder, "none.safetensors");
    await expect(load(wasm, { weights: none })).rejects.toThrow(`Cannot read weights "${none}": there is no such file`);
    await expect(load(wasm, { weights: "http://127.0.0.1:1/none" })).rejects.toThrow('Cannot read weights "http://127.0.0.1:1/none": ');
    await expect(load(wasm, { weights: `${origin}/page` })).rejects.toThrow("Bad weights: header damaged");
    await expect(load(wasm, { weights: {} as never })).rejects.toThrow("Bad weights: Object");
  });

  test("a module that the engine may not compile is `wasm-blocked`, with the directive of a policy", async () => {
    const compile = vi.spyOn(WebAssembly, "compile").mockRejectedValue(new EvalError("Refused to compile"));
    await expect(load(wasm)).rejects.toMatchObject({
      code: "wasm-blocked",
      message: "WebAssembly is blocked: Refused to compile\n  help: Content-Security-Policy: script-src 'wasm-unsafe-eval'",
    });
    compile.mockRestore();
  });

  test("of an address that holds the data itself the message has the beginning", async () => {
    const address = `data:application/wasm;base64,*${"A".repeat(1000)}`;
    await expect(load(address)).rejects.toThrow(`Cannot read "${address.slice(0, 80)}": `);
  });

  test("where pages are, a request that fails names the directive of a policy that may forbid it", async () => {
    const address = "http://127.0.0.1:1/tiny.wasm";
    const help = "\n  help: Content-Security-Policy: connect-src may forbid it";
    await expect(load(address)).rejects.not.toThrow(help);
    vi.stubGlobal("location", new URL("http://127.0.0.1/"));
    await expect(load(address)).rejects.toThrow(help);
    await expect(load(Promise.reject(new Error("no network")))).rejects.not.toThrow(help);
    vi.unstubAllGlobals();
  });

  test("an HTML page is `not-a-module` and the message says so", async () => {
    await expect(load(`${origin}/page`)).rejects.toMatchObject({ code: "not-a-module", message: expect.stringContaining("HTML") });
  });

  test("an answer with an error status is `not-a-module`, a file that is not there `cannot-read`", async () => {
    await expect(load(`${origin}/missing.wasm`)).rejects.toMatchObject({ code: "not-a-module", message: expect.stringContaining("404") });
    expect(await codeOfAsync(load(join(folder, "other.wasm")))).toBe("cannot-read");
  });

  test("weights come from the same sources", async () => {
    const net = await load(wasm);
    net.write("w", [7, 8]);
    await writeFile(join(folder, "tiny.safetensors"), net.state());
    expect((await load(wasm, { weights: join(folder, "tiny.safetensors") })).read("w")).toEqual(Float32Array.of(7, 8));
    expect((await load(wasm, { weights: net.state() })).read("w")).toEqual(Float32Array.of(7, 8));
  });
});

describe("profiles", () => {
  const fast = tinyModule({ ...tinyManifest, profile: "fast" });
  const profileOf = async (...parameters: Parameters<typeof load>) => (await load(...parameters)).manifest.profile;

  test("of two modules the engine gets the fast one where it runs relaxed SIMD", async () => {
    const validate = vi.spyOn(WebAssembly, "validate");
    validate.mockReturnValue(true);
    expect(await profileOf({ exact: wasm, fast })).toBe("fast");
    expect(await profileOf({ wasm, fast })).toBe("fast");
    expect(await profileOf({ wasm, fast }, { profile: "exact" })).toBe("exact");
    validate.mockReturnValue(false);
    expect(await profileOf({ exact: wasm, fast }, { profile: "fast" })).toBe("exact");
    validate.mockRestore();
  });

  test("the probe is a module that only relaxed SIMD makes invalid", async () => {
    const probes: Uint8Array[] = [];
    const validate = vi.spyOn(WebAssembly, "validate").mockImplementation((bytes) => probes.push(bytes as Uint8Array) > 0);
    await load({ wasm, fast });
    validate.mockRestore();
    // The same function with `f32x4.add` in place of `f32x4.relaxed_madd`: valid without relaxed SIMD.
    const plain = Buffer.from(probes[0] as Uint8Array);
    const at = plain.indexOf(Buffer.of(0xfd, 0x85, 0x02));
    expect(at).toBeGreaterThan(0);
    plain.set([0xe4, 0x01], at + 1);
    expect(WebAssembly.validate(plain)).toBe(true);
  });

  test("asking a single module for the other profile is `compiled-in`", async () => {
    expect(await codeOfAsync(load(wasm, { profile: "fast" }))).toBe("compiled-in");
    expect(await codeOfAsync(load({ wasm }, { profile: "fast" }))).toBe("compiled-in");
    expect(await codeOfAsync(load(fast, { profile: "exact" }))).toBe("compiled-in");
  });
});

describe("damage", () => {
  test("bytes that are no module are `not-a-module`", async () => {
    for (const source of [new Uint8Array(), Uint8Array.of(1, 2, 3), wasm.subarray(0, 40), wasm.subarray(0, -3)]) {
      expect(await codeOfAsync(load(source))).toBe("not-a-module");
    }
    for (const source of [undefined, null, 42, {}]) expect(await codeOfAsync(load(source as never))).toBe("not-a-module");
  });

  test("a module without a manifest, or with a damaged one, is `not-a-module`", async () => {
    expect(await codeOfAsync(load(tinyModule(null)))).toBe("not-a-module");
    expect(await codeOfAsync(load(tinyModule("{")))).toBe("not-a-module");
    expect(await codeOfAsync(load(tinyModule("null")))).toBe("not-a-module");
    expect(await codeOfAsync(load(tinyModule({ version: tinyManifest.version })))).toBe("not-a-module");
    const inputs = tinyManifest.inputs.map((slot) => ({ ...slot, offset: 65540 }));
    expect(await codeOfAsync(load(tinyModule({ ...tinyManifest, inputs })))).toBe("not-a-module");
  });

  test("a module with imports, or of another format, is refused", async () => {
    // (module (import "a" "b" (func)))
    const importing = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0);
    expect(WebAssembly.validate(importing)).toBe(true);
    expect(await codeOfAsync(load(importing))).toBe("not-a-module");
    expect(await codeOfAsync(load(tinyModule({ ...tinyManifest, version: 99 })))).toBe("other-version");
  });

  test("a seed must be a whole number, and counts modulo 2^32", async () => {
    for (const seed of [1.5, Number.NaN, "1" as never]) expect(await codeOfAsync(load(wasm, { seed }))).toBe("bad-option");
    expect((await load(wasm, { seed: 2 ** 32 + 9 })).read("w")[0]).toBe(9);
  });
});
