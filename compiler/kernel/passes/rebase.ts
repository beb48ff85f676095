// What: calls that differ in where in their buffers they begin become calls on views that begin there, so that they can be of one kernel.
// Before: h = f(x[i, 3, j]) and h = f(x[i, 4, j])   After: h = f(v[i, 0, j]), v being x from step 3 on in one call and from step 4 on in the other.
// Requires: a layout, and a place for every buffer. Ensures: as many calls in the same order that do the same; views have strides and places as their
//   buffers do. A call that no other becomes equal to stays as it is.
// Cost: linear in the number of calls, and in the size of the kernels.
import { elementBytes } from "../../ir/type.ts";
import { shift } from "../affine.ts";
import { argumentsOf, instanceOf } from "../call.ts";
import { type Argument, type Buffer, type Call, isScalar, type Kernel, type Layout, type MemoryPlan } from "../kernel.ts";
import { rewriteKernel } from "../rewrite.ts";
import { signatureOf } from "../signature.ts";
import { buffersOf, kept, loadsOf, sitesOf } from "../visit.ts";

/** Where buffers lie, and their views. */
export interface Places {
  readonly layout: Layout;
  readonly memory: MemoryPlan;
}

/** Calls with the places of what they are given. */
export interface Placed extends Places {
  readonly entries: readonly (readonly Call[])[];
}

/** The least index along each axis of a buffer that a kernel adds to what its loops give. */
type Beginning = readonly number[];

/** Where a kernel begins in each of its buffers. */
const beginningsOf = kept((kernel: Kernel): ReadonlyMap<Buffer, Beginning> => {
  const found = new Map<Buffer, Beginning>();
  const elements = sitesOf(kernel.body).flatMap(({ statement }) => [...loadsOf(statement), ...(statement.kind === "store" ? [statement] : [])]);
  for (const { buffer, index } of elements) {
    const before = found.get(buffer);
    found.set(
      buffer,
      index.map(({ offset }, axis) => Math.max(0, Math.min(offset, before?.[axis] ?? offset))),
    );
  }
  return found;
});

/** Elements from the start of a buffer to where a kernel begins in it; undefined where that depends on the run time, or surroundings count. */
function distance(buffer: Buffer, beginning: Beginning, layout: Layout): number | undefined {
  if (buffer.halo || buffer.view) return undefined;
  const strides = layout.get(buffer) ?? [];
  return beginning.reduce<number | undefined>((sum, at, axis) => {
    const stride = strides[axis];
    if (at === 0 || sum === undefined) return sum;
    return typeof stride === "number" ? sum + at * stride : undefined;
  }, 0);
}

/** The buffers of a kernel that a call can be given views of: those that lie in a place of their own. */
function movable({ kernel, given }: Call, { layout, memory }: Places): Buffer[] {
  const argument = argumentsOf({ kernel, given } as Call);
  const places = given.flatMap((one) => (isScalar(one) ? [] : [memory.offsets.get(one)]));
  return [...buffersOf(kernel)].filter((formal) => {
    const buffer = argument(formal);
    const place = memory.offsets.get(buffer);
    return places.indexOf(place) === places.lastIndexOf(place) && (distance(buffer, beginningsOf(kernel).get(formal) ?? [], layout) ?? 0) > 0;
  });
}

/** The kernel with all that it does in `moved` buffers counted from where it begins in them. */
function fromBeginnings(kernel: Kernel, moved: readonly Buffer[]): Kernel {
  const beginnings = beginningsOf(kernel);
  return rewriteKernel(kernel, {
    place: ({ buffer, index }) => {
      const beginning = moved.includes(buffer) ? (beginnings.get(buffer) ?? []) : [];
      return { buffer, index: index.map((one, axis) => shift(one, -(beginning[axis] ?? 0))) };
    },
  });
}

/** Views of buffers, each made once. */
class Views {
  readonly layout: Map<Buffer, NonNullable<ReturnType<Layout["get"]>>>;
  readonly offsets: Map<Buffer, number>;
  private readonly made = new Map<Buffer, Map<number, Buffer>>();

  constructor({ layout, memory }: Places) {
    this.layout = new Map(layout);
    this.offsets = new Map(memory.offsets);
  }

  /** `buffer` from `elements` behind its start on. */
  of(buffer: Buffer, elements: number): Buffer {
    const known = this.made.get(buffer) ?? new Map<number, Buffer>();
    this.made.set(buffer, known);
    const view = known.get(elements) ?? { ...buffer, name: `${buffer.name}+${elements}` };
    known.set(elements, view);
    this.layout.set(view, this.layout.get(buffer) ?? []);
    this.offsets.set(view, (this.offsets.get(buffer) ?? 0) + elementBytes[buffer.dtype] * elements);
    return view;
  }
}

/** A call as it would be on views. */
function rebased(call: Call, places: Places, views: Views): Call {
  const moved = movable(call, places);
  if (moved.length === 0) return call;
  const kernel = fromBeginnings(call.kernel, moved);
  const argument = argumentsOf(call);
  const viewOf = (formal: Argument): Argument => {
    const given = argument(formal);
    if (isScalar(given) || !moved.includes(formal as Buffer)) return given;
    return views.of(given, distance(given, beginningsOf(call.kernel).get(formal as Buffer) ?? [], places.layout) ?? 0);
  };
  return { ...call, kernel, given: signatureOf(kernel).formals.map(viewOf) };
}

/** The calls of each entry point, on views where that makes kernels equal that differ otherwise. */
export function rebase(entries: readonly (readonly Call[])[], places: Places): Placed {
  const views = new Views(places);
  const moved = new Map([...new Set(entries.flat())].map((call): [Call, Call] => [call, rebased(call, places, views)]));
  const texts = new Map<string, Set<string>>();
  for (const [call, onViews] of moved) {
    const text = signatureOf(onViews.kernel).text;
    texts.set(text, (texts.get(text) ?? new Set()).add(signatureOf(call.kernel).text));
  }
  const chosen = kept((call: Call): Call => {
    const onViews = moved.get(call) as Call;
    if (onViews === call || (texts.get(signatureOf(onViews.kernel).text)?.size ?? 0) < 2) return call;
    return { ...onViews, kernel: instanceOf(onViews) };
  });
  return {
    entries: entries.map((calls) => calls.map(chosen)),
    layout: views.layout,
    memory: { offsets: views.offsets, bytes: places.memory.bytes },
  };
}
