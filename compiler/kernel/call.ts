// What kernels are called with.
import { type Buffer, type Call, isScalar, type Kernel } from "./kernel.ts";

/** The buffers that a call is given. */
export const buffersOfCall = ({ given }: Call): Buffer[] => given.flatMap((argument) => (isScalar(argument) ? [] : [argument]));

/** The calls of each kernel, in order; kernels that are shared by entry points are given the same there. */
export function callsByKernel(all: readonly Call[]): Map<Kernel, Call[]> {
  const calls = new Map<Kernel, Set<Call>>();
  for (const call of all) calls.set(call.kernel, (calls.get(call.kernel) ?? new Set()).add(call));
  return new Map([...calls].map(([kernel, of]) => [kernel, [...of]]));
}
