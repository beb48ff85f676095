// What a pickle of tensors can hold. Nothing of it is a function, and nothing is run.
import type { TensorDtype } from "../dtypes.ts";

/** A class or function that a pickle names, one of those that tensors are made of. */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A list or tuple; lists grow. */
export type List = Value[];

/** A dict, by its keys. */
export type Dict = Map<Value, Value>;

/** A storage: the numbers of one or more tensors. */
export class Storage {
  readonly key: string;
  /** Undefined of a storage of bytes, whose tensors say it. */
  readonly dtype: TensorDtype | undefined;

  constructor(key: string, dtype: TensorDtype | undefined) {
    this.key = key;
    this.dtype = dtype;
  }
}

/** A view of a storage. */
export class View {
  readonly storage: Storage;
  readonly dtype: TensorDtype;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, dtype: TensorDtype, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.dtype = dtype;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

export type Value = null | boolean | number | bigint | string | Uint8Array | Global | Storage | View | List | Dict;
