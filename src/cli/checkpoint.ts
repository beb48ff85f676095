// A checkpoint is the state of a training, and with it that of its best epoch: one file, so that no kill can part them.
import { decode, encode } from "../../runtime/checkpoint/safetensors.ts";

/** The state of an epoch, its number and the mean loss of its steps. */
export interface EpochState {
  readonly epoch: number;
  readonly loss: number;
  readonly state: Uint8Array;
}

/** The key of the metadata under which a checkpoint says which of its tensors is the best state, and of which epoch. */
const key = "best";

/** A state with that of the best epoch inside. The whole file of the best is one tensor, named as an optimizer's are, so that `restore` passes over it. */
export function withBest(state: Uint8Array, { epoch, loss, state: best }: EpochState): Uint8Array {
  const { metadata, tensors } = decode(state);
  const nameOf = (owner: string) => `${owner}.best`;
  const tensor = nameOf([...tensors.keys()].find((name) => !tensors.has(nameOf(name))) as string);
  const data = new Int32Array(best.slice().buffer);
  return encode({
    metadata: new Map([...metadata, [key, JSON.stringify({ tensor, epoch, loss })]]),
    tensors: new Map([...tensors, [tensor, { shape: [data.length], data }]]),
  });
}

/** What `withBest` made one; a file of weights alone is as it was. @throws GradcError `bad-weights` */
export function splitBest(bytes: Uint8Array): { readonly state: Uint8Array; readonly best?: EpochState } {
  const { metadata, tensors } = decode(bytes);
  const described = describedIn(metadata.get(key));
  const best = described && tensors.get(described.tensor)?.data;
  if (!described || !(best instanceof Int32Array)) return { state: bytes };
  const [texts, others] = [new Map(metadata), new Map(tensors)];
  texts.delete(key);
  others.delete(described.tensor);
  const { epoch, loss } = described;
  return { state: encode({ metadata: texts, tensors: others }), best: { epoch, loss, state: new Uint8Array(best.buffer) } };
}

interface Described {
  readonly tensor: string;
  readonly epoch: number;
  readonly loss: number;
}

/** What a checkpoint says of its best state; undefined for a text of someone else. */
function describedIn(text: string | undefined): Described | undefined {
  try {
    const { tensor, epoch, loss }: Partial<Described> = JSON.parse(text ?? "");
    return typeof tensor === "string" && Number.isSafeInteger(epoch) && Number.isFinite(loss) ? ({ tensor, epoch, loss } as Described) : undefined;
  } catch {
    return undefined;
  }
}
