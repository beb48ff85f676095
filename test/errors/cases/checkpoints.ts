// Mistakes with checkpoints, files of tensors and weights of PyTorch.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FileTensor, importWeights, open, readSafetensors, readTorch, save, writeSafetensors } from "../../../checkpoint/index.node.ts";
import { load, type Net } from "../../../runtime/index.node.ts";
import { compile } from "../../../src/compile.ts";
import { f32, model, nn } from "../../../src/index.ts";
import { goldenFile } from "../../checkpoint/golden.ts";
import { type ErrorCase, folder } from "../error-case.ts";

let loaded: Promise<Net> | undefined;

/** A net with the layers "hidden" and "price". */
async function prices(): Promise<Net> {
  const definition = model("prices", { x: f32("batch", 3) }, ({ x }) => {
    const hidden = nn.tanh(nn.linear(x, 3, { name: "hidden" }));
    return { outputs: { price: nn.linear(hidden, 2, { name: "price" }) } };
  });
  loaded ??= compile(definition).then(({ wasm }) => load(wasm));
  return loaded;
}

const at = (name: string) => join(folder, "checkpoints", name);

/** A file of one tensor, with its header changed. */
function changed(change: (header: string) => string): Uint8Array {
  const tensors = new Map<string, FileTensor>([["hidden.weight", { dtype: "F32", shape: [2, 2], data: new Float32Array(4) }]]);
  const bytes = writeSafetensors({ tensors });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  const start = new Uint8Array(new BigUint64Array([BigInt(header.length)]).buffer);
  return Uint8Array.from([...start, ...header, ...bytes.subarray(8 + length)]);
}

export const checkpointCases: readonly ErrorCase[] = [
  {
    code: "weights-do-not-fit",
    did: "Weights of PyTorch have other names than the layers of the net, as those of `nn.Sequential` do.",
    advice: 'Say by `rename` which layer is which: `importWeights(net, file, { rename: { 0: "hidden", 2: "price" } })`.',
    run: async () => importWeights(await prices(), readTorch(goldenFile("mlp.pt"))),
  },
  {
    code: "own-weights",
    did: "Weights that `net.state` gave were imported as if they were PyTorch's.",
    advice: "Restore them: `net.restore(bytes)`.",
    run: async () => {
      const net = await prices();
      return importWeights(net, readSafetensors(net.state()));
    },
  },
  {
    code: "not-tensors",
    did: "A file of PyTorch holds a whole module, not its tensors, and to read it means to run code.",
    advice: "Save the `state_dict` of the module in Python.",
    run: () => readTorch(goldenFile("module.pt")),
  },
  {
    code: "bad-weights",
    did: "A file of PyTorch is of a version before 1.6.",
    advice: "Load and save it with a newer PyTorch.",
    run: () => readTorch(goldenFile("legacy.pt")),
  },
  {
    code: "bad-weights",
    did: "A file of tensors was cut off when it was copied.",
    advice: "Copy it again.",
    run: () => readSafetensors(changed((header) => header).subarray(0, -4)),
  },
  {
    code: "bad-weights",
    did: "The shape of a tensor was changed in a file, and its bytes were not.",
    advice: "Write the file with a tool that keeps both in step, such as `writeSafetensors`.",
    run: () => readSafetensors(changed((header) => header.replace("[2,2]", "[2,3]"))),
  },
  {
    code: "bad-weights",
    did: "A byte of the only checkpoint has changed on the disk.",
    advice: "With `keep: 3` there are two before it, the last good one of which `open` takes.",
    run: async () => {
      await save(at("damaged.safetensors"), await prices());
      const bytes = readFileSync(at("damaged.safetensors"));
      bytes[bytes.length - 2] = 1;
      writeFileSync(at("damaged.safetensors"), bytes);
      return open(at("damaged.safetensors"));
    },
  },
  {
    code: "bad-option",
    did: "The position of a training holds what JSON does not.",
    advice: "Give numbers, texts, lists and objects of them.",
    run: async () => save(at("position.safetensors"), await prices(), { position: { next: 3n } }),
  },
];
