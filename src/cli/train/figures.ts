// The figures of a trained net beside those of a constant prediction, on the same rows.

import { alignColumns } from "../../../compiler/formula/columns.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import type { Assignment } from "../../../data/assign.ts";
import type { Losses, Net } from "../../../runtime/index.ts";
import type { Reading } from "../../constant/readings.ts";
import type { Rows } from "../../constant/rows.ts";
import { shortNumber } from "../terminal.ts";
import type { Rival } from "./constant.ts";

/** One figure of both. */
export interface Figure {
  readonly name: string;
  readonly trained: number;
  readonly constant: number;
  /** Whether it is a share of 1, such as an accuracy. */
  readonly isShare?: boolean;
}

type Values = ArrayLike<number>;

/** The loss, the model's metrics, and what the outputs say of the targets, on `rows`. */
export function figuresOn(rows: Rows, net: Net, rival: Rival, columns: Assignment): Figure[] {
  const trained = net.evaluate(rows);
  const told = toldBy(net, rows);
  const scores = scoresOf(trained, rival.evaluate(rows));
  const read = rival.readings.flatMap((reading) => {
    const target = rows[reading.target] as Rows[string];
    const of = nameOf(reading.target, columns);
    const [own, other] = [told[reading.output] ?? [], rival.output(reading.output)].map((values) => reading.read(values));
    return measuresOf(reading, target).map(({ name, isShare, measure }) => ({
      name: `${name} of ${of}`,
      isShare,
      trained: measure(own as Values),
      constant: measure(other as Values),
    }));
  });
  return [...scores, ...read];
}

/** The outputs of the net for `rows`. */
export const toldBy = (net: Net, rows: Rows) => net.predict(inputsOf(net, "predict", rows));

function inputsOf({ manifest }: Net, entry: string, rows: Rows): Rows {
  const needed = new Set(manifest.entries.find(({ name }) => name === entry)?.inputs);
  return Object.fromEntries(Object.entries(rows).filter(([name]) => needed.has(name)));
}

const scoresOf = (trained: Losses, constant: Losses): Figure[] =>
  Object.entries(trained).flatMap(([name, value]) =>
    // A metric with axes is no figure.
    Object.hasOwn(constant, name) && typeof value === "number" ? [{ name, trained: value, constant: constant[name] as number }] : [],
  );

/** What a person calls a target: its one column, else the input. */
export const nameOf = (input: string, columns: Assignment): string => {
  const own = Object.hasOwn(columns, input) ? columns[input] : undefined;
  return own?.length === 1 ? elementAt(own, 0) : input;
};

interface Measure {
  readonly name: string;
  readonly isShare: boolean;
  measure(told: Values): number;
}

/** What is measured of a target; the values that are told of it may be those of one row, which stand for all. */
function measuresOf({ kind }: Reading, target: Rows[string]): Measure[] {
  const average = (term: (value: number, at: number) => number): number => {
    let sum = 0;
    for (let at = 0; at < target.length; at++) sum += term(target[at] as number, at);
    return sum / target.length;
  };
  const of = (told: Values, at: number): number => told[at % told.length] as number;
  if (kind === "class") return [{ name: "accuracy", isShare: true, measure: (told) => average((value, at) => Number(value === of(told, at))) }];
  const squares = (told: Values) => average((value, at) => (value - of(told, at)) ** 2);
  const mean = average((value) => value);
  const variance = average((value) => (value - mean) ** 2);
  const rmse: Measure = { name: "RMSE", isShare: false, measure: (told) => Math.sqrt(squares(told)) };
  const r2: Measure = { name: "R2", isShare: true, measure: (told) => 1 - squares(told) / variance };
  return variance > 0 ? [rmse, r2] : [rmse];
}

/** The constant in words: `the mean of medv`. */
export const describeConstant = ({ constants }: Rival, columns: Assignment): string =>
  constants.map(({ kind, inputs }) => `the ${kind} of ${inputs.map((input) => nameOf(input, columns)).join(", ")}`).join("; ");

/** The figures as a table under a title. */
export function figureTable(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, trained, constant, isShare }) => [
    name,
    ...[trained, constant].map((value) => (isShare ? shareText(value) : shortNumber(value))),
  ]);
  return alignColumns([[title, "trained", "constant"], ...rows], [1, 2]);
}

/** Three decimals, without the sign of -0. */
export const shareText = (value: number): string => (Math.round(value * 1000) / 1000 + 0).toFixed(3);
