import { convert } from "./inputs.ts";
import type { Machine, Port } from "./machine.ts";
import type { Inputs, TensorData } from "./types.ts";
import { readVariable, writeVariable } from "./variables.ts";

/**
 * Sets the states of every `nn.standardize` of an input from the given rows: mean and biased deviation of each element of the last dimension,
 * deviation 1 where it is 0. One pass in f64 (Welford 1962), in which a constant column has deviation 0 exactly.
 */
export function standardize(machine: Machine, inputs: Inputs, rows: Int32Array): void {
  for (const { input, mean, deviation } of machine.manifest.standardize) {
    const port = machine.inputs.get(input) as Port;
    const data = convert(port, inputs[input] as TensorData);
    const width = readVariable(machine, mean).length;
    const means = new Float64Array(width);
    const squares = new Float64Array(width);
    let count = 0;
    for (const row of rows) {
      for (let at = 0; at < port.size; at++) {
        const column = at % width;
        if (column === 0) count++;
        const value = data[row * port.size + at] as number;
        const difference = value - (means[column] as number);
        means[column] = (means[column] as number) + difference / count;
        squares[column] = (squares[column] as number) + difference * (value - (means[column] as number));
      }
    }
    writeVariable(machine, mean, means);
    const deviations = squares.map((square) => Math.sqrt(square / count) || 1);
    writeVariable(machine, deviation, deviations);
  }
}
