// Which hidden neurons take part in each step of training, and that all of them do when the net is used. Draws out/dropout.svg.
import { mkdir, writeFile } from "node:fs/promises";
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { dropoutPicture, type Panel } from "./dropout-picture.ts";

const here = (path: string) => new URL(path, import.meta.url);
const row = { x: [0.5, -1, 2], y: [1] };
const net = await load(await compile(here("dropout.model.ts"), { batch: 1, optimizer: optim.sgd({ lr: 0.1 }) }), { seed: 0 });
const panel = (title: string, metrics: Readonly<Record<string, unknown>>): Panel => ({
  title,
  isIn: Array.from(metrics.isIn as Float32Array, (share) => share > 0),
});

const steps = [1, 2, 3, 4].map((step) => panel(`step ${step}`, net.step(row)));
const panels = [...steps, panel("evaluate", net.evaluate(row))];
for (const { title, isIn } of panels) console.log(`${title.padEnd(10)}${isIn.map((each) => (each ? "●" : "○")).join(" ")}`);
await mkdir(here("out/"), { recursive: true });
await writeFile(here("out/dropout.svg"), dropoutPicture(panels));
