// Figures that are asked for by name beside those that a training ends with: each is that of `metrics.*`, of what the net tells of a target.
import { settingOutOfRange, shown } from "../../../compiler/diagnostics/settings.ts";
import type { Assignment } from "../../../data/assign.ts";
import { load, type Manifest, type Net } from "../../../runtime/index.ts";
import { entryNamed, type TensorSlot } from "../../../runtime/program.ts";
import { compile } from "../../compile.ts";
import { rowSize } from "../../constant/predictions.ts";
import type { Reading } from "../../constant/readings.ts";
import type { Rows } from "../../constant/rows.ts";
import * as metrics from "../../metrics/index.ts";
import { f32, i32, model } from "../../model.ts";
import { ops } from "../../ops/index.ts";
import type { Tensor } from "../../tensor.ts";
import type { Rival } from "./constant.ts";
import { type Figure, nameOf, toldBy } from "./figures.ts";

type Values = ArrayLike<number>;
type Metric = (told: Tensor, target: Tensor) => Tensor;

const { accuracy, auc, f1, mae, perplexity, precision, r2, recall, rmse } = metrics;

/** Of one logit or of those of classes: of more than two classes the mean of all. */
const byClass =
  (metric: typeof f1): Metric =>
  (scores, target) =>
    metric(scores, target, { average: Number(scores.shape.at(-1)) > 2 ? "macro" : "binary" });

/** By what a target is. */
const known = {
  number: { mae, r2, rmse },
  class: { accuracy, auc, f1: byClass(f1), perplexity, precision: byClass(precision), recall: byClass(recall) },
} satisfies Record<Reading["kind"], Record<string, Metric>>;

/** Those that every training ends with. */
const shownAnyway: readonly string[] = ["accuracy", "r2", "rmse"];

const metricsOf = ({ kind }: Reading): Readonly<Record<string, Metric>> => known[kind];

/** A metric of a target that was asked for. */
export interface Asked {
  readonly name: string;
  readonly reading: Reading;
  /** Of what is told of the rows, element by element, and their targets. */
  measure(told: Float32Array, target: Values): number;
}

/**
 * The metrics `names` of the targets that have them, compiled.
 * @throws GradcError `setting-out-of-range` for one that no target has, and those of the metric, such as `shape-mismatch`
 */
export async function askedFor(path: string, names: readonly string[], { manifest }: Net, rival: Rival | undefined): Promise<Asked[]> {
  const readings = rival?.readings ?? [];
  const known = [...new Set(readings.flatMap((reading) => Object.keys(metricsOf(reading))))].sort();
  const odd = names.find((name) => !known.includes(name));
  if (odd !== undefined) {
    const expected = known.length > 0 ? known.join(", ") : "none: no output tells a target";
    throw settingOutOfRange(`Cannot train ${path}`, "--metrics", shown(odd), expected);
  }
  const asked = readings.flatMap((reading) =>
    names.flatMap((name) => {
      const metric = shownAnyway.includes(name) ? undefined : metricsOf(reading)[name];
      return metric ? [measureOf(name, metric, reading, manifest)] : [];
    }),
  );
  return Promise.all(asked);
}

async function measureOf(name: string, metric: Metric, reading: Reading, { inputs, entries }: Manifest): Promise<Asked> {
  const sizeOf = (slots: readonly TensorSlot[], own: string) => rowSize(slots.find((slot) => slot.name === own)?.shape ?? []);
  const told = sizeOf(entryNamed(entries, "predict")?.results ?? [], reading.output);
  const width = reading.kind === "number" ? 1 : told / sizeOf(inputs, reading.target);
  const y = reading.kind === "class" ? i32("batch") : f32("batch", 1);
  const definition = model("measure", { told: f32("batch", width), y }, (given) => ({
    outputs: { told: given.told },
    loss: ops.mean(given.told),
    metrics: { measured: metric(given.told, given.y) },
  }));
  const net = await load(await compile(definition));
  return { name, reading, measure: (values, target) => net.evaluate({ told: values, y: Array.from(target) }).measured as number };
}

/** The figures of the net and of the constant on `rows`. */
export function furtherFigures(asked: readonly Asked[], rows: Rows, net: Net, rival: Rival, columns: Assignment): Figure[] {
  const told = asked.length > 0 ? toldBy(net, rows) : {};
  return asked.map(({ name, reading, measure }) => {
    const target = rows[reading.target] as Values;
    const [own, other] = [told[reading.output] ?? [], rival.output(reading.output)].map((values) => scoresOf(reading, net, values)) as [
      Values,
      Values,
    ];
    const everyRow = Float32Array.from(own, (_, at) => other[at % other.length] as number);
    return {
      name: `${name} of ${nameOf(reading.target, columns)}`,
      trained: measure(Float32Array.from(own), target),
      constant: measure(everyRow, target),
    };
  });
}

/** Numbers as they are read; of classes logits, made of probabilities where the output gives these. */
function scoresOf({ kind, output, read }: Reading, { manifest }: Net, values: Values): Values {
  if (kind === "number") return read(values);
  const head = manifest.heads?.find((each) => each.output === output);
  if (head?.link !== "identity") return values;
  const isOne = manifest.inputs.find(({ name }) => name === head.target)?.dtype === "f32";
  return Array.from(values, (p) => Math.log(p) - (isOne ? Math.log1p(-p) : 0));
}
