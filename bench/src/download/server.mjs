// The sample archive's API over records whose files are all the same bytes: drawing thousands of photos is not measured.
import { createServer } from "node:http";
import { createSampleArchive, generatedWorld } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";

const [images, length] = process.argv.slice(2).map(Number);
// In the frame of a whole JPEG (one scan, the end marker), and no shorter than the archive announces its small photos.
const body = new Uint8Array(Math.max(length, 16_000)).map((_, i) => (i * 31) & 0x7f);
body.set([0xff, 0xd8, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
body.set([0xff, 0xd9], body.length - 2);

let asked = 0;
const files = createServer((request, response) => {
  if (request.url === "/count") {
    response.end(String(asked));
    return;
  }
  asked += 1;
  response.writeHead(200, { "content-type": "image/jpeg", "content-length": body.length });
  response.end(body);
});
files.listen(0, "127.0.0.1", async () => {
  const fileOrigin = `http://127.0.0.1:${files.address().port}`;
  const world = generatedWorld({ images: images + 100, smallPhotos: true });
  const archive = createSampleArchive({ source: world });
  const running = await serve(archive);
  archive.moveTo(archive.origin, fileOrigin);
  process.stdout.write(`${JSON.stringify({ api: archive.v2Url, files: fileOrigin, url: running.url })}\n`);
});
