// What the best checkpoint goes by, read from its header: the rest may be large.
import { open } from "node:fs/promises";
import { bestKey } from "./content.node.ts";
import { readHeader } from "./header.ts";
import { headerEnd } from "./safetensors.ts";

async function headerAt(path: string): Promise<string> {
  const handle = await open(path, "r");
  try {
    const start = Buffer.alloc(8);
    await handle.read(start, 0, 8, 0);
    const { size } = await handle.stat();
    const header = Buffer.alloc(headerEnd(start, size) - 8);
    await handle.read(header, 0, header.length, 8);
    return header.toString("utf8");
  } finally {
    await handle.close();
  }
}

/** The figure that the checkpoint at a path was saved with; infinite where there is none. */
export async function bestFigure(path: string): Promise<number> {
  try {
    const text = readHeader(await headerAt(path)).metadata.get(bestKey);
    return text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
