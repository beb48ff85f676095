// What a worker thread runs, as a text, so that it is there however a program is bundled. It imports nothing but the modules of the user.
import { pack } from "./packing.ts";

/** Makes rows by the default exports of modules, one after the other. */
export const workerCode = `
const { parentPort } = require("node:worker_threads");
const functions = new Map();
const load = async (module) => {
  if (!functions.has(module)) {
    const { default: change } = await import(module);
    if (typeof change !== "function") throw new Error("it has no default export that is a function");
    functions.set(module, change);
  }
  return functions.get(module);
};
const pack = ${pack.toString()};
const unpacked = ({ count, columns, rows }) =>
  rows ?? Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values, data, size, isArray }) =>
      [name, values ? values[row] : isArray ? data.subarray(row * size, (row + 1) * size) : data[row]])));
const checked = (row) => {
  if (typeof row !== "object" || row === null) throw new Error("it gave no row");
  return row;
};
const make = async ({ id, packed, indices, seed, epoch, modules }) => {
  let [row, module] = [undefined, undefined];
  try {
    const changes = [];
    for (module of modules) changes.push(await load(module));
    const rows = unpacked(packed);
    const made = [];
    for (row = 0; row < rows.length; row++) {
      let value = rows[row];
      for (let i = 0; i < changes.length; i++) {
        module = modules[i];
        value = changes[i](value, { seed, epoch, index: indices[row] });
        if (value instanceof Promise) value = await value;
      }
      made.push(checked(value));
    }
    row = 0;
    const [message, buffers] = pack(made);
    parentPort.postMessage({ id, packed: message }, buffers);
  } catch (error) {
    parentPort.postMessage({ id, row, module, message: String(error?.message ?? error) });
  }
};
let turn = Promise.resolve();
parentPort.on("message", (job) => {
  turn = turn.then(() => make(job));
});
`;
