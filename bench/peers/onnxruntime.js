// ONNX Runtime Web on its wasm device, one thread: the forward pass alone, which is what it is made for.
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";

import { onnxOf } from "./onnx.ts";

export const version = () => `onnxruntime-web ${env.versions.web}, Node ${process.versions.node}`;

export async function prepare(task) {
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(onnxOf(task));
  const x = new Tensor("float32", new Float32Array(Uint8Array.from(Buffer.from(task.inputs.x.data, "base64")).buffer), task.input);
  return { step: async () => (await session.run({ x })).out?.data };
}
