import type { AsyncBuffer } from "hyparquet";
import type { Bytes } from "../transport/body.ts";
import { ContentError, NetworkError } from "../transport/errors.ts";
import { type Call, endpointOf, type Transport } from "../transport/transport.ts";

/** A remote file as random access, by range requests. A server that ignores ranges is asked once for the whole. */
export async function rangedFile(api: Transport, url: URL, signal: AbortSignal | undefined): Promise<AsyncBuffer> {
  const call: Call = { path: url, anonymous: url.origin !== api.baseUrl.origin, signal };
  const where = { endpoint: endpointOf(api.baseUrl, call) };
  const head = await api.read({ ...call, method: "HEAD" }, (_body, { headers }) => ({
    length: Number(headers.get("content-length") ?? Number.NaN),
    etag: headers.get("etag"),
  }));
  if (!Number.isSafeInteger(head.length)) {
    throw new ContentError("length", "the server does not say how long the file is", "", where);
  }
  let whole: Bytes | undefined;

  async function slice(start: number, end = head.length): Promise<ArrayBuffer> {
    const stop = Math.min(end, head.length);
    if (whole !== undefined) return whole.slice(start, stop).buffer;
    const headers = { range: `bytes=${start}-${stop - 1}` };
    const { body, status, etag } = await api.read({ ...call, headers }, (bytes, response) => {
      const expected = response.status === 206 ? stop - start : head.length;
      if (bytes.length !== expected) {
        const what = `${bytes.length} bytes came for a range of ${expected}`;
        throw new ContentError("length", what, response.headers.get("content-type") ?? "", where);
      }
      return { body: bytes, status: response.status, etag: response.headers.get("etag") };
    });
    if (etag !== null && head.etag !== null && etag !== head.etag) {
      throw new NetworkError("the file was replaced while it was read", where);
    }
    if (status === 206) return body.slice().buffer;
    whole = body;
    return whole.slice(start, stop).buffer;
  }

  return { byteLength: head.length, slice };
}
