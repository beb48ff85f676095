// ZIP archives, as far as .npz files use them.
import { type ZipEntry, zipEntries } from "../../formats/zip.ts";
import { badFile } from "../dataset/diagnostics.ts";
import { type File, type SizeOf, unpacked } from "./bytes.ts";

/** The entries of an archive whose names end so, unpacked to as many bytes as the directory and their own begin say. @throws GradcError `bad-file` */
export async function entriesIn({ name: file, bytes }: File, kind: string, ending: string, sizeOf: SizeOf): Promise<File[]> {
  const fail = (reason: string) => badFile(kind, reason, file);
  const broken = () => fail("its directory is broken");
  const content = async ({ name, method, isEncrypted, size, bytes }: ZipEntry): Promise<File> => {
    if (isEncrypted) throw fail(`"${name}" is encrypted`);
    const packed: File = { name: `${file}, ${name}`, bytes: bytes as Uint8Array<ArrayBuffer> };
    const mostOf: SizeOf = (begin) => {
      const own = sizeOf(begin);
      return own === undefined && begin.bytes.length <= size ? undefined : Math.min(own ?? size, size);
    };
    const whole = method === 8 ? await unpacked(packed, "deflate-raw", kind, mostOf) : packed.bytes;
    if (whole.length !== size) throw fail(`"${name}" has ${whole.length} bytes, not ${size}`);
    return { name, bytes: whole };
  };
  const entries = zipEntries(bytes, {
    noEnd: () => fail("it is cut off: an archive ends with its directory"),
    noLongEnd: broken,
    missing: broken,
    cutOff: broken,
    twice: (name) => fail(`two arrays are called "${name}"`),
    misplaced: (name) => fail(`"${name}" is not where the directory says`),
    contentCutOff: (name) => fail(`"${name}" is cut off`),
  });
  const odd = entries.find(({ method }) => method !== 0 && method !== 8);
  if (odd) throw fail(`"${odd.name}" is compressed by method ${odd.method}`);
  return Promise.all(entries.filter(({ name }) => name.endsWith(ending)).map(content));
}
