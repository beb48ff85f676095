// The network whose trainings PyTorch and gradc are compared by.
import { f32, losses, model, nn } from "gradc";
import { type CompileOptions, compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { type Golden, readGolden } from "./golden.ts";

const { x, y, start } = readGolden<{ readonly x: Golden; readonly y: Golden; readonly start: Golden }>("training");

const network = model("network", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(x, 3, { name: "hidden" }));
  const out = nn.linear(hidden, 1, { name: "out" });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

/** Parameters in the order in which trajectories have them. */
const extents = { "hidden.weight": 6, "hidden.bias": 3, "out.weight": 3, "out.bias": 1 };

/** The rows that it is trained on. */
export const rows = { x: x.data, y: y.data };

/** The network with PyTorch's weights at the start. */
export async function startingNet(options: CompileOptions): Promise<Net> {
  const net = await load(await compile(network, { batch: 8, ...options }));
  let offset = 0;
  for (const [parameter, extent] of Object.entries(extents)) {
    net.write(parameter, start.data.slice(offset, offset + extent));
    offset += extent;
  }
  return net;
}

/** All parameters, or states of them by their name. */
export const parametersOf = (net: Net, state = ""): number[] => Object.keys(extents).flatMap((parameter) => [...net.read(parameter + state)]);
