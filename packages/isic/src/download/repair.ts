import { resolve } from "node:path";
import type { LockHolder } from "@isic/cache-fs/files";
import { checkOptions } from "../session/options.ts";
import { type DownloadOptions, downloadAgain } from "./download.ts";
import { isClosed, lockTarget } from "./lock-target.ts";
import { manifestName } from "./manifest.ts";
import type { DownloadSource, DownloadSummary } from "./types.ts";
import { type BrokenFile, markUnder, partKey, type VerifyOptions, type VerifyResult, verify } from "./verify.ts";

export interface RepairOptions extends Pick<VerifyOptions, "decode"> {
  /** How the files were made: parts, names, copies, groups, and how many are fetched at a time. */
  readonly download?: Omit<DownloadOptions, "expected" | "prune" | "shard" | "signal" | "onWait">;
  readonly signal?: AbortSignal;
  /** Called when another process is at work in the folder; mending begins when that one has ended. */
  readonly onWait?: (holder: LockHolder) => void;
}

export interface RepairResult {
  /** Files that are right now. */
  readonly mended: number;
  /** Files that are not, and why. One that comes with the same bytes again is broken at the archive itself. */
  readonly unmendable: readonly BrokenFile[];
  /** How fetching them went. */
  readonly download: DownloadSummary;
}

/** What somebody reads whose file came again as it was. */
const SAME = "the archive's own file is the same: it cannot be mended";

/**
 * Fetches files again that {@link verify} has found to be wrong, and looks at them again. Nobody else writes the manifest
 * meanwhile.
 *
 * @param source of the images of those files
 * @throws DownloadTargetError, LockLostError, NoAnswerError, the signal's reason
 */
export async function repair(
  source: DownloadSource,
  folder: string,
  broken: readonly BrokenFile[],
  options: RepairOptions = {},
): Promise<RepairResult> {
  checkOptions("repair", options, ["decode", "download", "signal", "onWait"]);
  const { download = {}, signal, onWait, decode } = options;
  const target = resolve(folder);
  const name = manifestName(undefined);
  const lock = await lockTarget(target, name, { signal, onWait, private: await isClosed(target, name) });
  try {
    const ids = new Set(broken.map(({ entry }) => entry.id));
    const looking = { ids, ...(decode && { decode }), ...(signal && { signal }) };
    // Whoever was at work until now may have mended some, and others may have gone.
    const still = stillBroken(await verify(target, looking), broken);
    const expected = await markUnder(lock, target, still);
    const summary = await downloadAgain(
      source,
      target,
      {
        ...download,
        expected: (id, part) => expected.get(partKey(id, part)),
        ...(signal && { signal }),
      },
      lock,
    );
    const now = await verify(target, looking);
    const before = new Map(still.map(({ entry }) => [partKey(entry.id, entry.part), entry.sha256]));
    const unmendable = stillBroken(now, broken).map((file) => {
      const { id, part, sha256 } = file.entry;
      const isSame =
        sha256 !== undefined &&
        (file.trouble === "undecodable" || file.trouble === "failed") &&
        before.get(partKey(id, part)) === sha256;
      return isSame ? { ...file, reason: `${file.reason}; ${SAME}` } : file;
    });
    return { mended: still.length - unmendable.length, unmendable, download: summary };
  } finally {
    await lock.release();
  }
}

/** Those of the files that are wrong by now. */
function stillBroken({ broken: now }: VerifyResult, broken: readonly BrokenFile[]): BrokenFile[] {
  const wanted = new Set(broken.map(({ entry }) => partKey(entry.id, entry.part)));
  return now.filter(({ entry }) => wanted.has(partKey(entry.id, entry.part)));
}
