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
    const first = data.subarray((rows[0] as number) * port.size);
    /** The mean of differences to `center`, or of their squares. */
    const average = (center: ArrayLike<number>, isSquared: boolean): Float64Array => {
      const sums = new Float64Array(width);
      for (const row of rows) {
        for (let at = 0; at < port.size; at++) {
          const column = at % width;
          const difference = (data[row * port.size + at] as number) - (first[column] as number) - (center[column] as number);
          sums[column] = (sums[column] as number) + (isSquared ? difference * difference : difference);
        }
      }
      return sums.map((sum) => sum / count);
    };
    const shift = average(new Float64Array(width), false);
    const shifted = shift.map((value, column) => value + (first[column] as number));
    writeVariable(machine, mean, shifted);
    const spread = average(shift, true).map((square) => Math.sqrt(square) || 1);
    writeVariable(machine, deviation, spread);
  }
}
