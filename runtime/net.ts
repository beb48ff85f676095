import { restoreState, saveState } from "./checkpoint/state.ts";
import { aboveCapacity, shapeMismatch, tooFewRows } from "./diagnostics.ts";
import { convert, fill, rowsOf } from "./inputs.ts";
import { type Call, callNamed, invoke, type Machine, type Port, scalars } from "./machine.ts";
import type { Inputs, Net, Outputs, TensorData } from "./types.ts";
import { readVariable, setHyper, variablesOf, writeVariable } from "./variables.ts";

const machines = new WeakMap<object, Machine>();

/** The module behind a net. */
export const machineOf = (net: object): Machine => machines.get(net) as Machine;

/** Runs a call on rows that fit at once. */
function runWhole(machine: Machine, call: Call, inputs: Inputs): number {
  const n = rowsOf(machine, call, inputs);
  if (n < call.minimum) throw tooFewRows(call.name, n, call.minimum);
  if (n > machine.capacity) throw aboveCapacity(call.name, n, machine.capacity);
  for (const port of call.inputs) fill(port, inputs[port.name] as TensorData, port.memory);
  invoke(call, n);
  return n;
}

/** Runs a call in parts of the capacity; `collect(first row, rows of the part, n)` sees each part's results. */
function runParts(machine: Machine, call: Call, inputs: Inputs, collect: (first: number, count: number, n: number) => void): void {
  const { capacity } = machine;
  const n = rowsOf(machine, call, inputs);
  if (n <= capacity || !call.splittable) {
    collect(0, runWhole(machine, call, inputs), n);
    return;
  }
  const whole = call.inputs.map((port) => convert(port, inputs[port.name] as TensorData));
  for (let first = 0; first < n; first += capacity) {
    const count = Math.min(capacity, n - first);
    call.inputs.forEach(({ memory, power, size }, i) => {
      memory.set(power ? (whole[i] as Float32Array).subarray(first * size, (first + count) * size) : (whole[i] as Float32Array));
    });
    invoke(call, count, first);
    collect(first, count, n);
  }
}

const copyOf = ({ memory, size, power }: Port, n: number) => memory.slice(0, size * n ** power);

const resultArrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array };

/** The array for n rows of an output: the one that the caller gave, or a new one. @throws GradcError `shape-mismatch` */
function outputArray({ name, dtype, shape, size, power }: Port, n: number, into: Partial<Outputs>): Outputs[string] {
  const length = size * n ** power;
  const array = into[name] ?? new resultArrays[dtype](length);
  if (array.length !== length || !(array instanceof resultArrays[dtype])) throw shapeMismatch(`into.${name}`, [dtype, ...shape], [array.length]);
  return array;
}

function predict(machine: Machine, inputs: Inputs, into: Partial<Outputs>): Outputs {
  const call = callNamed(machine, "predict");
  const outputs: Outputs = {};
  runParts(machine, call, inputs, (first, count, n) => {
    for (const port of call.results) {
      outputs[port.name] ??= outputArray(port, n, into);
      outputs[port.name]?.set(copyOf(port, count), port.power && first * port.size);
    }
  });
  return outputs;
}

function evaluate(machine: Machine, inputs: Inputs) {
  const call = callNamed(machine, "evaluate");
  const finish = machine.calls.get("evaluate.finish");
  for (const { name, shape } of variablesOf(machine, "sum")) {
    writeVariable(machine, name, new Float32Array(shape.reduce((product, dim) => product * dim, 1)));
  }
  runParts(machine, call, inputs, () => {});
  if (finish) invoke(finish, 0);
  return scalars(finish ?? call);
}

function gradients(machine: Machine, inputs: Inputs) {
  const call = callNamed(machine, "gradients");
  const n = runWhole(machine, call, inputs);
  const values = call.results.filter(({ name }) => name !== "loss" && !machine.manifest.metrics.includes(name));
  return { loss: scalars(call).loss, gradients: Object.fromEntries(values.map((port) => [port.name, copyOf(port, n) as Float32Array])) };
}

/** The public face of a machine. */
export function netOf(machine: Machine): Net {
  const { manifest, metadata } = machine;
  const parameters = manifest.variables.filter(({ role }) => role === "parameter");
  const net: Net = {
    manifest,
    metadata,
    parameters: new Map(parameters.map(({ name, shape, dtype, trainable }) => [name, { shape, dtype, trainable }])),
    step(inputs) {
      const call = callNamed(machine, "step");
      runWhole(machine, call, inputs);
      return scalars(call);
    },
    gradients: (inputs) => gradients(machine, inputs),
    evaluate: (inputs) => evaluate(machine, inputs),
    predict: (inputs, { into = {} } = {}) => predict(machine, inputs as Inputs, into),
    read: (name) => readVariable(machine, name),
    write: (name, data) => writeVariable(machine, name, data),
    setHyper: (values) => setHyper(machine, values),
    state: ({ optimizer = true } = {}) => saveState(machine, optimizer),
    restore: (bytes, options) => restoreState(machine, bytes, options),
  };
  machines.set(net, machine);
  return net;
}
