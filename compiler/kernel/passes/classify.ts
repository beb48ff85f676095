// What: kernels that do the same on other buffers, of one entry point or of several, become one function, and each call is of one that fits it.
// Before: step.linear.0(x, W₀) and step.linear.1(h, W₁) as two kernels, or as one although h lies transposed.   After: two calls of one, or of two.
// Requires: a layout, and a place for every buffer. Ensures: as many calls in the same order, which compute what they did; a kernel is on the buffers
//   of its first call.
// Cost: linear in the number of calls, and in the size of the kernels.
import { instanceOf } from "../call.ts";
import { type Argument, type Call, isScalar, type Kernel, type Layout, type MemoryPlan } from "../kernel.ts";
import { signatureOf } from "../signature.ts";
import { kept } from "../visit.ts";

/** Engines take functions of 1,000 parameters at most; a kernel on so many buffers is one of its kind. */
const mostFormals = 100;

/** What code depends on of the buffers that a kernel is given: their types and strides, and which of them lie in one place. */
function formOf(given: readonly Argument[], layout: Layout, memory: MemoryPlan): string {
  const places = given.map((argument) => (isScalar(argument) ? undefined : (memory.offsets.get(argument) ?? argument)));
  const form = (argument: Argument, i: number) => (isScalar(argument) ? "scalar" : [argument.dtype, layout.get(argument), places.indexOf(places[i])]);
  return JSON.stringify(given.map(form));
}

/** The calls of each entry point, of one kernel where they differ in their arguments only. */
export function classify(entries: readonly (readonly Call[])[], layout: Layout, memory: MemoryPlan): Call[][] {
  const functions = new Map<string, Kernel>();
  const classified = kept((call: Call): Call => {
    const { text, formals } = signatureOf(call.kernel);
    const key = `${text}\n${formOf(call.given, layout, memory)}`;
    const kernel = (formals.length > mostFormals ? undefined : functions.get(key)) ?? instanceOf(call);
    functions.set(key, kernel);
    return { ...call, kernel };
  });
  return entries.map((calls) => calls.map(classified));
}
