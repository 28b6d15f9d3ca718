import type { DownloadImage } from "../../download/types.ts";
import type { DatasetLock } from "./lock-file.ts";
import type { MadeImage } from "./made-images.ts";
import { spdxOf } from "./write-set.ts";

/** How a rebuilt set differs from the one whose lock it was made from. */
export interface Difference {
  /** A file of the set, an image by name, or a tool. */
  readonly what: string;
  readonly problem: string;
}

/** Images that are gone, or whose terms or files are others now. */
export function imageDifferences(
  from: DatasetLock,
  images: ReadonlyMap<string, DownloadImage>,
  made: ReadonlyMap<string, MadeImage>,
  why: (id: string, name: string) => string | undefined,
): Difference[] {
  const differences: Difference[] = [];
  for (const { id, name: what, licence, attribution, source } of from.images) {
    const image = images.get(id);
    const now = made.get(id);
    if (image === undefined) differences.push({ what, problem: "the archive no longer has it" });
    else if (now === undefined)
      differences.push({ what, problem: (why(id, what) ?? "it could not be made").replace(/\.$/, "") });
    else if (now.source.sha256 !== source.sha256)
      differences.push({ what, problem: "the archive's file is another one now" });
    if (image === undefined) continue;
    if (spdxOf(image) !== licence)
      differences.push({ what, problem: `its licence is ${spdxOf(image)}, and was ${licence}` });
    if (image.attribution !== attribution) {
      const [is, was] = [image.attribution, attribution].map((each) => JSON.stringify(each));
      differences.push({ what, problem: `its attribution is ${is}, and was ${was}` });
    }
  }
  return differences;
}

/** Files with other bytes, and tools of other versions. */
export function fileDifferences(then: DatasetLock, now: DatasetLock): Difference[] {
  const differences: Difference[] = [];
  const files = new Map(now.files.map((file) => [file.path, file]));
  for (const { path: what, sha256 } of then.files) {
    const own = files.get(what);
    files.delete(what);
    if (own === undefined) differences.push({ what, problem: "it is not in the rebuilt set" });
    else if (own.sha256 !== sha256) differences.push({ what, problem: "its bytes are others" });
  }
  for (const what of files.keys()) differences.push({ what, problem: "it is only in the rebuilt set" });
  for (const [what, version] of Object.entries(then.tools)) {
    if (now.tools[what] !== version)
      differences.push({ what, problem: `it is ${now.tools[what]}, and was ${version}` });
  }
  return differences;
}
