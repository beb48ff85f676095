// Which buffers a kernel may read and write in one place of memory.
import { affineKey } from "../kernel/affine.ts";
import { type Affine, type Buffer, type Kernel, type Layout, sharesMemory } from "../kernel/kernel.ts";
import { type Loop, loadsOf, type Site, type Store, sitesOf } from "../kernel/visit.ts";

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
  const inParallel = (site: number) => (sites[site] as Site).loops.every(({ role }) => role === "parallel");
  return stores.filter(({ store, site }) => count.get(store.buffer) === 1 && !store.accumulate && inParallel(site));
}

const sameStrides = (a: Buffer, b: Buffer, layout: Layout): boolean => {
  const [first, second] = [layout.get(a), layout.get(b)];
  return first !== undefined && first.length === second?.length && first.every((stride, axis) => stride === second[axis]);
};

/**
 * Pairs (input, output) of temporaries of which the output may lie where the input lies: all loads of the input are at the index of the
 * only store to the output, in the same loops, not after it, and the strides are equal. Each buffer is in one pair at most.
 */
export function overwrites(kernel: Kernel, layout: Layout): [Buffer, Buffer][] {
  const sites = sitesOf(kernel.body);
  const reads = readsBySite(sites);
  const taken = new Set<Buffer>();
  const pairs: [Buffer, Buffer][] = [];
  for (const { store, site } of plainStores(sites)) {
    const { loops } = sites[site] as Site;
    const key = indexKey(store.index);
    const fits = ({ site: at, index }: Read) => at <= site && sameLoops((sites[at] as Site).loops, loops) && indexKey(index) === key;
    const input = [...reads.keys()].find(
      (buffer) =>
        sharesMemory(buffer) &&
        buffer !== store.buffer &&
        !taken.has(buffer) &&
        sameStrides(buffer, store.buffer, layout) &&
        reads.get(buffer)?.every(fits),
    );
    if (!input || !sharesMemory(store.buffer) || taken.has(store.buffer)) continue;
    taken.add(input).add(store.buffer);
    pairs.push([input, store.buffer]);
  }
  return pairs;
}
