import type {} from "@isic/fixtures";
import type { SampleArchive } from "@isic/sample-archive";
import type { RunningArchive } from "@isic/sample-archive/node";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Archives whose files may and may not be read by pages of other origins. */
    readonly corsServers: { readonly open: Server; readonly closed: Server };
    /** For the long fault run. */
    readonly faultServer: Server;
  }
}

interface Server {
  readonly url: string;
  readonly fileUrl: string;
  /** Of `reader`. */
  readonly token: string;
  /** A public image's ids on v1 and on v2. */
  readonly v1Id: string;
  readonly isicId: string;
}

/** The servers that pages talk to: other origins than theirs, over real connections. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!project.vitest.projects.some(({ config }) => config.browser.enabled)) return undefined;
  const { createSampleArchive } = await import("@isic/sample-archive");
  const { serve } = await import("@isic/sample-archive/node");
  const running: RunningArchive[] = [];
  const started = async (archive: SampleArchive): Promise<Server> => {
    const server = await serve(archive);
    running.push(server);
    const [first] = archive.images;
    const ids = { v1Id: first?.id ?? "", isicId: first?.name ?? "" };
    return { url: server.url, fileUrl: server.fileUrl, token: archive.issueToken("reader"), ...ids };
  };
  if (project.vite.config.mode === "slow") {
    const { IMAGES, spoiledArchive } = await import("./fault-run.ts");
    project.provide("faultServer", await started(spoiledArchive(IMAGES)));
  } else {
    const small = { images: 5, smallPhotos: true };
    const open = await started(createSampleArchive(small));
    const closed = await started(createSampleArchive({ ...small, quirks: { fileCors: false } }));
    project.provide("corsServers", { open, closed });
  }
  return async () => {
    await Promise.all(running.map((server) => server.close()));
  };
}
