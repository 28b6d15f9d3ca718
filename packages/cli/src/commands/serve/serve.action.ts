import { startArchive } from "../../box/archive.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { ServeOptions } from "./serve.ts";

/** Serves until it is interrupted. */
export async function serveArchive(options: ServeOptions, terminal: Terminal): Promise<void> {
  const { port, host, data, images } = options;
  const running = await startArchive({ port, host, generate: images, ...(data === undefined ? {} : { data }) });
  try {
    const { url, archive } = running;
    if (options.json === true) {
      const { v1Url, v2Url, fileOrigin } = archive;
      terminal.out.json({ url, v1: v1Url, v2: v2Url, files: fileOrigin, images: running.images });
    } else {
      terminal.out.line(
        `An archive of ${count(running.images)} ${data === undefined ? "generated" : "real"} images listens on ${url}`,
      );
      terminal.out.line(`  v1 (Girder)  ${archive.v1Url}`);
      terminal.out.line(`  v2           ${archive.v2Url}`);
      terminal.out.line(`  files of v2  ${archive.fileOrigin}`);
      const [user] = archive.users;
      if (user !== undefined) terminal.out.line(`  a user       ${user.login} (password ${user.password})`);
      terminal.out.line(`Try: isic image select --api v1 --server ${url} --limit 5`);
      const drawn = data === undefined ? "Pictures are drawn when they are asked for, which takes a moment. " : "";
      if (options.quiet !== true) terminal.err.line(`${drawn}Ctrl-C ends it.`);
    }
    await interrupted(terminal.signal);
  } finally {
    await running.close();
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
