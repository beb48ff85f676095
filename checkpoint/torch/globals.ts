// The classes and functions that tensors are pickled by, and what each makes. All others are refused.
import { badFile, notOfTensors, quoted } from "../diagnostics.ts";
import type { TensorDtype } from "../dtypes.ts";
import { Global, type List, Storage, type Value, View } from "./values.ts";

/** Classes of storages. */
const storages: Readonly<Record<string, TensorDtype | undefined>> = {
  "torch.DoubleStorage": "F64",
  "torch.FloatStorage": "F32",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
  "torch.ComplexFloatStorage": "C64",
  "torch.UntypedStorage": undefined,
  "torch.storage.UntypedStorage": undefined,
};

/** Element types that tensors name, whose storages are of bytes. */
const types: Readonly<Record<string, TensorDtype>> = {
  "torch.float64": "F64",
  "torch.float32": "F32",
  "torch.float16": "F16",
  "torch.bfloat16": "BF16",
  "torch.float8_e4m3fn": "F8_E4M3",
  "torch.float8_e5m2": "F8_E5M2",
  "torch.int64": "I64",
  "torch.uint64": "U64",
  "torch.int32": "I32",
  "torch.uint32": "U32",
  "torch.int16": "I16",
  "torch.uint16": "U16",
  "torch.int8": "I8",
  "torch.uint8": "U8",
  "torch.bool": "BOOL",
  "torch.complex64": "C64",
};

const wrong = (what: string) => badFile(`the pickle makes ${what}`);

/** More axes than a tensor has. */
const mostAxes = 64;

/** Whole numbers from 0 on. */
function wholes(value: Value | undefined, what: string): number[] {
  const numbers = Array.isArray(value) ? value : [value];
  if (numbers.length > mostAxes || !numbers.every((each) => Number.isSafeInteger(each) && (each as number) >= 0))
    throw wrong(`a tensor with ${what}`);
  return numbers as number[];
}

function view([storage, offset, size, strides]: List, named?: Value): View {
  const dtype = storage instanceof Storage ? (storage.dtype ?? (named instanceof Global ? types[named.name] : undefined)) : undefined;
  if (!(storage instanceof Storage) || dtype === undefined) throw wrong("a tensor without a storage of a known type");
  const [at = 0] = wholes(offset, "no offset");
  const [shape, steps] = [wholes(size, "no shape"), wholes(strides, "no strides")];
  if (!Array.isArray(size) || !Array.isArray(strides) || shape.length !== steps.length) throw wrong("a tensor with other strides than axes");
  return new View(storage, dtype, at, shape, steps);
}

function parameter([data]: List): View {
  if (!(data instanceof View)) throw wrong("a parameter that is no tensor");
  return data;
}

/** Its items come behind the call. */
function empty(args: List): Value {
  if (args.length > 0) throw wrong("an OrderedDict with items in its call, as Python 2 did");
  return new Map();
}

/** What calls make, by the name of what is called. */
const makers: Readonly<Record<string, (args: List) => Value>> = {
  "collections.OrderedDict": empty,
  "torch.Size": (args) => (Array.isArray(args[0]) ? args[0] : []),
  "torch._utils._rebuild_tensor": view,
  "torch._utils._rebuild_tensor_v2": (args) => view(args),
  "torch._utils._rebuild_tensor_v3": (args) => view(args, args[6]),
  "torch._utils._rebuild_parameter": parameter,
  "torch._utils._rebuild_parameter_with_state": parameter,
};

/** What a pickle names. @throws GradcError `not-tensors` for all that no tensor is made of */
export function globalNamed(module: string, name: string): Global {
  const full = `${module}.${name}`;
  if (![makers, storages, types].some((table) => Object.hasOwn(table, full))) throw notOfTensors(full);
  return new Global(full);
}

/** What a call makes. @throws GradcError `bad-weights` */
export function call(callee: Value | undefined, args: Value | undefined): Value {
  const make = callee instanceof Global && Object.hasOwn(makers, callee.name) ? makers[callee.name] : undefined;
  if (!make || !Array.isArray(args)) throw wrong(`a call of ${callee instanceof Global ? quoted(callee.name) : "what is no function"}`);
  return make(args);
}

/** The storage that a pickle refers to: `("storage", class, key, device, elements)`. @throws GradcError `bad-weights` */
export function storageOf(id: Value | undefined): Storage {
  const [kind, type, key] = Array.isArray(id) ? id : [];
  const isKnown = kind === "storage" && type instanceof Global && Object.hasOwn(storages, type.name) && typeof key === "string";
  if (!isKnown) throw wrong("a reference to something else than a storage");
  return new Storage(key as string, storages[(type as Global).name]);
}
