/** Box: the sample archive as a server, for `isic serve` and the walk of `isic demo`. */
import { createSampleArchive, type SampleArchive } from "@isic/sample-archive";
import { openFolder, serve } from "@isic/sample-archive/node";

/** How often the server was asked, for files (photos, superpixels, masks) and in all. */
export interface RequestCount {
  readonly all: number;
  readonly files: number;
}

/** A served archive that counts what it is asked. */
export interface ArchiveInABox {
  readonly archive: SampleArchive;
  /** Of both APIs, without a slash at the end. */
  readonly url: string;
  readonly images: number;
  requests(): RequestCount;
  close(): Promise<void>;
}

export interface BoxOptions {
  readonly port: number;
  readonly host?: string;
  /** A folder of real data instead of generated images. */
  readonly data?: string;
  /** How many images to generate. */
  readonly generate?: number;
}

/** Photos, superpixels, masks and thumbnails, on either API or on the file host of v2. */
const FILE_PATH = /\/(download|superpixels|mask|thumbnail)$|^\/(images|thumbnails)\/|\.(jpg|png|tif)$/;

/** Starts the sample archive on a port of its own, or of the caller's choice. */
export async function startArchive(options: BoxOptions): Promise<ArchiveInABox> {
  const { port, host = "127.0.0.1", data, generate } = options;
  const source = data === undefined ? {} : { source: await openFolder(data) };
  const archive = createSampleArchive({ ...source, ...(generate === undefined ? {} : { images: generate }) });
  const count = { all: 0, files: 0 };
  // The server's own count: every request passes here, whichever client sent it.
  const counting: SampleArchive = Object.assign(Object.create(archive) as SampleArchive, {
    fetch: (request: Request) => {
      count.all += 1;
      if (FILE_PATH.test(new URL(request.url).pathname)) count.files += 1;
      return archive.fetch(request);
    },
  });
  const running = await serve(counting, { port, host });
  return {
    archive,
    url: running.url,
    images: archive.images.length,
    requests: () => ({ ...count }),
    close: () => running.close(),
  };
}
