// The net that is trained, from a definition or a module, and the weights that it starts with.
import { compiledStep, trainsGames } from "../../../compiler/diagnostics/commands.ts";
import { inFile } from "../../../compiler/diagnostics/places.ts";
import { compiledIn, noEntry, notAModule } from "../../../runtime/diagnostics.ts";
import { load, type Manifest, type Net } from "../../../runtime/index.ts";
import { entryNamed, gamesOf } from "../../../runtime/program.ts";
import { namePattern } from "../../variables.ts";
import { compileModel } from "../compile-model.ts";
import { fingerprintOf } from "../files/fingerprint.ts";
import { fromFile, readBytes } from "../files/read.ts";
import { weightsIn } from "../weights.ts";
import type { TrainOptions } from "./options.ts";
import { modelDefaults, rateFor } from "./settings.ts";
import { isWatched } from "./watch.ts";

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
  const { model, seed = 0 } = options;
  const isModule = path.endsWith(".wasm");
  if (isModule && model !== undefined) throw compiledIn("one model", `--model ${model}`);
  const { wasm, warnings, sources } = isModule
    ? { wasm: await readBytes(path), warnings: [], sources: [] }
    : await compileModel(path, compileOptions(options));
  const net = await fromFile(path, () => load(wasm, { seed }));
  const { manifest } = net;
  // Files are named after the model.
  if (!namePattern.test(manifest.name)) throw inFile(notAModule("its name is none"), path);
  if (!entryNamed(manifest.entries, "step")) throw gamesOf(manifest.entries).length > 0 ? trainsGames(manifest.name) : noEntry("step", manifest);
  if (isModule) checkModule(manifest, options);
  return { net, wasm, warnings, sources, fingerprint: fingerprintOf(wasm), module: isModule ? path : undefined };
}

function compileOptions(options: TrainOptions) {
  const {
    model,
    weightDecay,
    clip,
    freeze,
    watch,
    allow,
    batch = modelDefaults.batch,
    optimizer = modelDefaults.optimizer,
    lr = rateFor(optimizer),
  } = options;
  return { model, batch, optimizer, lr, weightDecay, freeze, watch, allow, clip: clip === undefined ? undefined : { norm: clip } };
}

/** Refuses options that change what a module has compiled in. @throws GradcError `compiled-in` */
function checkModule(manifest: Manifest, options: TrainOptions): void {
  const { optimizer } = manifest;
  if (options.optimizer !== undefined && options.optimizer !== optimizer)
    throw compiledIn(`the optimizer ${optimizer}`, `--optimizer ${options.optimizer}`);
  const { clip, freeze, weightDecay } = options;
  const [other] = Object.entries({ "--clip": clip, "--freeze": freeze, "--weight-decay": weightDecay }).filter(([, value]) => value !== undefined);
  if (other) throw compiledStep(other[0]);
  if (options.watch && !isWatched(manifest)) throw compiledStep("--watch");
}

/** Gives the net what fits of the weights in a file; a training begins with them. @throws GradcError `bad-weights`, `foreign-weights`, `weights-do-not-fit` */
export async function startFrom(net: Net, file: string): Promise<string> {
  const bytes = await readBytes(file);
  const { state } = await fromFile(file, () => weightsIn(bytes));
  const { loaded, missing, mismatched } = await fromFile(file, () => net.restore(state, { partial: true }));
  const own = loaded.filter((name) => net.parameters.has(name));
  // Says what does not fit.
  if (own.length === 0) await fromFile(file, () => net.restore(state));
  const others = [...net.parameters.keys()].filter((name) => missing.includes(name) || mismatched.includes(name));
  const rest = others.length > 0 ? `; the others start anew: ${others.join(", ")}` : "";
  return `${file}: ${own.length} of ${net.parameters.size} parameters${rest}`;
}
