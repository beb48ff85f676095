// A program that uses the standalone script: compiled and run in a folder without packages.
import load, { fit, GradcError, type HousingNet } from "./housing.js";

const net: HousingNet = await load({ seed: 1 });
const rows = { x: new Float32Array(24), y: new Float32Array(2) };
const { epochs } = await fit(net, rows, { epochs: 2 });
console.log(epochs.length, net.predict(rows).price.length, new GradcError("a", "b").code);
