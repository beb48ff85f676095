// Parallel coordinates (Inselberg 1985): a line for each trial through its value of every setting, and through its figure last. The axes lie below each
// other, so that a phone has room for as many as there are.
import { scaleLinear, scaleLog } from "d3-scale";
import { escaped } from "../../../compiler/formula/html.ts";
import { shortNumber } from "../terminal.ts";
import { metricText } from "./metric.ts";
import type { Result } from "./results.ts";
import { type Value, valueText } from "./settings.ts";
import { type Axis, isRange } from "./space.ts";
import type { Swept } from "./table.ts";

const width = 360;
const row = 72;
const [left, right, top] = [14, width - 14, 34];
const span: [number, number] = [left, right];

/** An axis of the picture: its name, where a trial lies on it, and what stands below it. */
interface Drawn {
  readonly name: string;
  at(result: Result): number;
  readonly ticks: readonly (readonly [x: number, text: string])[];
}

const brief = (value: number): string => String(Math.round(value * 10) / 10);

/** Numbers of a range, on a logarithmic axis where it is one. */
function rangeAxis(name: string, ends: [number, number], isLog: boolean, valueIn: (result: Result) => number): Drawn {
  const scale = (isLog ? scaleLog : scaleLinear)(ends, span);
  // What lies close to an end of the axis has no room for a number beside that of the end.
  const inner = scale.ticks(isLog ? 3 : 4).filter((tick) => scale(tick) > left + 50 && scale(tick) < right - 50);
  const spaced = inner.filter((_, at) => at % Math.ceil(inner.length / 3) === 0);
  const ticks = [ends[0], ...spaced, ends[1]].map((value) => [scale(value), shortNumber(value)] as const);
  return { name: isLog ? `${name}, logarithmic` : name, at: (result) => scale(valueIn(result)), ticks };
}

/** The values of a list at equal distances. */
function listAxis(name: string, values: readonly Value[], valueIn: (result: Result) => Value): Drawn {
  const at = (place: number): number => (values.length === 1 ? (left + right) / 2 : left + (place * (right - left)) / (values.length - 1));
  return { name, at: (result) => at(values.indexOf(valueIn(result))), ticks: values.map((value, place) => [at(place), valueText(value)]) };
}

function settingAxis(axis: Axis): Drawn {
  const { setting } = axis;
  const valueIn = ({ trial }: Result) => trial.settings[setting.key];
  if (!isRange(axis)) return listAxis(setting.name, axis.values, valueIn);
  return rangeAxis(setting.name, [axis.least, axis.most], axis.isLog, (result) => valueIn(result) as number);
}

/** The figure, the best to the left; trials without one lie at the right end. */
function figureAxis({ metric, results }: Swept): Drawn {
  const means = results.map(({ mean }) => mean).filter((mean) => !Number.isNaN(mean));
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const isLog = least > 0 && most / least > 10;
  const ends: [number, number] = least === most ? [least, least + 1] : metric.sign > 0 ? [least, most] : [most, least];
  const axis = rangeAxis(metricText(metric), ends, isLog, ({ mean }) => mean);
  return { ...axis, name: `${axis.name}, the best to the left`, at: (result) => (Number.isNaN(result.mean) ? right : axis.at(result)) };
}

/** Lines go behind what is written. */
const halo = 'class="halo"';

const anchor = (x: number): string => (x < left + 1 ? "start" : x > right - 1 ? "end" : "middle");

function axisParts({ name, ticks }: Drawn, at: number): string {
  const y = top + at * row;
  const marks = ticks.map(
    ([x, text]) =>
      `<path d="M${brief(x)} ${y - 3}v6" class="line"/><text x="${brief(x)}" y="${y + 16}" text-anchor="${anchor(x)}" ${halo}>${escaped(text.replaceAll("-", "−"))}</text>`,
  );
  return [`<text x="${left}" y="${y - 10}" ${halo}>${escaped(name)}</text><path d="M${left} ${y}H${right}" class="line"/>`, ...marks].join("");
}

/** The share of the trials that stand out, the best of them most. */
const goodShare = 0.25;

/** The picture of a sweep, as SVG in the colours of a page. */
export function parallel(swept: Swept): string {
  const { results } = swept;
  const axes = [...swept.axes.map(settingAxis), figureAxis(swept)];
  const good = Math.max(1, Math.round(results.length * goodShare));
  const lines = results.map((result, place) => {
    const points = axes.map((axis, at) => `${brief(axis.at(result))} ${top + at * row}`);
    const [kind, color, width] = place === 0 ? ["best", "b", 3] : place < good ? ["good", "a", 1.6] : ["other", "line", 1.2];
    const title = `trial ${result.trial.number}: ${Number.isNaN(result.mean) ? "none" : shortNumber(result.mean)}`;
    return `<path d="M${points.join("L")}" class="curve ${color}" data-kind="${kind}" style="stroke-width:${width}"><title>${escaped(title)}</title></path>`;
  });
  const height = top + axes.length * row - 30;
  const label = "parallel coordinates of the trials";
  const legend = `<tspan class="b">the best trial</tspan><tspan class="a" dx="12">the best quarter</tspan><tspan dx="12">the others</tspan>`;
  return `<svg viewBox="0 0 ${width} ${height + 18}" role="img" aria-label="${label}" style="max-width:34rem">
${[...lines].reverse().join("\n")}
${axes.map(axisParts).join("\n")}
<text x="${left}" y="${height + 10}">${legend}</text>
</svg>`;
}
