import { createSampleArchive } from "@isic/sample-archive";
import { IsicApi } from "isic/browser";

/** What the archive menu offers: the archive in a box inside this page, or a server by its address. */
export type Place = "sample-v1" | "sample-v2" | "url";

/** Somebody looks at the page: after three tries, a second or two, he hears what is wrong. */
const SOMEBODY_WAITS = { limit: 2 };

/** Connects to the place somebody chose. The sample archive's images are kept apart in a cache of their own. */
export async function connect(place: Place, address: string, onWarning: (message: string) => void): Promise<IsicApi> {
  if (place !== "url") return connectSample(place, onWarning);
  const baseUrl = new URL(address, location.href).href;
  const family = /\/api\/v1\/?$/.test(baseUrl) ? "v1" : "v2";
  return IsicApi.connect({ baseUrl, family, cacheName: "isic-viewer", onWarning, retry: SOMEBODY_WAITS });
}

function connectSample(place: "sample-v1" | "sample-v2", onWarning: (message: string) => void): Promise<IsicApi> {
  const { fetch, v1Url, v2Url } = createSampleArchive();
  const family = place === "sample-v1" ? "v1" : "v2";
  const baseUrl = family === "v1" ? v1Url : v2Url;
  return IsicApi.connect({ baseUrl, family, fetch, cacheName: "isic-viewer-sample", onWarning });
}
