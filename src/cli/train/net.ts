// The net that is trained, from a definition or a module, and the checkpoint that it goes on from.
import { inFile } from "../../../compiler/diagnostics/places.ts";
import { compiledIn, noEntry, notAModule } from "../../../runtime/diagnostics.ts";
import { load, type Net } from "../../../runtime/index.ts";
import { namePattern } from "../../variables.ts";
import { compileModel } from "../compile-model.ts";
import { fingerprintOf } from "../files/fingerprint.ts";
import { fromFile, readBytes } from "../files/read.ts";
import type { Terminal } from "../terminal.ts";
import { restoreFrom } from "../weights.ts";
import type { TrainOptions } from "./options.ts";

/** A net and the module that it runs. */
export interface Trainable {
  readonly net: Net;
  readonly wasm: Uint8Array;
  /** What a user should know of the module. */
  readonly warnings: readonly string[];

  /** Names the module in the weights. */
  readonly fingerprint: number | undefined;
  /** The file of the module, where it was not compiled from a definition. */
  readonly module: string | undefined;
  /** The files of the definition; none for a module. */
  readonly sources: readonly string[];
}

/** The net to train and its module, without weights from elsewhere. @throws GradcError `compiled-in`, `missing-loss`, `no-gradient` */
export async function trainableNet(path: string, options: TrainOptions): Promise<Trainable> {
  const { batch, lr, model, optimizer, seed = 0 } = options;
  const isModule = path.endsWith(".wasm");
  if (isModule && model !== undefined) throw compiledIn("one model", `--model ${model}`);
  const { wasm, warnings, sources } = isModule
    ? { wasm: await readBytes(path), warnings: [], sources: [] }
    : await compileModel(path, { batch, lr, model, optimizer });
  const net = await fromFile(path, () => load(wasm, { seed }));
  const { manifest } = net;
  // Files are named after the model.
  if (!namePattern.test(manifest.name)) throw inFile(notAModule("its name is none"), path);
  if (!manifest.entries.some(({ name }) => name === "step")) throw noEntry("step", manifest);
  const changes = isModule && optimizer !== undefined && optimizer !== manifest.optimizer;
  if (changes) throw compiledIn(`the optimizer ${manifest.optimizer}`, `--optimizer ${optimizer}`);
  return { net, wasm, warnings, sources, fingerprint: fingerprintOf(wasm), module: isModule ? path : undefined };
}

/** Restores a checkpoint, and gives the epochs that it has. The order of rows is that of the seed in the checkpoint. */
export async function resume({ net, module }: Trainable, weights: string, terminal: Terminal): Promise<number> {
  await restoreFrom(net, { weights, module }, terminal);
  return Number(net.metadata.get("epoch") ?? 0);
}
