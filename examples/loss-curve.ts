// Charts of what training leaves behind: one value an epoch, or every so many epochs.
import { scaleLinear } from "d3-scale";
import { chart, type Drawn } from "./chart.ts";

/** One line of the chart. */
export interface Curve {
  readonly label: string;
  readonly color: string;
  /** Values from epoch 1 on. */
  readonly values: readonly number[];
}

const size = { width: 720, height: 360 };

/** An SVG chart of curves over epochs, from zero to a round number; `every` epochs lie between two values. */
export function lossCurve(title: string, unit: string, curves: readonly Curve[], every = 1): string {
  const epochs = 1 + every * (Math.max(...curves.map(({ values }) => values.length)) - 1);
  const most = Math.max(...curves.flatMap(({ values }) => values));
  const [from = 0, to = most] = scaleLinear().domain([0, most]).nice().domain();
  const drawn = curves.map(({ label, color, values }): Drawn => ({ label, color, lines: [values.map((value, i) => [1 + every * i, value])] }));
  return chart(title, { label: "epoch", from: 0, to: epochs }, { label: unit, from, to }, drawn, size);
}
