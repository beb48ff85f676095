import { convert } from "./inputs.ts";
import type { Machine, Port } from "./machine.ts";
import type { Inputs, TensorData } from "./types.ts";
import { readVariable, writeVariable } from "./variables.ts";

/**
 * Sets the states of every `nn.standardize` of an input from the given rows: mean and biased deviation of each element of the last dimension,
 * deviation 1 where it is 0. Two passes in f64 over differences to the first row, so that a constant column has deviation 0 exactly.
 */
export function standardize(machine: Machine, inputs: Inputs, rows: Int32Array): void {
  for (const { input, mean, deviation } of machine.manifest.standardize) {
    const port = machine.inputs.get(input) as Port;
    const data = convert(port, inputs[input] as TensorData);
    const width = readVariable(machine, mean).length;
    const count = (rows.length * port.size) / width;
    const sumOf = (term: (value: number, column: number) => number): Float64Array => {
      const sums = new Float64Array(width);
      for (const row of rows) {
        for (let at = 0; at < port.size; at++)
          sums[at % width] = (sums[at % width] as number) + term(data[row * port.size + at] as number, at % width);
      }
      return sums;
    };
    const first = data.slice((rows[0] as number) * port.size, (rows[0] as number) * port.size + width);
    const shift = sumOf((value, column) => value - (first[column] as number)).map((sum) => sum / count);
    const squares = sumOf((value, column) => {
      const difference = value - (first[column] as number) - (shift[column] as number);
      return difference * difference;
    });
    writeVariable(
      machine,
      mean,
      shift.map((value, column) => value + (first[column] as number)),
    );
    writeVariable(
      machine,
      deviation,
      squares.map((sum) => Math.sqrt(sum / count) || 1),
    );
  }
}
