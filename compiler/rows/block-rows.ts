// What: calls that go over the same rows one after the other go together over one block of rows after the other, so that a block stays in the cache from the
//   first layer to the sums of the gradients, and what no other part needs has memory for a block alone.
// Before: `a = f(x)   b = g(a)   w = w - lr·Σ a·b`, each for all rows.
// After: `sums = 0   repeat over blocks of 512 rows { a = f(x)   b = g(a)   sums += Σ a·b }   w = w - lr·sums`.
// Requires: kernels before they have layouts and schedules. Ensures: the same values, save that sums over rows are the sums of blocks, added in order: an
//   order that depends on the capacity, and on neither n, engine nor thread. An entry point of which little is kept of all rows stays as it is.
// Cost: linear in the kernels and in what they touch.
import { type Dim, evaluate, type Sizes } from "../ir/dim.ts";
import type { Position } from "../ir/node.ts";
import { callOf } from "../kernel/call.ts";
import type { Buffer, Call, Repeat, Statement } from "../kernel/kernel.ts";
import { kept } from "../kernel/visit.ts";
import { Blocks } from "./blocks.ts";
import { byCall, type Placed, type Plan, planOf } from "./plan.ts";
import { unitsOf } from "./units.ts";

/** What goes over blocks of `block` rows: entry points with more than `bytes` of rows that no other needs. */
export interface Blocking {
  readonly rows: Dim;
  readonly block: number;
  readonly bytes: number;
  readonly sizes: Sizes;
}

/** Where the definition says what each call computes, by its name; it is told of new ones. */
type Places = Map<string, readonly Position[]>;

/** Statements of several parts one after the other; values that they share stand once. */
const joined = (parts: readonly Placed[]): readonly Statement[] => [...new Set(parts.flatMap(({ body = [] }) => body))];

/** Makes the calls of entry points, equal parts once. */
class Builder {
  private readonly repeats = new Map<number, Repeat>();
  private readonly made = new Map<string, Call>();
  private readonly numbers = new Map<object, number>();
  private readonly blocks: Blocks;
  private readonly most: number;
  private readonly taken: Set<string>;
  private readonly places: Places;

  constructor({ rows, block, sizes }: Blocking, taken: Set<string>, places: Places) {
    this.blocks = new Blocks(rows, block);
    this.most = evaluate(rows, sizes);
    this.taken = taken;
    this.places = places;
  }

  calls(plan: Plan): Call[] {
    return byCall(plan).flatMap((parts) => (parts[0]?.body ? [this.call(parts, plan)] : (parts[0]?.calls ?? [])));
  }

  private call(parts: readonly Placed[], plan: Plan): Call {
    const buffers = new Set(parts.flatMap(({ reads, writes }) => [...reads.keys(), ...writes.keys()]));
    const own = [...buffers].map((buffer) => plan.own.has(buffer));
    const key = [parts[0]?.level, ...parts.map(({ body }) => this.numberOf(body as object)), ...own].join();
    const call = this.made.get(key) ?? this.callOf(parts, plan);
    this.made.set(key, call);
    return call;
  }

  private callOf(parts: readonly Placed[], plan: Plan): Call {
    const [{ calls, isByRows, level }] = parts as [Placed];
    const [call] = calls as readonly [Call];
    const place = (buffer: Buffer) => (plan.own.has(buffer) ? this.blocks.alone(buffer) : this.blocks.among(buffer));
    const statements = joined(parts);
    const body = isByRows ? this.blocks.body(statements, place) : statements;
    const name = this.nameFor(isByRows ? call.name : `${call.name}.${roleOf(parts, plan)}`, call.name);
    const computes = isLast(parts, plan) ? call.computes : [];
    return { ...callOf({ name, computes, body }), within: isByRows ? [this.repeat(level)] : [] };
  }

  private nameFor(wanted: string, of: string): string {
    let name = wanted;
    for (let i = 1; this.taken.has(name); i++) name = `${wanted}.${i}`;
    this.taken.add(name);
    this.places.set(name, this.places.get(of) ?? []);
    return name;
  }

  private numberOf(thing: object): number {
    const number = this.numbers.get(thing) ?? this.numbers.size;
    this.numbers.set(thing, number);
    return number;
  }

  /** One loop for each level, so that entry points share calls. */
  private repeat(level: number): Repeat {
    const repeat = this.repeats.get(level) ?? this.blocks.repeat(this.most);
    this.repeats.set(level, repeat);
    return repeat;
  }
}

/** The parts of the call that `part` is of. */
const ofCall = ([part]: readonly Placed[], { units }: Plan): readonly Placed[] => units.filter(({ calls }) => calls[0] === part?.calls[0]);

const isLast = (parts: readonly Placed[], plan: Plan): boolean => ofCall(parts, plan).at(-1) === parts.at(-1);

/** What a part that stands outside of loops over blocks is for its call. */
const roleOf = (parts: readonly Placed[], plan: Plan): string => (ofCall(parts, plan)[0] === parts[0] ? "start" : "finish");

/** The calls of each entry point. */
export function blockRows(entries: readonly (readonly Call[])[], blocking: Blocking, places: Places): Call[][] {
  const { rows, block, sizes } = blocking;
  const divide = kept((call: Call) => unitsOf(call, rows));
  const plans = evaluate(rows, sizes) > block ? entries.map((calls) => planOf(calls, divide, blocking)) : [];
  const stays = entries.flatMap((calls, i) => plans[i]?.units.flatMap(({ calls: of, body }) => (body ? [] : of)) ?? calls);
  const builder = new Builder(blocking, new Set(stays.map(({ name }) => name)), places);
  return entries.map((calls, i) => {
    const plan = plans[i];
    return plan ? builder.calls(plan) : [...calls];
  });
}
