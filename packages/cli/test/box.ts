import { createSampleArchive, type SampleArchive } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";

/** The application that may log in at a {@link Box}. */
export const CLIENT_ID = "isic-cli-of-the-tests";

/** A served archive of small photos. */
export interface Box {
  readonly url: string;
  readonly archive: SampleArchive;
  /** Addresses of all that was asked for. */
  readonly asked: string[];
  /** Answers in the archive's place, where it does not return `undefined`. */
  instead: (request: Request) => Promise<Response | undefined> | Response | undefined;
  close(): Promise<void>;
}

export async function startBox(images = 60): Promise<Box> {
  const clients = [{ id: CLIENT_ID, redirectUris: ["http://127.0.0.1/callback"] }];
  const archive = createSampleArchive({ images, smallPhotos: true, clients });
  const asked: string[] = [];
  const served: SampleArchive = Object.assign(Object.create(archive) as SampleArchive, {
    fetch: async (request: Request) => {
      asked.push(request.url);
      return (await box.instead(request)) ?? archive.fetch(request);
    },
  });
  const running = await serve(served);
  const box: Box = {
    url: running.url,
    archive,
    asked,
    instead: () => undefined,
    close: () => running.close(),
  };
  return box;
}
