// `gradc inspect --format svg`: a network as a picture.
import { readable } from "../../compiler/index.ts";
import { writeWhole } from "../../files/whole.ts";
import { partsToRead } from "../described.ts";
import { evaluatorOf } from "../interpret.ts";
import type { Opened } from "../open.ts";
import { pictureOf } from "../picture/picture.ts";
import type { Data } from "../tensor.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

interface PictureOptions {
  /** Inputs for which numbers are drawn. */
  readonly example: Readonly<Record<string, Data>> | undefined;
  /** A file for the picture. */
  readonly out: string | undefined;
}

/** Prints the picture of a network or writes it to a file. */
export async function drawNetwork({ program, variables }: Opened, { example, out }: PictureOptions, terminal: Terminal): Promise<void> {
  const svg = pictureOf(program.name, partsToRead(readable(program)), example && evaluatorOf(program, example, variables));
  if (out === undefined) return terminal.out(svg.trimEnd());
  await writeWhole(out, svg);
  terminal.out(`${out}  ${formatBytes(Buffer.byteLength(svg))}`);
}
