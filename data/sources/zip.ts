// ZIP archives, as far as .npz files use them.
import { badFile } from "../dataset/diagnostics.ts";
import { type File, unpacked } from "./bytes.ts";

const [local, central, end] = [0x04034b50, 0x02014b50, 0x06054b50];
const endBytes = 22;
const longestComment = 2 ** 16;

/** Whether bytes begin as an archive does; an empty one begins with its end. */
export function isZip(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (bytes.length < endBytes) return false;
  const first = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return first === local || first === end;
}

/** Where the directory of an archive begins, and how many entries it has. */
function directoryOf(view: DataView, fail: (reason: string) => Error) {
  for (let at = view.byteLength - endBytes; at >= Math.max(0, view.byteLength - endBytes - longestComment); at--) {
    if (view.getUint32(at, true) === end) return { count: view.getUint16(at + 10, true), start: view.getUint32(at + 16, true) };
  }
  throw fail("it is cut off: an archive ends with its directory");
}

const largeSize = 0xffffffff;

/** The entries of an archive, unpacked. @throws GradcError `bad-file` */
export async function entriesIn({ name, bytes }: File, kind: string): Promise<File[]> {
  const fail = (reason: string) => badFile(kind, reason, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = directoryOf(view, fail);
  const entries: Promise<File>[] = [];
  let at = directory.start;
  for (let entry = 0; entry < directory.count; entry++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== central) throw fail("its directory is broken");
    const [method, packed, whole] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [nameLength, extra, comment, place] = [28, 30, 32]
      .map((offset) => view.getUint16(at + offset, true))
      .concat(view.getUint32(at + 42, true)) as [number, number, number, number];
    const own = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (packed === largeSize || whole === largeSize || place === largeSize) throw fail(`"${own}" has more than 4 GB`);
    if (place + 30 > view.byteLength || view.getUint32(place, true) !== local) throw fail(`"${own}" is not where the directory says`);
    const start = place + 30 + view.getUint16(place + 26, true) + view.getUint16(place + 28, true);
    if (start + packed > view.byteLength) throw fail(`"${own}" is cut off`);
    if (method !== 0 && method !== 8) throw fail(`"${own}" is compressed by method ${method}`);
    const content = bytes.subarray(start, start + packed);
    entries.push(entryOf(own, content, method === 8, whole, fail, kind, name));
    at += 46 + nameLength + extra + comment;
  }
  return Promise.all(entries);
}

async function entryOf(
  name: string,
  content: Uint8Array<ArrayBuffer>,
  isPacked: boolean,
  size: number,
  fail: (reason: string) => Error,
  kind: string,
  file: string,
): Promise<File> {
  const bytes = isPacked ? await unpacked(content, "deflate-raw", kind, `${file}, ${name}`) : content;
  if (bytes.length !== size) throw fail(`"${name}" has ${bytes.length} bytes, not ${size}`);
  return { name, bytes };
}
