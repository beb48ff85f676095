import { f32, losses, model, ops, parameter, type Tensor } from "gradc";

const gravity = 9.81;
/** Seconds between two measurements. */
const dt = 0.1;
const steps = 32;

/** Where the pendulum is and how fast it goes: an angle, and its change in a second. */
type State = { angle: Tensor; speed: Tensor };

/** What is not known of the pendulum. */
type Unknown = { length: Tensor; damping: Tensor };

/** How a state changes in a second: angle′ = speed, speed′ = −g/length·sin(angle) − damping·speed. */
const change = ({ angle, speed }: State, { length, damping }: Unknown): State => ({
  angle: speed,
  speed: ops.neg(ops.add(ops.mul(ops.div(gravity, length), ops.sin(angle)), ops.mul(damping, speed))),
});

/** The state after `time` of a constant change. */
const after = ({ angle, speed }: State, by: State, time: number): State => ({
  angle: ops.add(angle, ops.mul(by.angle, time)),
  speed: ops.add(speed, ops.mul(by.speed, time)),
});

type Step = (state: State, unknown: Unknown) => State;

/** A step of Euler's method: the change at the beginning, as if it stayed. */
const byEuler: Step = (state, unknown) => after(state, change(state, unknown), dt);

/** A step of the method of Runge and Kutta (Kutta 1901): four changes on the way, of which those in the middle count twice. */
const byRungeKutta: Step = (state, unknown) => {
  const first = change(state, unknown);
  const half = after(state, first, dt / 2);
  const second = change(half, unknown);
  const again = after(state, second, dt / 2);
  const third = change(again, unknown);
  const end = after(state, third, dt);
  const fourth = change(end, unknown);
  const meanOf = (part: keyof State) => ops.div(ops.add(ops.add(first[part], fourth[part]), ops.mul(2, ops.add(second[part], third[part]))), 6);
  const mean: State = { angle: meanOf("angle"), speed: meanOf("speed") };
  return after(state, mean, dt);
};

const inputs = { angle: f32("batch"), measured: f32("batch", steps) };

/** Lets go of the pendulum at an angle, follows it through a loop over the steps, and compares with what was measured after each. */
const follow = (name: string, step: Step) =>
  model(name, inputs, ({ angle, measured }) => {
    const length = parameter([], { init: 1, name: "length" });
    const damping = parameter([], { init: 0, name: "damping" });
    const start: State = { angle, speed: ops.broadcast(0, ["batch"]) };
    const body = ({ carry }: { carry: State }) => {
      const next = step(carry, { length, damping });
      return { carry: next, outputs: { angle: next.angle } };
    };
    const path = ops.scan(body, { carry: start, length: steps }).outputs.angle;
    return { outputs: { path }, loss: losses.mse(path, measured) };
  });

export default follow("pendulum", byRungeKutta);
export const euler = follow("euler", byEuler);
