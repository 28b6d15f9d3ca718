import type { Context } from "./context.ts";
import { restError } from "./errors.ts";
import { bytesAnswer, jsonAnswer } from "./respond.ts";

/** `GET system/version`. */
export function version(context: Context): Response {
  return jsonAnswer(context.request, 200, { release: "3.0.3", serverStartDate: "2019-08-23T00:00:00.000171+00:00" });
}

/** `GET file/{id}/download`: a core route that was hidden from the documents; we keep no loose files. */
export function downloadFile(context: Context): Response {
  throw restError(`Invalid file id (${context.id()}).`);
}

/** `GET describe`: which routes there are, in Swagger's form. */
export function describe(routes: readonly (readonly [method: string, path: string])[]): (context: Context) => Response {
  return ({ request, url }) => {
    const paths: Record<string, Record<string, unknown>> = {};
    for (const [method, path] of routes) {
      paths[path] = { ...paths[path], [method.toLowerCase()]: { parameters: [], responses: {} } };
    }
    const info = { title: "Girder REST API", version: "3.0.3" };
    const body = { basePath: "/api/v1", definitions: {}, host: url.host, info, paths, swagger: "2.0", tags: [] };
    return jsonAnswer(request, 200, body);
  };
}

/** `GET /api/v1`: a page for people. */
export function documentation(): Response {
  const page =
    '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <title>ISIC Archive - REST API Documentation</title>\n  </head>\n' +
    "  <body>A sample archive. Its routes are listed at api/v1/describe.</body>\n</html>\n";
  const headers = { Allow: "DELETE, GET, HEAD, PATCH, POST, PUT" };
  return bytesAnswer(new TextEncoder().encode(page), "text/html;charset=utf-8", headers);
}
