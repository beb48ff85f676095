import { destinationOf, isSame } from "../../../files/destination.ts";
import { cannotWrite } from "../../../files/diagnostics.ts";

/** What a command reads, or writes elsewhere: paths by what they hold, such as "the data". */
export type Kept = Readonly<Record<string, readonly (string | undefined)[]>>;

/** Refuses to write to `path` where it leads to one of the files in `kept`, by a link or another name too. @throws GradcError `cannot-write` */
export async function refuseOver(path: string, kept: Kept): Promise<void> {
  const destination = await destinationOf(path);
  for (const [content, files] of Object.entries(kept)) {
    for (const file of files) {
      if (file !== undefined && isSame(destination, await destinationOf(file))) throw cannotWrite(path, `it holds ${content}`);
    }
  }
}
