// Kernels as functions: what does the same on buffers of the same types is one kernel, with a call for each place.
import type { Position } from "../ir/node.ts";
import { callOf } from "../kernel/call.ts";
import type { Argument, Call, Kernel, Statement } from "../kernel/kernel.ts";
import { signatureOf } from "../kernel/signature.ts";
import { argumentText, type GroupForm } from "./group-form.ts";
import { Members } from "./member.ts";
import { type Naming, uniqueNames } from "./name-kernel.ts";

interface Known extends GroupForm {
  readonly call: Call;
}

/** The functions of a module. */
export class Functions {
  readonly name: Naming = uniqueNames();
  readonly members = new Members();
  /** Where the definition says what a call computes, by name of the call. */
  readonly places = new Map<string, readonly Position[]>();
  private readonly byText = new Map<string, Kernel>();
  private readonly byForm = new Map<string, Known>();

  /** A call that does what `kernel` does. */
  call(kernel: Kernel): Call {
    const call = callOf(kernel);
    const key = [signatureOf(kernel).text, ...call.given.map(argumentText)].join("\n");
    const known = this.byText.get(key) ?? kernel;
    this.byText.set(key, known);
    return { ...call, kernel: known };
  }

  /** A call that does what a kernel of `form` does, whose body is assembled where it is not known. */
  callOfForm(form: GroupForm, { name, computes }: Omit<Kernel, "body">, assemble: () => readonly Statement[]): Call {
    const known = this.byForm.get(form.text);
    if (known) {
      const bound = new Map(known.given.map((argument, i) => [argument, form.given[i] as Argument]));
      return { ...known.call, name, computes, kernel: known.call.kernel, given: known.call.given.map((argument) => bound.get(argument) as Argument) };
    }
    const call = this.call({ name, computes, body: assemble() });
    this.byForm.set(form.text, { ...form, call });
    return call;
  }
}
