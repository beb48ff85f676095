// Successive halving (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
// 2016): all trials begin, the better of them go on, until few have made all of their epochs.

/** A stage of a sweep: so many trials make their epochs up to a share of all. */
export interface Rung {
  readonly trials: number;
  readonly share: number;
}

/** The only stage of a sweep that gives up no trial. */
export const wholeRung = (trials: number): Rung[] => [{ trials, share: 1 }];

/** The largest number of times that `base` divides `value`. */
const timesIn = (base: number, value: number): number => {
  let times = 0;
  for (let power = base; power <= value; power *= base) times++;
  return times;
};

/** The stages for so many trials of so many epochs, of which one in `eta` goes on: the first makes at least an epoch, the last has a trial or more. */
export function rungsOf(trials: number, epochs: number, eta: number): Rung[] {
  const last = Math.min(timesIn(eta, trials), timesIn(eta, epochs));
  return Array.from({ length: last + 1 }, (_, at) => ({ trials: Math.floor(trials / eta ** at), share: eta ** (at - last) }));
}

/** The last epoch of a stage, for a trial that makes so many in all. */
export const epochsAt = ({ share }: Rung, epochs: number): number => Math.max(1, Math.round(epochs * share));
