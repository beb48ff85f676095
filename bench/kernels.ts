// Ours, kernel by kernel, over shapes: where a regression of a step comes from.
import { f32, type Model, model, nn, ops, optim, parameter, type Tensor } from "gradc";
import { timeKernels } from "../src/cli/inspect/time-kernels.ts";
import { openDefinition } from "../src/open.ts";
import type { Optimizer } from "../src/optim/optimizer.ts";

interface Case {
  readonly about: string;
  readonly model: Model;
  /** With one, its step is timed; without, the gradients. */
  readonly optimizer?: Optimizer;
}

/** The gradients of a layer's parameters and of what comes before it: its input is scaled by a parameter. */
function layer(about: string, shape: readonly number[], apply: (x: Tensor) => Tensor): Case {
  const network = model("layer", { x: f32(...shape) }, ({ x }) => {
    const scaled = ops.mul(x, parameter(shape.slice(1), { name: "before" }));
    const y = apply(scaled);
    return { outputs: { y }, loss: ops.sum(ops.square(y)) };
  });
  return { about, model: network };
}

/** The update of a parameter whose gradient is the parameter itself. */
function update(about: string, optimizer: Optimizer): Case {
  const network = model("update", { x: f32(1, 512) }, ({ x }) => {
    const w = parameter([512, 512], { name: "w" });
    return { outputs: { y: ops.matmul(x, w) }, loss: ops.sum(ops.square(w)) };
  });
  return { about: `${about} of 512x512`, model: network, optimizer };
}

const dense = (rows: number, width: number, out: number) => layer(`linear ${rows}x${width}x${out}`, [rows, width], (x) => nn.linear(x, out));
const conv = (
  shape: readonly number[],
  out: number,
  kernel: number,
  options: { readonly stride?: number; readonly padding?: number; readonly groups?: number },
) => {
  const settings = Object.entries(options).map(([name, value]) => ` ${name} ${value}`);
  const about = `conv ${kernel}x${kernel} to ${out}${settings.join("")} on ${shape.join("x")}`;
  return layer(about, shape, (x) => nn.conv2d(x, out, kernel, options));
};

const cases: readonly Case[] = [
  dense(1, 784, 128),
  dense(64, 784, 128),
  dense(128, 1024, 1024),
  dense(512, 512, 512),
  dense(61, 67, 71),
  dense(256, 13, 5),
  conv([16, 3, 32, 32], 32, 3, { padding: 1 }),
  conv([16, 32, 32, 32], 64, 3, { padding: 1, stride: 2 }),
  conv([16, 32, 16, 16], 64, 1, {}),
  conv([16, 16, 28, 28], 16, 3, { padding: 1, groups: 16 }),
  layer("softmax 256x1000", [256, 1000], (x) => ops.softmax(x)),
  layer("layerNorm 512x256", [512, 256], (x) => nn.layerNorm(x)),
  layer("batchNorm 512x256", [512, 256], (x) => nn.batchNorm1d(x)),
  layer("gelu 256x1024", [256, 1024], (x) => nn.gelu(x)),
  layer("tanh 256x1024", [256, 1024], (x) => nn.tanh(x)),
  update("sgd", optim.sgd({ lr: 0.01 })),
  update("sgd with momentum", optim.sgd({ lr: 0.01, momentum: 0.9 })),
  update("adam", optim.adam({ lr: 0.01 })),
];

async function rowsOf({ about, model: network, optimizer }: Case, peak: number): Promise<string[][]> {
  const entry = await timeKernels(await openDefinition(network, { optimizer }));
  return (entry?.kernels ?? [])
    .filter(({ operations, time }) => operations > 1000 && time > 0)
    .map(({ call, time, operations, bytes }) => {
      const rate = operations / time / 1e6;
      return [
        about,
        call.name,
        time.toPrecision(3),
        rate.toPrecision(3),
        `${((100 * rate) / peak).toFixed(0)} %`,
        (bytes / time / 1e6).toPrecision(3),
      ];
    });
}

/** A table of the kernels of each case beside the peak in operations a second. */
export async function kernels(peak: number): Promise<readonly (readonly string[])[]> {
  const rows: string[][] = [["case", "kernel", "ms", "10^9 operations a second", "of peak", "GB/s"]];
  for (const one of cases) rows.push(...(await rowsOf(one, peak)));
  return rows;
}
