// The entries of a zip archive as `torch.save` writes it: stored, not compressed.
import { type ZipEntry, type ZipFaults, zipEntries } from "../../formats/zip.ts";
import { badFile, quoted } from "../diagnostics.ts";

/** Bytes by the names of entries, as views of the archive. */
export type Entries = ReadonlyMap<string, Uint8Array>;

const help = "in Python: torch.save(torch.load(file), file)";

const damaged = (reason: string) => badFile(`the zip archive is damaged: ${reason}`);

const faults: ZipFaults = {
  noEnd: () => damaged("it has no end, so that it was cut off"),
  noLongEnd: () => damaged("its end is not where it should be"),
  missing: (entry, count) => damaged(`entry ${entry} of ${count} is missing`),
  cutOff: (entry, count) => damaged(`entry ${entry} of ${count} is cut off`),
  twice: (name) => damaged(`two entries are called ${quoted(name)}`),
  misplaced: (name) => damaged(`${quoted(name)} is not where it should be`),
  contentCutOff: (name) => damaged(`${quoted(name)} is cut off`),
};

function storedIn({ name, method, isEncrypted, size, bytes }: ZipEntry): Uint8Array {
  if (isEncrypted) throw badFile(`the entry ${quoted(name)} of the archive is encrypted`);
  if (method !== 0) throw badFile(`the entry ${quoted(name)} of the archive is compressed (method ${method}), and torch.save stores`, help);
  if (size !== bytes.length) throw faults.misplaced(name);
  return bytes;
}

/** The entries of an archive. Takes time in proportion to its directory. @throws GradcError `bad-weights` */
export const entriesOf = (source: Uint8Array): Entries => new Map(zipEntries(source, faults).map((entry) => [entry.name, storedIn(entry)]));
