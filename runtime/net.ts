import { restoreState, saveState } from "./checkpoint/state.ts";
import { shapeMismatch, unknownName } from "./diagnostics.ts";
import { arrayOf, type Machine, type Port } from "./machine.ts";
import { checkOptions } from "./options.ts";
import { entryOf } from "./program.ts";
import { given } from "./record.ts";
import { learnedOf, predictRows } from "./rows.ts";
import { evaluate, run, stepResults } from "./run.ts";
import { remind, standardize } from "./standardize.ts";
import type { GameOptions, Gradients, Inputs, Net, Outputs } from "./types.ts";
import { readVariable, setHyper, writeVariable } from "./variables.ts";

// Registered, so that the runtime in a standalone script and the one in a package know each other's nets.
const key = Symbol.for("gradc.machine");

/** The module behind a net. */
export const machineOf = (net: object): Machine => (net as { readonly [key]: Machine })?.[key];

const copyOf = (port: Port, n: number) => port.memory.slice(0, port.size * n ** port.power);

/** The array for n rows of an output: the one that the caller gave, or a new one. @throws GradcError `shape-mismatch` */
function outputArray(port: Port, n: number, into: Partial<Outputs>): Outputs[string] {
  const length = port.size * n ** port.power;
  const Native = port.dtype === "bool" ? Uint8Array : arrayOf(port.dtype);
  const array = given(into, port.name) ?? new Native(length);
  if (array.length !== length || !(array instanceof Native)) throw shapeMismatch(port.name, port.shape, [array.length]);
  return array;
}

function predict(machine: Machine, inputs: Inputs, options?: { readonly into?: Partial<Outputs> }): Outputs {
  checkOptions(options, { into: "Object" });
  const into = options?.into ?? {};
  const outputs: Outputs = {};
  const known = machine.manifest.outputs;
  for (const name in into) if (!known.includes(name)) throw unknownName("output", name, known);
  run(machine, "predict", inputs, (call, first, count, n) => {
    for (const port of call.results) {
      if (first === 0) outputs[port.name] = outputArray(port, n, into);
      outputs[port.name]?.set(copyOf(port, count), port.power && first * port.size);
    }
  });
  return outputs;
}

/** The entry point of the game that options name, or that of the loss. */
function entryFor(name: "step" | "gradients", options?: GameOptions) {
  checkOptions(options, { game: "string" });
  return entryOf(name, options?.game);
}

function gradients(machine: Machine, inputs: Inputs, options?: GameOptions): Gradients {
  const { call, n } = run(machine, entryFor("gradients", options), inputs);
  const [loss, ...gradients] = call.results.map((port) => [port.name, copyOf(port, n) as Float32Array] as const);
  return { loss: loss?.[1][0] as number, gradients: Object.fromEntries(gradients) };
}

/** The public face of a machine. */
export function netOf(machine: Machine): Net {
  const { manifest, metadata } = machine;
  const net: Net = {
    manifest,
    metadata,
    parameters: new Map(
      manifest.variables.flatMap(({ name, role, shape, dtype, trainable }) => (role === "parameter" ? [[name, { shape, dtype, trainable }]] : [])),
    ),
    step(inputs: Partial<Inputs>, options?: GameOptions) {
      const losses = stepResults(machine, run(machine, entryFor("step", options), inputs as Inputs).call);
      remind(machine);
      return losses;
    },
    prepare: (inputs) => standardize(machine, inputs as Inputs),
    gradients: (inputs: Partial<Inputs>, options?: GameOptions) => gradients(machine, inputs as Inputs, options),
    evaluate: (inputs) => evaluate(machine, inputs),
    predict: (inputs, options) => predict(machine, inputs as Inputs, options),
    get columns() {
      return learnedOf(metadata).columns;
    },
    get classes() {
      return learnedOf(metadata).classes;
    },
    predictRows: (rows) => predictRows(machine, rows, (inputs) => predict(machine, inputs, {})),
    read: (name) => readVariable(machine, name),
    write(name, data) {
      writeVariable(machine, name, data);
      machine.isWritten.add(name);
    },
    setHyper: (values) => setHyper(machine, values),
    state: (options) => saveState(machine, options),
    restore: (bytes, options) => restoreState(machine, bytes, options),
  };
  return Object.defineProperty(net, key, { value: machine });
}
