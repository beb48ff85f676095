// What a worker thread runs, as a text, so that it is there however a program is bundled. It imports nothing but the modules of the user.

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
const isView = (value) => ArrayBuffer.isView(value) && !(value instanceof DataView);
const own = (view) => (view.byteLength < view.buffer.byteLength ? view.slice() : view);
const sendable = (value) => {
  if (isView(value)) return own(value);
  return value !== null && typeof value === "object" && isView(value.data) ? { ...value, data: own(value.data) } : value;
};
const packed = (row) => {
  if (typeof row !== "object" || row === null) throw new Error("it gave no row");
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, sendable(value)]));
};
const make = async ({ id, rows, indices, seed, epoch, modules }) => {
  let [row, module] = [undefined, undefined];
  try {
    const changes = [];
    for (module of modules) changes.push(await load(module));
    const made = [];
    for (row = 0; row < rows.length; row++) {
      let value = rows[row];
      for (let i = 0; i < changes.length; i++) {
        module = modules[i];
        value = changes[i](value, { seed, epoch, index: indices[row] });
        if (value instanceof Promise) value = await value;
      }
      made.push(packed(value));
    }
    parentPort.postMessage({ id, rows: made });
  } catch (error) {
    parentPort.postMessage({ id, row: row === rows.length ? 0 : row, module, message: String(error?.message ?? error) });
  }
};
let turn = Promise.resolve();
parentPort.on("message", (job) => {
  turn = turn.then(() => make(job));
});
`;
