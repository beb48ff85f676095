// What: kernels that do the same on other buffers, of one entry point or of several, become calls of one function.
// Before: step.linear.0(x, W₀) and step.linear.1(h, W₁) as two kernels.   After: two calls of the first.
// Requires: a layout, and a place for every buffer. Ensures: as many calls in the same order, which compute what the kernels did.
// Cost: linear in the size of the kernels.

import { type Argument, type Call, isScalar, type Kernel, type Layout, type MemoryPlan } from "../kernel.ts";
import { signatureOf } from "../signature.ts";

/** Engines take functions of 1,000 parameters at most; a kernel on so many buffers is one of its kind. */
const mostFormals = 100;

/** What code depends on of the buffers that a kernel is given: their types and strides, and which of them lie in one place. */
function formOf(given: readonly Argument[], layout: Layout, memory: MemoryPlan): string {
  const places = given.map((argument) => (isScalar(argument) ? undefined : memory.offsets.get(argument)));
  const form = (argument: Argument, i: number) => (isScalar(argument) ? "scalar" : [argument.dtype, layout.get(argument), places.indexOf(places[i])]);
  return JSON.stringify(given.map(form));
}

/** The kernels of each entry point as calls, of the first one where kernels differ in their arguments only. */
export function classify(entries: readonly (readonly Kernel[])[], layout: Layout, memory: MemoryPlan): Call[][] {
  const functions = new Map<string, Kernel>();
  const calls = new Map<Kernel, Call>();
  const callOf = (kernel: Kernel): Call => {
    const { text, formals: given } = signatureOf(kernel);
    const key = `${text}\n${formOf(given, layout, memory)}`;
    const known = (given.length > mostFormals ? undefined : functions.get(key)) ?? kernel;
    functions.set(key, known);
    return { kernel: known, given, computes: kernel.computes };
  };
  return entries.map((kernels) =>
    kernels.map((kernel) => {
      const call = calls.get(kernel) ?? callOf(kernel);
      calls.set(kernel, call);
      return call;
    }),
  );
}
