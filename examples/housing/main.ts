// Compiles the housing model, prints what was derived, trains it on the real data and leaves everything in out/.
import { mkdir, writeFile } from "node:fs/promises";
import cliProgress from "cli-progress";
import { optim } from "gradc";
import { bindings, compile } from "gradc/compiler";
import { fromCsv } from "gradc/data";
import { fit, load, pack } from "gradc/runtime";
import { lossCurve } from "../loss-curve.ts";

const here = (path: string) => new URL(path, import.meta.url);

const epochs = 200;
const lr = 0.01;

/** The table as inputs of the model: 12 predictors a row, and the price. */
type Rows = {
  readonly x: number[][];
  readonly y: number[][];
};

/** Every fifth row is held out. */
async function readData(): Promise<{ train: Rows; held: Rows }> {
  const { columns, length } = await fromCsv(here("boston-housing.csv"), { stream: false });
  const rows = Array.from({ length }, (_, row) => [...columns.values()].map((column) => column.at(row)));
  const pick = (wanted: boolean): Rows => {
    const chosen = rows.filter((_, i) => (i % 5 === 4) === wanted);
    return { x: chosen.map((row) => row.slice(0, -1)), y: chosen.map((row) => row.slice(-1)) };
  };
  return { train: pick(false), held: pick(true) };
}

const built = await compile(here("housing.model.ts"), { batch: 32, optimizer: optim.sgd({ lr }) });
const print = (title: string, formulas: Readonly<Record<string, string>>) => console.log(`\n${title}\n\n${Object.values(formulas).join("\n")}`);
print("Forward", built.formulas.forward);
print("Gradients", built.formulas.gradients);
print("Update", built.formulas.updates);

const { train, held } = await readData();
const net = await load(built, { seed: 1 });
const bar = new cliProgress.SingleBar({ format: "train [{bar}] epoch {value}/{total}  loss {loss}  {rate} rows/s", noTTYOutput: false });
console.log(`\nTraining on ${train.x.length} districts, ${held.x.length} held out\n`);
bar.start(epochs, 0, { loss: "-", rate: "-" });
const start = performance.now();
const history = await fit(net, train, {
  epochs,
  seed: 1,
  validation: held,
  onEpoch: ({ epoch, loss }) => {
    const rate = Math.round((epoch * train.x.length) / ((performance.now() - start) / 1000));
    bar.update(epoch, { loss: loss.toFixed(2), rate: rate.toLocaleString("en") });
  },
});
bar.stop();

const rmse = (rows: Rows) => Math.sqrt(net.evaluate(rows).loss);
const mean = train.y.reduce((sum, [price = 0]) => sum + price, 0) / train.y.length;
const guess = Math.sqrt(held.y.reduce((sum, [price = 0]) => sum + (price - mean) ** 2, 0) / held.y.length);
console.log(`\nRMSE in 1000 USD: train ${rmse(train).toFixed(2)}, held out ${rmse(held).toFixed(2)} (predicting the mean: ${guess.toFixed(2)})`);

const shown = held.x.slice(0, 6);
const { price = [] } = net.predict({ x: shown });
console.log("\nHeld-out district   predicted   actual");
for (const [i, predicted] of price.entries())
  console.log(`${String(5 * i + 5).padStart(17)}   ${predicted.toFixed(1).padStart(9)}   ${held.y[i]?.[0]?.toFixed(1).padStart(6)}`);

const state = net.state();
const { js, dts } = await bindings(built.manifest);
const curve = lossCurve("Housing: root mean squared error", "RMSE, 1000 USD", [
  { label: "train", color: "#1f77b4", values: history.epochs.map(({ loss }) => Math.sqrt(loss)) },
  { label: "held out", color: "#d62728", values: history.epochs.map(({ validation }) => Math.sqrt(validation?.loss ?? 0)) },
]);
await mkdir(here("out/"), { recursive: true });
const files: Record<string, string | Uint8Array> = {
  "housing.wasm": built.wasm,
  "housing.js": js,
  "housing.d.ts": dts,
  "housing.safetensors": state,
  "housing.trained.wasm": pack(built.wasm, state),
  "housing.svg": curve,
};
console.log("\nexamples/housing/out/");
for (const [name, content] of Object.entries(files)) {
  await writeFile(here(`out/${name}`), content);
  console.log(`  ${name.padEnd(22)} ${content.length.toLocaleString("en").padStart(7)} bytes`);
}
