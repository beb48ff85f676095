// How a training goes where nothing else is asked for. These are not PyTorch's numbers, which `optim.*` have: they are such that small models
// of small tables end about as good as they get, within seconds.
import type { Net } from "../../../runtime/index.ts";
import type { OptimizerName } from "../options.ts";
import { rowSeed } from "../table.ts";
import type { TrainOptions } from "./options.ts";

/** For definitions; a module has an optimizer, a learning rate and a batch. */
export const modelDefaults = { optimizer: "adam", batch: 32 } as const;

/** Learning rates of the optimizers whose steps are of another size than most. */
const ownRates: { readonly [name in OptimizerName]?: number } = { adadelta: 1, adagrad: 0.3, lion: 0.003 };

/** The learning rate for a definition. */
export const rateFor = (optimizer: OptimizerName): number => ownRates[optimizer] ?? 0.01;

/** Share of the rows that is held out, of tables with at least so many rows. */
const validation = 0.2;
const fewestRowsToHold = 10;

/** As many passes over the rows as make so many steps, and at least so many. */
const steps = 5000;
const fewestEpochs = 10;

/** How a training goes. */
export interface Settings {
  readonly optimizer: string;
  readonly lr: number;
  readonly batch: number;
  readonly epochs: number;
  readonly validation: number;
  readonly seed: number;
  /** Whether the weights of the epoch with the least validation loss are kept, and not those of the last. */
  readonly keepsBest: boolean;
}

/** The share of so many rows that is held out. */
export const validationOf = (rows: number, options: TrainOptions): number => options.validation ?? (rows < fewestRowsToHold ? 0 : validation);

/** The settings of a training of `net` on so many rows: those that were asked for, and the defaults. */
export function settingsFor(net: Net, rows: number, options: TrainOptions): Settings {
  const { manifest } = net;
  const batch = options.batch ?? Object.values(manifest.capacity)[0] ?? 1;
  const share = validationOf(rows, options);
  const stepsPerEpoch = Math.ceil((rows * (1 - share)) / batch);
  return {
    optimizer: manifest.optimizer ?? "none",
    lr: options.lr ?? ownRate(net),
    batch,
    epochs: options.epochs ?? Math.max(fewestEpochs, Math.ceil(steps / stepsPerEpoch)),
    validation: share,
    seed: rowSeed(net, options),
    keepsBest: options.epochs === undefined && share > 0,
  };
}

/** The learning rate of a net; NaN where its optimizer has none. */
function ownRate({ manifest, read }: Net): number {
  const hasRate = manifest.variables.some(({ name, role }) => name === "lr" && role === "hyper");
  return hasRate ? (read("lr")[0] as number) : Number.NaN;
}

/** The settings as the options that give them. */
export function describeSettings({ keepsBest, ...settings }: Settings): string {
  const given = Object.entries(settings).filter(([, value]) => !Number.isNaN(value));
  const number = (value: string | number) => (typeof value === "number" ? String(Number(value.toPrecision(6))) : value);
  const best = keepsBest ? "\nthe epoch with the least validation loss is kept; --epochs N keeps the last of N" : "";
  return given.map(([name, value]) => `--${name} ${number(value)}`).join(" ") + best;
}
