import { describe, expect, it } from "vitest";
import { along } from "../../../compiler/kernel/affine.ts";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Buffer, Call, Repeat } from "../../../compiler/kernel/kernel.ts";
import { runsOf, spansOf, stepsOf } from "../../../compiler/kernel/plan.ts";

const buffer = (name: string): Buffer => ({ name, kind: "temporary", dtype: "f32", shape: [4] });
const [a, b, c, d] = ["a", "b", "c", "d"].map(buffer) as [Buffer, Buffer, Buffer, Buffer];

/** A call that copies one buffer to another. */
function copy(from: Buffer, to: Buffer, ...within: readonly Repeat[]): Call {
  const axis = { name: "i", extent: 4 };
  const index = [along(axis)];
  const value = { kind: "load", dtype: "f32", buffer: from, index } as const;
  const store = { kind: "store", buffer: to, index, value, accumulate: false, inside: [] } as const;
  const body = [{ kind: "loop", axis, role: "parallel", body: [store] } as const];
  return { ...callOf({ name: `${from.name} to ${to.name}`, body, computes: [] }), within };
}

const outer: Repeat = { loop: "1", steps: 2, reverse: false };
const inner: Repeat = { loop: "2", steps: 3, reverse: true };
const calls = [copy(a, b), copy(b, c, outer), copy(c, d, outer, inner), copy(d, a, outer), copy(a, b)];

describe("what an entry point calls", () => {
  it("is a tree, in which calls within a loop are its steps", () => {
    expect(stepsOf(calls).map((step) => ("call" in step ? step.call.name : step.steps.length))).toEqual(["a to b", 3, "a to b"]);
    const runs = [...runsOf(stepsOf(calls), {})].map(({ call, steps }) => `${call.name} ${[...steps.values()]}`);
    expect(runs.slice(1, 7)).toEqual(["b to c 0", "c to d 0,2", "c to d 0,1", "c to d 0,0", "d to a 0", "b to c 1"]);
    expect(runs.length).toBe(2 + 2 * 5);
  });

  it("needs what is touched outside of a loop in all of its steps", () => {
    const spans = spansOf({ calls });
    expect(spans.get(a)).toEqual({ first: 0, last: 4, within: [] });
    expect(spans.get(b)).toEqual({ first: 0, last: 4, within: [] });
    expect(spans.get(c)).toEqual({ first: 1, last: 2, within: [outer] });
    expect(spans.get(d)).toEqual({ first: 2, last: 3, within: [outer] });
    const given = spansOf({ calls: [copy(a, b), copy(b, c, outer), copy(c, d, outer)] });
    expect(given.get(b)).toEqual({ first: 0, last: 2, within: [] });
  });
});
