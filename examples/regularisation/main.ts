// Overfits twenty points, then does so less in four ways. Prints a table and draws out/regularisation.svg.
import { mkdir, writeFile } from "node:fs/promises";
import { lossCurve } from "../loss-curve.ts";
import { type Outcome, outcomeOf, ways } from "./compare.ts";

const colors = ["#d62728", "#ff7f0e", "#1f77b4", "#9467bd", "#2ca02c"];
const outcomes: Outcome[] = [];
for (const way of ways) outcomes.push(await outcomeOf(way, 2000));
console.log("mean squared error   20 training rows   200 test rows   after epoch");
for (const { title, train, test, epoch } of outcomes)
  console.log(`${title.padEnd(19)}${train.toFixed(3).padStart(18)}${test.toFixed(3).padStart(16)}${String(epoch).padStart(14)}`);

const every = 10;
const curves = outcomes.map(({ title, byEpoch }, at) => ({
  label: title,
  color: colors[at] ?? "black",
  values: byEpoch.filter((_, epoch) => epoch % every === 0),
}));
const folder = new URL("out/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("regularisation.svg", folder), lossCurve("Regularisation: error of the test rows", "mean squared error", curves, every));
