// Which buffers a call may read and write in one place of memory.
import { elementAt } from "../ir/element.ts";
import { affineKey } from "../kernel/affine.ts";
import { argumentsOf } from "../kernel/call.ts";
import { type Affine, type Buffer, type Call, type Kernel, type Layout, sharesMemory } from "../kernel/kernel.ts";
import { kept, type Loop, loadsOf, type Site, type Store, sitesOf } from "../kernel/visit.ts";

interface Read {
  readonly site: number;
  readonly index: readonly Affine[];
}

const indexKey = (index: readonly Affine[]): string => index.map(affineKey).join(",");
const sameLoops = (a: readonly Loop[], b: readonly Loop[]): boolean => a.length === b.length && a.every((loop, i) => loop === b[i]);

function readsBySite(sites: readonly Site[]): Map<Buffer, Read[]> {
  const reads = new Map<Buffer, Read[]>();
  sites.forEach(({ statement }, site) => {
    for (const { buffer, index } of loadsOf(statement)) {
      const list = reads.get(buffer) ?? [];
      list.push({ site, index });
      reads.set(buffer, list);
    }
  });
  return reads;
}

/** Stores at which an element may be written over: alone in their buffer, and once for each element. */
function plainStores(sites: readonly Site[]): { store: Store; site: number }[] {
  const stores = sites.flatMap(({ statement }, site) => (statement.kind === "store" ? [{ store: statement, site }] : []));
  const count = new Map<Buffer, number>();
  for (const { store } of stores) count.set(store.buffer, (count.get(store.buffer) ?? 0) + 1);
  const inParallel = (site: number) => elementAt(sites, site).loops.every(({ role }) => role === "parallel");
  return stores.filter(({ store, site }) => count.get(store.buffer) === 1 && !store.accumulate && inParallel(site));
}

const sameStrides = (a: Buffer, b: Buffer, layout: Layout): boolean => {
  const [first, second] = [layout.get(a), layout.get(b)];
  return first !== undefined && first.length === second?.length && first.every((stride, axis) => stride === second[axis]);
};

/** For each output of a kernel, the inputs of which it reads each element before it writes the one at the same index. */
const candidates = kept((kernel: Kernel): readonly { readonly output: Buffer; readonly inputs: readonly Buffer[] }[] => {
  const sites = sitesOf(kernel.body);
  const reads = readsBySite(sites);
  return plainStores(sites).map(({ store, site }) => {
    const { loops } = sites[site] as Site;
    const key = indexKey(store.index);
    const fits = ({ site: at, index }: Read) => at <= site && sameLoops((sites[at] as Site).loops, loops) && indexKey(index) === key;
    const inputs = [...reads].flatMap(([buffer, all]) => (buffer !== store.buffer && all.every(fits) ? [buffer] : []));
    return { output: store.buffer, inputs };
  });
});

/**
 * Pairs (input, output) of temporaries of which the output may lie where the input lies: all loads of the input are at the index of the
 * only store to the output, in the same loops, not after it, and the strides are equal. Each buffer is in one pair at most.
 */
export function overwrites(call: Call, layout: Layout): [Buffer, Buffer][] {
  const given = argumentsOf(call);
  const taken = new Set<Buffer>();
  const isFree = (buffer: Buffer) => sharesMemory(buffer) && !taken.has(buffer);
  return candidates(call.kernel).flatMap(({ output: formal, inputs }): [Buffer, Buffer][] => {
    const output = given(formal);
    const input = inputs.map(given).find((buffer) => isFree(buffer) && sameStrides(buffer, output, layout));
    if (!input || !isFree(output)) return [];
    taken.add(input).add(output);
    return [[input, output]];
  });
}
