// One workload on all peers: prepared, checked against ours, then timed in turns A B C A B C.
import { loadavg } from "node:os";
import { ours, type Peer, PeerProcess, peers } from "./peer-process.ts";
import { FLOPS } from "./peers/peak.ts";
import { type Task, taskOf } from "./workloads/data.ts";
import type { Workload } from "./workloads/table.ts";

export interface Effort {
  readonly rounds: number;
  /** How long a round should last. */
  readonly milliseconds: number;
  /** Longest wait for four steps or a round, in milliseconds: a peer that takes longer has failed. */
  readonly patience: number;
}

export interface Timed {
  readonly peer: string;
  readonly version: string;
  /** Microseconds of processor time a step. */
  readonly median: number;
  /** Ours over this peer's, the median over rounds: below 1, ours is faster. */
  readonly ratio: number;
  /** The most memory that its process has had, in kB. */
  readonly resident: number;
  /** What is odd about its losses. */
  readonly remark?: string;
}

export interface Outcome {
  readonly workload: Workload;
  readonly timed: readonly Timed[];
  readonly failed: readonly { readonly peer: string; readonly error: string }[];
  /** Billions of floating-point operations a second of ours in its products, and of the machine's peak. */
  readonly rate: number;
  readonly peak: number;
  readonly load: number;
}

/** Steps before the timing, after which losses must agree. */
const CHECKED = 4;

/** Rounds before the timing at most, and how much longer each is than the one before. */
const CALIBRATIONS = 12;
const GROWTH = 8;

interface Started {
  readonly peer: Peer;
  readonly process: PeerProcess;
  readonly version: string;
}

interface Runner extends Started {
  readonly checked: readonly number[];
  readonly steps: number;
  readonly times: number[];
  resident: number;
}

export const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function started(peer: Peer, task: Task, { patience }: Effort): Promise<Started> {
  const running = new PeerProcess(peer, patience);
  try {
    const { version } = await running.prepare(task);
    return { peer, process: running, version };
  } catch (error) {
    running.close();
    throw error;
  }
}

/** Its losses to check, and how many steps fill a round once the engine has compiled what is hot. */
async function calibrated(of: Started, { milliseconds }: Effort): Promise<Runner> {
  const { losses: checked } = await of.process.steps(CHECKED);
  let steps = 1;
  for (let turn = 0; turn < CALIBRATIONS; turn++) {
    const { microseconds } = await of.process.steps(steps);
    steps = Math.max(1, Math.round(steps * Math.min(GROWTH, (1000 * milliseconds) / microseconds)));
    if (microseconds > 1000 * milliseconds) break;
  }
  return { ...of, checked, steps, times: [], resident: 0 };
}

/** Whether a peer's losses fall, and are ours after the same steps from the same weights; its outputs, where there is no loss. */
function remark(losses: readonly number[], expected: readonly number[], { layers, pass }: Workload): string | undefined {
  const [first = 0, last = 0] = losses;
  if (layers.some(({ kind }) => kind === "dropout")) return Number.isFinite(last) ? undefined : "loss is not finite";
  if (pass === "training" && !(last < first)) return `loss does not fall: ${first} to ${last}`;
  const far = expected.some((value, i) => !(Math.abs((losses[i] ?? 0) - value) <= 1e-3 * Math.abs(value)));
  return far
    ? `${pass === "training" ? "losses" : "mean squares"} ${losses.map((loss) => loss.toPrecision(5)).join(", ")}, ours ${expected.map((loss) => loss.toPrecision(5)).join(", ")}`
    : undefined;
}

function outcome(task: Task, runners: readonly Runner[], failed: Outcome["failed"], load: number): Outcome {
  const own = runners.find(({ peer }) => peer.name === ours);
  const peak = runners.find(({ peer }) => peer.isPeak);
  const timed = runners
    .filter(({ peer }) => !peer.isPeak)
    .map(({ peer, version, checked, times, resident }) => {
      const odd = remark(checked, own?.checked ?? [], task);
      const ratio = median(times.map((time, i) => (own?.times[i] ?? Number.NaN) / time));
      return { peer: peer.name, version, median: median(times), ratio, resident, ...(odd === undefined ? {} : { remark: odd }) };
    });
  const rate = task.flops / median(own?.times ?? []) / 1000;
  return { workload: task, timed, failed, rate, peak: FLOPS / median(peak?.times ?? []) / 1000, load };
}

async function round(runner: Runner): Promise<void> {
  const { microseconds, resident } = await runner.process.steps(runner.steps);
  runner.times.push(microseconds / runner.steps);
  runner.resident = resident;
}

export async function measure(workload: Workload, effort: Effort): Promise<Outcome> {
  const task = taskOf(workload);
  const runners: Runner[] = [];
  const failed: { peer: string; error: string }[] = [];
  const failing = (peer: Peer) => (error: Error) => void failed.push({ peer: peer.name, error: error.message });
  const all = await Promise.all(
    peers.filter(({ only = workload.pass }) => only === workload.pass).map((peer) => started(peer, task, effort).catch(failing(peer))),
  );
  for (const one of all) {
    if (!one) continue;
    const runner = await calibrated(one, effort).catch(failing(one.peer));
    if (runner) runners.push(runner);
    else one.process.close();
  }
  const loads: number[] = [];
  for (let turn = 0; turn < effort.rounds; turn++) {
    for (const runner of runners) await round(runner);
    loads.push(loadavg()[0] ?? 0);
  }
  for (const { process } of runners) process.close();
  return outcome(task, runners, failed, median(loads));
}
