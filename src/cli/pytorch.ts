// `gradc weights`: weights of PyTorch for a module, and back.
import { basename, extname, join } from "node:path";
import { exportWeights, importWeights, readSafetensors, readTorch, type TensorFile, writeSafetensors } from "../../checkpoint/index.ts";
import { destinationOf } from "../../files/destination.ts";
import { cannotWrite } from "../../files/diagnostics.ts";
import { writeWhole } from "../../files/whole.ts";
import { matches } from "../../runtime/glob.ts";
import { load, type Net } from "../../runtime/index.ts";
import { compile } from "../compile.ts";
import { outputFolder } from "./files/folders.ts";
import { fromFile, readBytes } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { formatBytes, type Terminal } from "./terminal.ts";
import { importedKey, isUntrained, restoreFrom, untrained } from "./weights.ts";

interface ImportFileOptions {
  readonly model?: string;
  readonly out?: string;
  readonly rename?: Readonly<Record<string, string>>;
  readonly ignore?: readonly string[];
}

/** `gradc weights import`. */
export async function importFile(model: string, file: string, { out, model: name, rename, ignore = [] }: ImportFileOptions, terminal: Terminal) {
  const bytes = await readBytes(file);
  const { metadata, tensors } = await fromFile(file, () => tensorsIn(bytes));
  const net = await netOf(model, name);
  const chosen = new Map([...tensors].filter(([tensor]) => !matches(ignore, tensor)));
  const { loaded, missing } = await fromFile(file, () => importWeights(net, { metadata, tensors: chosen }, rename ? { rename } : {}));
  net.metadata.set(importedKey, basename(file));
  const place = out ?? join(outputFolder(model, undefined), `${net.manifest.name}.safetensors`);
  await refuseOver(place, { "the file of PyTorch": [file], "the model": [model] });
  await write(place, net.state({ optimizer: false }), terminal);
  terminal.note(`${loaded.length} tensors of ${file}${missing.length > 0 ? `; it has none for ${missing.join(", ")}` : ""}`);
}

/** What a file of PyTorch or safetensors holds, by how it begins. */
function tensorsIn(bytes: Uint8Array): TensorFile {
  const [zip, pickle] = [0x50, 0x80];
  // The first byte of a safetensors file may be these too; the ninth is a brace.
  return bytes[8] !== 0x7b && (bytes[0] === zip || bytes[0] === pickle) ? readTorch(bytes) : readSafetensors(bytes);
}

/** The net of a module, or of a definition, whose step is not needed. */
async function netOf(path: string, model: string | undefined): Promise<Net> {
  if (!path.endsWith(".wasm")) return load((await compile(path, model === undefined ? {} : { model })).wasm);
  const wasm = await readBytes(path);
  return fromFile(path, () => load(wasm));
}

/** `gradc weights export`. */
export async function exportFile(model: string, { weights, out }: { readonly weights?: string; readonly out: string }, terminal: Terminal) {
  await refuseOver(out, { "the module": [model], "the weights": [weights] });
  if (/^\.(pt|pth|bin|ckpt|pkl)$/.test(extname(out)))
    throw cannotWrite(out, "weights are written as safetensors, which PyTorch reads by safetensors.torch.load_file");
  const wasm = await readBytes(model);
  const net = await fromFile(model, () => load(wasm));
  if (weights !== undefined) await restoreFrom(net, { weights, module: model }, terminal);
  if (isUntrained(net)) terminal.note(untrained);
  await write(out, writeSafetensors({ metadata: new Map([["format", "pt"]]), tensors: exportWeights(net) }), terminal);
}

/** Writes a file and says how large it is. */
async function write(path: string, content: Uint8Array, terminal: Terminal): Promise<void> {
  await writeWhole(path, content);
  const print = (await destinationOf(path)).stream ? terminal.note : terminal.out;
  print(`${path}  ${formatBytes(content.length)}`);
}
