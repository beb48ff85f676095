import { uniform } from "../uniform.ts";

/** What is measured: where each pendulum is let go, and where it is after each tenth of a second. */
export type Measured = {
  readonly angle: number[];
  readonly measured: number[][];
};

/** The pendulum that is measured: metres, and the part of its speed that is lost in a second. */
export const truth = { length: 1.3, damping: 0.15 };

const steps = 32;
const finer = 1000;

/** Follows a pendulum in steps of a tenth of a millisecond, which any method would do for, and writes its angle down with an error up to 0.02. */
function followed(start: number, next: () => number): number[] {
  const dt = 0.1 / finer;
  let [angle, speed] = [start, 0];
  return Array.from({ length: steps }, () => {
    for (let at = 0; at < finer; at++) {
      speed -= dt * ((9.81 / truth.length) * Math.sin(angle) + truth.damping * speed);
      angle += dt * speed;
    }
    return angle + 0.04 * (next() - 0.5);
  });
}

/** Eight pendulums, let go between 0.25 and 2 radians. */
export function measure(): Measured {
  const next = uniform(3);
  const angle = Array.from({ length: 8 }, (_, at) => 0.25 * (at + 1));
  return { angle, measured: angle.map((start) => followed(start, next)) };
}
