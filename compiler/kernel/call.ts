// What kernels are called with.
import { type Argument, type Buffer, type Call, type Kernel, wholeOf } from "./kernel.ts";
import { rewriteKernel } from "./rewrite.ts";
import { signatureOf } from "./signature.ts";
import { buffersOf, kept } from "./visit.ts";

/** A call of a kernel on its own buffers and scalars. */
export const callOf = kept(
  (kernel: Kernel): Call => ({ name: kernel.name, kernel, given: signatureOf(kernel).formals, within: [], computes: kernel.computes }),
);

/** The call of a kernel of its own in the place of `call`. */
export const replaced = ({ within }: Call, kernel: Kernel): Call => ({ ...callOf(kernel), within });

/** What a call gives for a buffer or scalar of its kernel. */
export const argumentsOf = kept(({ kernel, given }: Call) => {
  const bound = new Map(signatureOf(kernel).formals.map((formal, i) => [formal, given[i]]));
  return <A extends Argument>(formal: A): A => bound.get(formal) as A;
});

/** The buffers that a call is given: those that it reads, then others that it writes. */
export const buffersOfCall = kept((call: Call): readonly Buffer[] => [...buffersOf(call.kernel)].map(argumentsOf(call)));

/** The buffers that calls are given parts of. */
export const viewedBy = (calls: readonly Call[]): Set<Buffer> =>
  new Set(calls.flatMap((call) => buffersOfCall(call).flatMap((buffer) => (buffer.view ? [wholeOf(buffer)] : []))));

/** The call with another kernel, that does the same on the same arguments. */
export function withKernel(call: Call, kernel: Kernel): Call {
  if (kernel === call.kernel) return call;
  return { ...call, kernel, given: signatureOf(kernel).formals.map(argumentsOf(call)) };
}

/** The calls with what `change` makes of each kernel, once for each. */
export function changeKernels(entries: readonly (readonly Call[])[], change: (kernel: Kernel) => Kernel): Call[][] {
  const changed = kept(change);
  return entries.map((calls) => calls.map((call) => withKernel(call, changed(call.kernel))));
}

/** A kernel of its own for a call: on the buffers and scalars that it is given. */
export const instanceOf = kept((call: Call): Kernel => {
  const { name, kernel, given, computes } = call;
  if (signatureOf(kernel).formals.every((formal, i) => formal === given[i])) return kernel;
  const argument = argumentsOf(call);
  const { body } = rewriteKernel(kernel, {
    place: ({ buffer, index }) => ({ buffer: argument(buffer), index }),
    expr: (expr) => (expr.kind === "scalar" ? { ...expr, scalar: argument(expr.scalar) } : expr),
  });
  return { name, body, computes };
});

/** The calls of each kernel, in order; kernels that are shared by entry points are given the same there. */
export function callsByKernel(all: readonly Call[]): Map<Kernel, Call[]> {
  const calls = new Map<Kernel, Set<Call>>();
  for (const call of all) calls.set(call.kernel, (calls.get(call.kernel) ?? new Set()).add(call));
  return new Map([...calls].map(([kernel, of]) => [kernel, [...of]]));
}
