// Random damage to everything that is read: the answer is an error of ours, or the one that the undamaged part has. Never a trap, a hang, an error
// from inside, or another number.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { keepLearned, keptOf } from "../../data/kept.ts";
import { openTable } from "../../data/open.ts";
import { csvBlocks } from "../../data/predictions.ts";
import { readTraining } from "../../data/training.ts";
import { decode } from "../../runtime/checkpoint/safetensors.ts";
import { GradcError, load, type Net, pack } from "../../runtime/index.ts";
import * as sections from "../../runtime/sections.ts";
import { compile } from "../../src/compile.ts";
import { f32, i32, losses, model, nn, optim } from "../../src/index.ts";
import { cellsOf, tableOf } from "../support/table.ts";

const source = model("m", { x: f32("batch", 3), k: i32("batch") }, ({ x, k }) => {
  const logits = nn.linear(nn.dropout(nn.tanh(nn.linear(nn.standardize(x, { name: "scaled" }), 4, { name: "hidden" }))), 3, { name: "logits" });
  return { outputs: { logits }, loss: losses.crossEntropy(logits, k) };
});

let wasm: Uint8Array;
let saved: Uint8Array;
let net: Net;
const data = { x: [1, 2, 3, 4, 5, 6], k: [0, 2] };

beforeAll(async () => {
  ({ wasm } = await compile(source, { batch: 4, optimizer: optim.adam() }));
  net = await load(wasm);
  net.step(data);
  keepLearned(net.metadata, { columns: { x: ["a", "b", "c"], k: ["kind"] }, classes: { kind: ["iris", "rose", "tulip"] }, fill: { a: [1.5] } });
  saved = net.state();
});

/** One injury: at a share of the length, `kind` with a byte or a length. */
interface Injury {
  readonly kind: "flip" | "set" | "cut" | "remove" | "insert" | "repeat";
  readonly place: number;
  readonly amount: number;
}

// Without bias, which would hit the first bytes most of the time.
const injury: fc.Arbitrary<Injury> = fc.noBias(
  fc.record({
    kind: fc.constantFrom("flip", "set", "cut", "remove", "insert", "repeat"),
    place: fc.nat(999_999).map((place) => place / 1e6),
    amount: fc.nat(255),
  }),
);
const injuries = fc.array(injury, { minLength: 1, maxLength: 3 });

function injure(bytes: Uint8Array, { kind, place, amount }: Injury): Uint8Array {
  const at = Math.floor(place * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  if (kind === "cut") return bytes.slice(0, at);
  if (kind === "remove") return joined(before, after.subarray(amount % 9));
  if (kind === "insert") return joined(before, Uint8Array.of(amount), after);
  if (kind === "repeat") return joined(before, after.subarray(0, amount), after);
  return bytes.length === 0 ? bytes : bytes.slice().fill(kind === "set" ? amount : (bytes[at] as number) ^ (1 << (amount % 8)), at, at + 1);
}

const damaged = (bytes: Uint8Array, all: readonly Injury[]): Uint8Array => all.reduce(injure, bytes);

/** The value of `run`, or undefined where it throws an error of ours; any other error is passed on. */
async function orRefused<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GradcError) return undefined;
    throw error;
  }
}

const seeded = { seed: 20261123 } as const;

/** What a net says and does, as text: everything that damage could change. */
function behaviour(tested: Net): string {
  const { logits } = tested.predict({ x: data.x });
  return JSON.stringify([Array.from(logits as Float32Array), tested.step(data), Buffer.from(tested.state()).toString("base64")]);
}

/** Whether damaged bytes of a module are refused, or mean the same; gives how many were refused. */
async function checkModules(damage: (all: readonly Injury[]) => Uint8Array, numRuns: number): Promise<number> {
  const expected = behaviour(await load(wasm));
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(injuries, async (all) => {
      const loaded = await orRefused(() => load(damage(all)));
      if (loaded) expect(behaviour(loaded)).toBe(expected);
      else refused++;
    }),
    { ...seeded, numRuns },
  );
  return refused;
}

test("a damaged module is refused, or is the same", async () => {
  expect(await checkModules((all) => damaged(wasm, all), 400)).toBeGreaterThan(300);
});

test("each byte of a module counts: one changed bit is noticed wherever it makes a difference", async () => {
  const expected = behaviour(await load(wasm));
  for (let at = 8; at < wasm.length; at += 97) {
    const bytes = wasm.slice();
    bytes[at] = (bytes[at] as number) ^ 4;
    const loaded = await orRefused(() => load(bytes));
    if (loaded) expect(behaviour(loaded), `byte ${at}`).toBe(expected);
  }
});

/** The module with other text in the section of its manifest, where it was. */
function withManifest(change: (text: Uint8Array) => Uint8Array): Uint8Array {
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  const [section] = WebAssembly.Module.customSections(module, sections.manifest);
  const text = new Uint8Array(section as ArrayBuffer);
  const start = Buffer.from(wasm).indexOf(Buffer.from(text));
  const changed = change(text);
  const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
  const name = [sections.manifest.length, ...new TextEncoder().encode(sections.manifest)];
  // The header is id 0 and the length, before name and text.
  const header = 1 + leb(name.length + text.length).length;
  const head = wasm.subarray(0, start - name.length - header);
  return Uint8Array.from([...head, 0, ...leb(name.length + changed.length), ...name, ...changed, ...wasm.subarray(start + text.length)]);
}

test("a damaged manifest is refused, or means the same", async () => {
  expect(withManifest((text) => text)).toEqual(wasm);
  expect(await checkModules((all) => withManifest((text) => damaged(text, all)), 300)).toBeGreaterThan(250);
});

/** The numbers that a file of tensors holds, read by its format alone. */
function tensorsIn(bytes: Uint8Array): Map<string, string> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, { data_offsets: [number, number] }>;
  const own = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    own.map(([name, { data_offsets: offsets }]) => [
      name,
      Buffer.from(bytes.subarray(8 + length + offsets[0], 8 + length + offsets[1])).toString("hex"),
    ]),
  );
}

test("damaged weights are refused and nothing is written, or they are read to the bit", async () => {
  const fresh = await load(wasm, { seed: 5 });
  const before = fresh.state();
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(injuries, async (all) => {
      const bytes = damaged(saved, all);
      const target = await load(wasm, { seed: 5 });
      const report = await orRefused(() => target.restore(bytes));
      if (!report) {
        refused++;
        expect(Buffer.compare(target.state(), before)).toBe(0);
        return;
      }
      const tensors = tensorsIn(bytes);
      for (const name of report.loaded) {
        // Only a NaN may have other bits when it has passed through a number.
        const values = target.read(name);
        if (!values.some(Number.isNaN)) expect(Buffer.from(values.buffer as ArrayBuffer).toString("hex")).toBe(tensors.get(name));
      }
      await orRefused(() => keptOf(target.metadata));
      await orRefused(() => load(pack(wasm, bytes)));
    }),
    { ...seeded, numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(150);
});

test("the decoder of weights takes any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.string({ maxLength: 60 }), (bytes, text) => {
      const header = new TextEncoder().encode(text);
      const framed = Uint8Array.from([header.length, 0, 0, 0, 0, 0, 0, 0, ...header, ...bytes]);
      for (const each of [bytes, framed]) {
        try {
          decode(each);
        } catch (error) {
          expect(error).toBeInstanceOf(GradcError);
        }
      }
    }),
    { ...seeded, numRuns: 1_000 },
  );
});

const table = 'a,b,"c",kind,note\n1,2.5,-3e2,rose,"x, ""y"""\n4,5,6,iris,\n7,8,.5,tulip,z\n\n1e3,0,+2,iris,"two\nlines"\n';

test("a damaged table is refused, or is read as it says", async () => {
  const { manifest } = net;
  let refused = 0;
  const reading = fc.asyncProperty(injuries, async (all) => {
    const bytes = damaged(new TextEncoder().encode(table), all);
    const accepted = await orRefused(async () => {
      const open = await openTable(bytes);
      const read = await open.read(open.header.names);
      if (open.header.repeated.size > 0) return true;
      // Written out and read again it is the same table.
      const cells = open.header.names.map((name) => cellsOf(read, name));
      const rows = Array.from({ length: read.rows }, (_, row) => row);
      const columns = open.header.names.map((name, at) => ({ name, cell: (row: number) => String(cells[at]?.[row] ?? "NA") }));
      const again = await tableOf(`${[...csvBlocks(columns, rows)].join("\n")}\n`, { delimiter: ",", decimal: "." });
      expect(again.header.names.map((name) => cellsOf(again, name))).toEqual(cells);

      const wishes = { input: { x: ["a", "b", "c"] }, target: ["kind"], validation: 0, seed: 1, missing: "error" } as const;
      const { data, learned } = await readTraining(await openTable(bytes), manifest, { columns: {}, classes: {} }, wishes);
      expect(Array.from(data.x as Float32Array)).toEqual(
        rows.flatMap((row) => ["a", "b", "c"].map((name) => Math.fround(Number(cellsOf(read, name)[row])))),
      );
      expect(Array.from(data.k as Int32Array, (at) => learned.classes.kind?.[at])).toEqual(cellsOf(read, "kind").map(String));
      return true;
    });
    if (!accepted) refused++;
  });
  await fc.assert(reading, { ...seeded, numRuns: 1_500 });
  expect(refused).toBeGreaterThan(300);
  expect(refused).toBeLessThan(1_400);
});
