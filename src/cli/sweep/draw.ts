// The trials of a sweep: all combinations of lists, or, where there is a range, settings that are drawn (Bergstra and Bengio, "Random search for
// hyper-parameter optimization", 2012). What is drawn is a function of the seed, the number of the trial and the setting, and of nothing else.
import { randomKey, uniform } from "../../../runtime/counter-random.ts";
import { type Settings, settings, type Value } from "./settings.ts";
import { type Axis, isRange, type List, type Range } from "./space.ts";

/** One combination of settings. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  readonly settings: Settings;
}

/** The trials of a space; where there is a range, at most `count`: those that draw what an earlier one has are left out. */
export function trialsOf(axes: readonly Axis[], count: number, seed: number): Trial[] {
  const lists = axes.filter((axis): axis is List => !isRange(axis));
  if (lists.length === axes.length) return numbered(combinations(lists));
  const drawn = Array.from({ length: count }, (_, at) => drawTrial(axes, randomKey(seed, at + 1)));
  const texts = drawn.map((each) => JSON.stringify(each));
  return numbered(drawn).filter((_, at) => texts.indexOf(texts[at] as string) === at);
}

const numbered = (all: readonly Settings[]): Trial[] => all.map((each, at) => ({ number: at + 1, settings: each }));

/** All combinations, those of the last setting next to each other. */
const combinations = (lists: readonly List[]): Settings[] =>
  lists.reduce<Settings[]>((all, { setting, values }) => all.flatMap((each) => values.map((value) => ({ ...each, [setting.key]: value }))), [{}]);

/** Each setting has a number of its own, so that what is drawn of it does not depend on the others. */
const drawTrial = (axes: readonly Axis[], key: number): Settings =>
  Object.fromEntries(axes.map((axis) => [axis.setting.key, drawValue(axis, uniform(key, settings.indexOf(axis.setting)))]));

/** The value at a share of 1 of an axis. */
const drawValue = (axis: Axis, share: number): Value =>
  isRange(axis) ? drawNumber(axis, share) : axis.values[Math.floor(share * axis.values.length)];

/** Digits that are kept, so that a command line has few of them and says all of it. */
const digits = 4;

function drawNumber({ setting, least, most, isLog }: Range, share: number): number {
  // Half a number more at each end, so that the ends are as likely as others.
  const [from, to] = setting.isWhole ? [least - 0.5, most + 0.5] : [least, most];
  const value = isLog ? from * (to / from) ** share : from + (to - from) * share;
  const short = setting.isWhole ? Math.round(value) : Number(value.toPrecision(digits));
  return Math.min(most, Math.max(least, short));
}
