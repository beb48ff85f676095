// Files of `torch.save`: a zip archive with the pickle `data.pkl` and the storages that it refers to, `data/0` and so on.
import { bytesIn } from "../bytes.ts";
import { badFile, badTensor, quoted } from "../diagnostics.ts";
import { decodeElements, type Stored, storedAs, type TensorArray } from "../dtypes.ts";
import { countOf, type FileTensor, type TensorFile } from "../safetensors.ts";
import { type Entries, entriesOf } from "./archive.ts";
import { readPickle } from "./pickle.ts";
import { type Storage, type Value, View } from "./values.ts";

const [zipStart, pickleStart] = [0x50, 0x80];

/**
 * The tensors of a file of `torch.save`, read without running anything of it: a `state_dict`, or dicts, lists and tuples of tensors and plain
 * values, whose names are joined by dots: `model.0.weight`. Texts, numbers and booleans are the metadata, by such names. Tensors are copied in
 * row-major order, whatever their strides; of a parameter its value. Takes time and memory in proportion to the bytes.
 * @throws GradcError `not-tensors` where the pickle names any other class or function, such as that of a whole module; `bad-weights` for a file that is
 * damaged, compressed or of the format before PyTorch 1.6
 */
export function readTorch(source: Uint8Array | ArrayBuffer): TensorFile {
  const bytes = bytesIn(source);
  if (bytes[0] === pickleStart) throw badFile("the file is of the format before PyTorch 1.6", "in Python: torch.save(torch.load(file), file)");
  if (bytes[0] !== zipStart) throw badFile("no file of torch.save, which is a zip archive");
  const entries = entriesOf(bytes);
  const pickle = [...entries.keys()].find((name) => name === "data.pkl" || /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) throw badFile('the archive has no entry "data.pkl", as those of torch.save have');
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order).trim() !== "little") throw badFile("the numbers in the file are big-endian");
  const data = entries.get(pickle) as Uint8Array;
  return tensorsOf(readPickle(data), { bytesOf: ({ key }) => entries.get(`${folder}data/${key}`), decoded: new Map() }, roomIn(entries, data));
}

/** How many bytes names and tensors may make: some files hold one storage under several names, and a step of 0 repeats an element. */
const roomIn = (entries: Entries, pickle: Uint8Array): number =>
  2 ** 20 + 64 * pickle.length + 8 * [...entries.values()].reduce((sum, { length }) => sum + length, 0);

/** More lists in lists than a file of weights has. */
const deepest = 64;

/** The storages of an archive. */
interface Storages {
  readonly bytesOf: (storage: Storage) => Uint8Array | undefined;
  /** The elements of those that have views in another order, by type and key. */
  readonly decoded: Map<string, TensorArray>;
}

function tensorsOf(root: Value, storages: Storages, room: number): TensorFile {
  const file: TensorFile = { metadata: new Map(), tensors: new Map() };
  let left = room;
  const visit = (value: Value, name: string, depth: number): void => {
    left -= 1 + name.length;
    if (depth > deepest) throw badFile(`${quoted(name)} is a list in a list, and so on`);
    if (left < 0) throw badFile(`${quoted(name)}: lists and tensors are repeated in each other until they are larger than the file can be`);
    const add = <T>(map: Map<string, T>, item: T): void => {
      if (file.tensors.has(name) || file.metadata.has(name)) throw badFile(`two values are called ${quoted(name)}`);
      map.set(name, item);
    };
    if (value instanceof View) {
      left -= countOf(value.shape) * (storedAs(value.dtype) as Stored).array.BYTES_PER_ELEMENT;
      if (left < 0) throw badTensor(name, `is of [${value.shape}], and with it tensors are larger than the file can hold`);
      add(file.tensors, tensorOf(name, value, storages));
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, item] of value.entries()) visit(item, joined(name, key), depth + 1);
    } else if (value !== null && typeof value !== "object") add(file.metadata, String(value));
  };
  visit(root, "", 0);
  return file;
}

function joined(name: string, key: Value): string {
  if (typeof key !== "string" && typeof key !== "number") throw badFile(`${quoted(name)} is a dict with keys that are no texts`);
  return name === "" ? String(key) : `${name}.${key}`;
}

/** The elements of a view in row-major order. */
function tensorOf(name: string, view: View, storages: Storages): FileTensor {
  const { dtype, shape, strides, offset, storage } = view;
  const stored = storedAs(dtype) as Stored;
  const bytes = storages.bytesOf(storage);
  if (!bytes) throw badTensor(name, `lies in the storage ${quoted(storage.key)}, which is not in the archive`);
  const count = countOf(shape);
  const reach = count === 0 ? 0 : 1 + shape.reduce((sum, extent, axis) => sum + (extent - 1) * (strides[axis] as number), 0);
  const end = (offset + reach) * stored.bytes;
  if (!(end <= bytes.length)) throw badTensor(name, `reaches to byte ${end} of the storage ${quoted(storage.key)}, which has ${bytes.length}`);
  if (isRowMajor(view)) return { dtype, shape, data: decodeElements(stored, bytes, offset * stored.bytes, end) };
  const key = `${dtype} ${storage.key}`;
  const whole = storages.decoded.get(key) ?? decodeElements(stored, bytes, 0, bytes.length - (bytes.length % stored.bytes));
  storages.decoded.set(key, whole);
  return { dtype, shape, data: gathered(view, whole, stored, count) };
}

/** Whether elements lie one after the other. */
function isRowMajor({ shape, strides }: View): boolean {
  if (shape.includes(0)) return true;
  let step = 1;
  return [...shape.keys()].reverse().every((axis) => {
    const fits = shape[axis] === 1 || strides[axis] === step;
    step *= shape[axis] as number;
    return fits;
  });
}

function gathered({ shape, strides, offset }: View, from: TensorArray, { array, lanes }: Stored, count: number): TensorArray {
  const to = new array(count * lanes);
  const index = shape.map(() => 0);
  let place = offset;
  for (let i = 0; i < count; i++) {
    for (let lane = 0; lane < lanes; lane++) to[i * lanes + lane] = from[place * lanes + lane] as never;
    // The last index moves first, and a full one takes the next with it.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      place -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return to;
}
