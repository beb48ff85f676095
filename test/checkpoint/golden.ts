// Files that PyTorch and safetensors wrote: `python3 test/golden/checkpoint/write.py` writes them anew, by hand.
import { readFileSync } from "node:fs";

const folder = new URL("../golden/checkpoint/", import.meta.url);

export const goldenFile = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

interface Golden {
  readonly modules: Readonly<Record<string, { readonly x: readonly number[]; readonly y: readonly number[] }>>;
  readonly kinds: readonly string[];
  readonly floats: { readonly f32: readonly number[]; readonly f16: readonly number[]; readonly bf16: readonly number[] };
}

export const golden: Golden = JSON.parse(readFileSync(new URL("values.json", folder), "utf8"));
