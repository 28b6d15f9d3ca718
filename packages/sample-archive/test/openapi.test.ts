import { expect, test } from "vitest";
import { Kit } from "./archive-kit.ts";
import { shapeOf } from "./shape.ts";

const kit = new Kit({ images: 12 });

type Schema = { $ref?: string; type?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
interface Parameter {
  readonly in: "path" | "query";
  readonly name: string;
  readonly required: boolean;
}

test("the document lists the nine documented operations with their parameters, and no other", async () => {
  const answer = await kit.v2("openapi.json");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
  expect((await kit.v2("openapi.json/")).status).toBe(404);
  const document = await answer.json();
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.entries<{ get: { parameters: Parameter[] } }>(document.paths).map(([path, { get }]) => [
    path.replace("/api/v2/", ""),
    get.parameters.map(({ name, required }) => (required ? `{${name}}` : name)).join(" "),
  ]);
  expect(Object.fromEntries(operations)).toEqual({
    "images/": "limit cursor",
    "images/search/": "query collections limit cursor",
    "images/{isic_id}/": "{isic_id}",
    "images/{isic_id}/similar/": "{isic_id} limit",
    "collections/": "pinned sort limit cursor",
    "collections/{id}/": "{id}",
    "lesions/": "limit cursor",
    "lesions/{id}/": "{id}",
    "users/me/": "",
  });
});

test("what it says of answers is what is answered", async () => {
  const document = await (await kit.v2("openapi.json")).json();
  const resolve = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split("/").at(-1)!];
  const keys = (schema: Schema): string[] => Object.keys(resolve(schema).properties ?? {}).sort();
  const described = (path: string): Schema =>
    resolve(document.paths[`/api/v2/${path}`].get.responses[200].content["application/json"].schema);
  const answered = async (path: string, who?: string) => shapeOf(await (await kit.v2(path, who)).json()) as object;
  for (const [path, real] of [
    ["images/", "images/"],
    ["images/{isic_id}/", "images/ISIC_0000000/"],
    ["collections/", "collections/"],
    ["collections/{id}/", "collections/1/"],
    ["lesions/", "lesions/"],
    ["users/me/", "users/me/"],
  ] as const) {
    expect(keys(described(path)), path).toEqual(Object.keys(await answered(real, "creator")).sort());
  }
  const [image] = (await (await kit.v2("images/")).json()).results;
  expect(keys(described("images/").properties!.results!.items!)).toEqual(Object.keys(image).sort());
  const [alike] = await (await kit.v2("images/ISIC_0000000/similar/", "reader")).json();
  expect(keys(described("images/{isic_id}/similar/").items!)).toEqual(Object.keys(alike).sort());
});
