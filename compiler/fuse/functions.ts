// Kernels as functions: what does the same on buffers of the same types is one kernel, with a call for each place.
import { callOf } from "../kernel/call.ts";
import { type Argument, type Call, isScalar, type Kernel } from "../kernel/kernel.ts";
import { signatureOf } from "../kernel/signature.ts";
import { type Naming, uniqueNames } from "./name-kernel.ts";

/** What passes over kernels depend on of a buffer; where it lies is not known yet. */
const typeOf = (argument: Argument): unknown => (isScalar(argument) ? "scalar" : [argument.kind, argument.dtype, argument.shape]);

/** The functions of a module. */
export class Functions {
  readonly name: Naming = uniqueNames();
  private readonly known = new Map<string, Kernel>();

  /** A call that does what `kernel` does. */
  call(kernel: Kernel): Call {
    const call = callOf(kernel);
    const key = `${signatureOf(kernel).text}\n${JSON.stringify(call.given.map(typeOf))}`;
    const known = this.known.get(key) ?? kernel;
    this.known.set(key, known);
    return { ...call, kernel: known };
  }
}
