// Finds length and damping of a pendulum from where it was seen, by the gradient through a simulation.
import { type Estimate, learn } from "./learn.ts";
import { measure, truth } from "./measure.ts";

const measured = measure();
const line = ({ step, length, damping, error }: Estimate) =>
  `${String(step).padStart(4)}${length.toFixed(4).padStart(12)}${damping.toFixed(4).padStart(12)}${error.toFixed(4).padStart(12)}`;

for (const [title, model] of [["Runge and Kutta"], ["Euler", "euler"]] as const) {
  console.log(`${title}\n\nstep   length, m   damping   error, radians`);
  for (const estimate of await learn(model, measured, 250)) console.log(line(estimate));
  console.log("");
}
console.log(`in truth${truth.length.toFixed(4).padStart(8)}${truth.damping.toFixed(4).padStart(12)}`);
