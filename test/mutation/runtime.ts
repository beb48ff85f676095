// Mistakes in the runtime: training, evaluation in parts, weights, tables.
import type { Mutant } from "./mutant.ts";

const fit = ["test/runtime/fit.test.ts"];
const net = ["test/runtime/net.test.ts", "test/runtime/compiled.test.ts"];
const state = ["test/runtime/checkpoint/state.test.ts"];
const safetensors = ["test/runtime/checkpoint/safetensors.test.ts"];
const csv = ["test/data/csv.test.ts"];
const training = ["test/data/training.test.ts"];

export const runtimeMutants: readonly Mutant[] = [
  {
    name: "range check: the extent itself is an index",
    file: "runtime/inputs.ts",
    from: "value < range.upper)",
    to: "value <= range.upper)",
    tests: [...fit, ...net],
  },
  {
    name: "predict in parts: each part is written to the first rows",
    file: "runtime/net.ts",
    from: "port.power && first * port.size",
    to: "port.power && 0",
    tests: net,
  },
  {
    name: "evaluate in parts: each part reads the first rows",
    file: "runtime/run.ts",
    from: "data.subarray(first * size, (first + count) * size)",
    to: "data.subarray(0, count * size)",
    tests: net,
  },
  {
    name: "fit: the last, smaller batch weighs as much as the others",
    file: "runtime/fit.ts",
    from: "sum: sum + losses.loss * count,",
    to: "sum: sum + losses.loss * batch,",
    tests: fit,
  },
  {
    name: "fit: every epoch has the same order of rows",
    file: "runtime/training/batches.ts",
    from: "shuffle(rows.slice(), seed, epoch)",
    to: "shuffle(rows.slice(), seed, 1)",
    tests: fit,
  },
  {
    name: "shuffle: the last row never moves",
    file: "runtime/shuffle.ts",
    from: "let last = rows.length - 1;",
    to: "let last = rows.length - 2;",
    tests: ["test/runtime/shuffle.test.ts"],
  },
  {
    name: "standardize: the deviation of a constant column is 0",
    file: "src/preparation.ts",
    from: 'ops.where(ops.compare(size, 0, "gt"), size, 1)',
    to: "size",
    tests: ["test/use/standardize.test.ts"],
  },
  {
    name: "standardize: what another value is made of is set after it",
    file: "src/declare.ts",
    from: ".sort((a, b) => a.value.id - b.value.id)",
    to: ".sort((a, b) => b.value.id - a.value.id)",
    tests: ["test/use/standardize.test.ts"],
  },
  {
    name: "evaluate in parts: what rounding took from a total is lost",
    file: "compiler/passes/totals.ts",
    from: "const term = build.add(sum, rest);",
    to: "const term = sum;",
    tests: net,
  },
  {
    name: "evaluate in parts: an input that enters after the sums is not written",
    file: "compiler/manifest.ts",
    from: "withFinish(parts.program, entry).flatMap(rootsOf)",
    to: "rootsOf(entry)",
    tests: net,
  },
  {
    name: "restore: weights that do not fit are taken in part",
    file: "runtime/checkpoint/state.ts",
    from: "if (faults[0] && !partial) throw weightsDoNotFit(faults);",
    to: "",
    tests: state,
  },
  {
    name: "restore: weights of another net bring their learning rate along",
    file: "runtime/checkpoint/state.ts",
    from: "if (texts.delete(key) && !partial)",
    to: "if (texts.delete(key))",
    tests: state,
  },
  {
    name: "fit: a training that goes on takes the steps of its epoch once more",
    file: "runtime/training/batches.ts",
    from: "for (let at = made;",
    to: "for (let at = 0;",
    tests: ["test/runtime/callbacks.test.ts"],
  },
  {
    name: "early stopping counts all epochs that are no better",
    file: "runtime/training/early-stopping.ts",
    from: "[best, bad] = [value, 0];",
    to: "best = value;",
    tests: ["test/runtime/callbacks.test.ts"],
  },
  {
    name: "fit: validation is checked when it is due",
    file: "runtime/fit.ts",
    from: '  if (validated) prepare(machine, "evaluate", ...validated);\n',
    to: "",
    tests: fit,
  },
  {
    name: "load: slots of a manifest may have more elements than there is memory",
    file: "runtime/machine.ts",
    from: "length >= most && room >= 0",
    to: "length >= most - 1e5 && room >= 0",
    tests: ["test/fuzz/manifest.test.ts"],
  },
  {
    name: "restore: the number of the step stays",
    file: "runtime/checkpoint/state.ts",
    from: 'variablesOf(machine, "counter", "hyper")',
    to: 'variablesOf(machine, "hyper")',
    tests: state,
  },
  {
    name: "safetensors: bytes behind the last tensor are let through",
    file: "runtime/checkpoint/safetensors.ts",
    from: "if (end !== bytes.length) throw",
    to: "if (end > bytes.length) throw",
    tests: safetensors,
  },
  {
    name: "safetensors: a tensor may lie anywhere",
    file: "runtime/checkpoint/safetensors.ts",
    from: " || JSON.stringify(data_offsets) !== place",
    to: "",
    tests: safetensors,
  },
  {
    name: "csv: rows may be longer than the header",
    file: "data/csv.ts",
    from: "isWider ||= starts[i] !== ends[i];",
    to: "isWider ||= starts[i] === ends[i];",
    tests: csv,
  },
  {
    name: "csv: a carriage return and a line feed are two line ends",
    file: "data/scan.ts",
    from: "state.at = isPair ? at + 2 : at + 1;\n  state.next = line + 1;",
    to: "state.at = at + 1;\n  state.next = line + 1;",
    tests: csv,
  },
  {
    name: "csv: an empty cell is 0",
    file: "data/cell.ts",
    from: "if (digits === 0) return Number.NaN;",
    to: "",
    tests: ["test/data/column.test.ts"],
  },
  {
    name: "csv: NA is a class",
    file: "data/cell.ts",
    from: 'new Set(["", "NA", ',
    to: 'new Set(["", ',
    tests: ["test/data/column.test.ts"],
  },
  {
    name: "csv: a class is cut to a whole number",
    file: "data/encode.ts",
    from: 'slot.dtype === "i32" ? value === (value | 0)',
    to: 'slot.dtype === "i32" ? value === value',
    tests: training,
  },
  {
    name: "csv: what is filled in comes from all rows",
    file: "data/training.ts",
    from: "const training = holdOut(",
    to: "const training = rows; holdOut(",
    tests: training,
  },
  {
    name: "csv: a label is the number of the line that it first stands on",
    file: "data/learn.ts",
    from: "column.labels?.[value] as string).sort()",
    to: "column.labels?.[value] as string)",
    tests: training,
  },
];
