import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createSampleArchive, generatedWorld } from "@isic/sample-archive";
import { type RunningArchive, serve } from "@isic/sample-archive/node";

/** An archive whose files are all one small drawn photo, served at will: slowly, or not at all for some. */
export interface FileServer {
  readonly url: string;
  /** Names of the images that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface FileServerOptions {
  readonly images: number;
  /** Before each answer, in milliseconds. */
  readonly delay?: number;
  /** Images that are answered with 403 and a page. */
  readonly broken?: ReadonlySet<string>;
}

export async function startFileServer({
  images,
  delay = 0,
  broken = new Set(),
}: FileServerOptions): Promise<FileServer> {
  const world = generatedWorld({ images, smallPhotos: true });
  const archive = createSampleArchive({ source: world });
  const api: RunningArchive = await serve(archive);
  // As long as the largest photo that the archive announces; what comes behind the end of a JPEG is no part of it.
  const photo = new Uint8Array(16_000);
  photo.set((await world.thumbnail(world.images[0]!, 64, 64))!);
  const asked: string[] = [];
  const files = createServer((request, response) => {
    const name = /(ISIC_\d+)/.exec(request.url ?? "")?.[1] ?? "";
    asked.push(name);
    setTimeout(() => {
      if (broken.has(name)) response.writeHead(403, { "content-type": "text/html" }).end("<html>no</html>");
      else response.writeHead(200, { "content-type": "image/jpeg", "content-length": photo.length }).end(photo);
    }, delay);
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  archive.moveTo(archive.origin, `http://127.0.0.1:${(files.address() as AddressInfo).port}`);
  return {
    url: api.url,
    asked,
    async close() {
      await Promise.all([api.close(), stop(files)]);
    },
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
