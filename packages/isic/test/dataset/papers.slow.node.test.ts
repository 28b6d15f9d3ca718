import { readdir } from "node:fs/promises";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";
import { LAYOUTS, made, pythonWith, RECIPE, runPython } from "./made-set.ts";

/** Required of every `sc:Dataset` by Croissant 1.0. */
const REQUIRED = [
  "@context",
  "@type",
  "conformsTo",
  "description",
  "license",
  "name",
  "url",
  "creator",
  "datePublished",
];

test.each(LAYOUTS)(
  "Croissant metadata has what the vocabulary requires, and its file sets are the pictures: %s",
  async (layout) => {
    type Node = Record<string, unknown> & { readonly "@type": string; readonly "@id": string };
    const { path, lock, text } = await made(layout, {
      superpixels: true,
      published: "2024-05-01",
      image: layout === "flat" ? undefined : RECIPE.image,
    });
    const dataset = JSON.parse(await text("croissant.json")) as Node & { distribution: Node[]; recordSet: Node[] };
    for (const name of REQUIRED) expect(dataset[name], name).toBeTruthy();
    const context = dataset["@context"] as unknown as Record<string, unknown>;
    const full = (name: string): string => name.replace(/^(\w+):/, (_, prefix) => String(context[prefix]));
    expect(full(dataset["@type"])).toBe("https://schema.org/Dataset");
    expect([context.conformsTo, dataset.conformsTo]).toEqual(["dct:conformsTo", "http://mlcommons.org/croissant/1.0"]);
    for (const address of [dataset.url, dataset.license].flat()) expect(URL.canParse(address as string)).toBe(true);
    for (const maker of dataset.creator as Node[])
      expect(full(maker["@type"])).toMatch(/schema.org\/(Person|Organization)$/);

    const objects = dataset.distribution.filter(
      (node) => full(node["@type"]) === "http://mlcommons.org/croissant/FileObject",
    );
    const sets = dataset.distribution.filter(
      (node) => full(node["@type"]) === "http://mlcommons.org/croissant/FileSet",
    );
    expect(objects.length + sets.length).toBe(dataset.distribution.length);
    for (const { contentUrl, sha256, contentSize, encodingFormat } of objects) {
      expect(encodingFormat).toMatch(/^\w+\/[\w.-]+$/);
      const file = lock.files.find((each) => each.path === contentUrl);
      expect([sha256, contentSize]).toEqual([file?.sha256, `${file?.bytes} B`]);
    }
    const all = (await readdir(path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .filter((file) => !file.startsWith(".isic"));
    const formats: Record<string, string> = {
      "application/x-tar": ".tar",
      "image/jpeg": ".jpg",
      "image/png": ".png",
    };
    const matched = sets.flatMap(({ includes, encodingFormat }) => {
      const files = all.filter((file) => [includes].flat().some((glob) => matchesGlob(file, glob as string)));
      expect(files.every((file) => file.endsWith(formats[encodingFormat as string] as string))).toBe(true);
      return files;
    });
    expect(matched.sort()).toEqual(
      layout === "webdataset"
        ? all.filter((file) => file.endsWith(".tar")).sort()
        : lock.images.map(({ files }) => files.image!.path).sort(),
    );

    const ids = new Set(dataset.distribution.map((node) => node["@id"]));
    const [header = ""] = (await text("images.csv")).split("\n");
    for (const record of dataset.recordSet) {
      expect(full(record["@type"])).toBe("http://mlcommons.org/croissant/RecordSet");
      const fields = record.field as (Node & { source: { fileObject: Node; extract: { column: string } } })[];
      expect(fields.map(({ source }) => source.extract.column)).toEqual(header.split(","));
      for (const field of fields) {
        expect(full(field["@type"])).toBe("http://mlcommons.org/croissant/Field");
        expect(full(field.dataType as string)).toMatch(/^https:\/\/schema\.org\/(Text|Integer|Float|Boolean)$/);
        expect(ids.has(field.source.fileObject["@id"])).toBe(true);
      }
      expect(fields.map((field) => field["@id"])).toContain((record.key as Node)["@id"]);
    }
  },
);

test.for(LAYOUTS)(
  "mlcroissant has nothing to say against croissant.json, and reads a record for each image: %s",
  async (layout, { skip }) => {
    const program = await pythonWith("mlcroissant");
    if (program === undefined) skip("mlcroissant is not installed");
    const labels = { classes: { Melanoma: 'diagnosis = "melanoma"' }, otherwise: "Other" };
    const { path, lock } = await made(layout, { published: "2024-05-01", release: "1.0.0", labels }, "v1");
    const script = `
import json, os, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=os.path.join(sys.argv[1], "croissant.json"))
issues = dataset.metadata.ctx.issues
print(json.dumps({"errors": list(issues.errors), "warnings": list(issues.warnings),
    "names": [record["images/isic_id"].decode() for record in dataset.records(record_set="images")]}))`;
    const found = await runPython<{ errors: string[]; warnings: string[]; names: string[] }>(program, script, path);
    expect([found.errors, found.warnings]).toEqual([[], []]);
    expect(found.names.sort()).toEqual(lock.images.map(({ name }) => name).sort());
  },
);

test("rdflib reads croissant.json as JSON-LD: each property is one of the vocabularies", async ({ skip }) => {
  const program = await pythonWith("rdflib");
  if (program === undefined) skip("python3-rdflib is not installed");
  const { path } = await made("flat", { published: "2024-05-01" });
  const script = `
import json, os, sys
from rdflib import Graph, Namespace, RDF
CR, SC = Namespace("http://mlcommons.org/croissant/"), Namespace("https://schema.org/")
graph = Graph().parse(os.path.join(sys.argv[1], "croissant.json"), format="json-ld")
(dataset,) = graph.subjects(RDF.type, SC.Dataset)
fields = list(graph.subjects(RDF.type, CR.Field))
print(json.dumps({"published": str(graph.value(dataset, SC.datePublished)), "fields": len(fields),
    "complete": all(graph.value(f, CR.source) and graph.value(f, CR.dataType) and graph.value(f, SC.name) for f in fields),
    "types": sorted({str(graph.value(f, CR.dataType)) for f in fields}), "properties": sorted({str(p) for p in graph.predicates()})}))`;
  const found = await runPython<Record<string, unknown> & { types: string[]; properties: string[] }>(
    program,
    script,
    path,
  );
  expect(found).toMatchObject({ published: "2024-05-01", complete: true });
  expect(found.fields).toBeGreaterThan(20);
  for (const type of found.types) expect(type).toMatch(/^https:\/\/schema\.org\/(Boolean|Float|Integer|Text)$/);
  for (const property of found.properties)
    expect(property).toMatch(
      /^(https:\/\/schema\.org\/|http:\/\/mlcommons\.org\/croissant\/|http:\/\/purl\.org\/dc\/terms\/|http:\/\/www\.w3\.org\/1999)/,
    );
});

const HOSTILE: Partial<Recipe> = {
  title: "No } more { \\ 100 % ~ <b>",
  description: "a: b\n# c\n- d",
  authors: ["M\u00fcller, J.", "A & B", "A & B"],
  published: "2024-05-01",
  release: "1.0.0",
};

test("bibtexparser reads citation.bib: an entry for the set and each source, their texts whole", async ({ skip }) => {
  const program = await pythonWith("bibtexparser");
  if (program === undefined) skip("python3-bibtexparser is not installed");
  const { path } = await made("flat", HOSTILE);
  const script = `
import json, os, sys
import bibtexparser
print(json.dumps(bibtexparser.load(open(os.path.join(sys.argv[1], "citation.bib"), encoding="utf-8")).entries))`;
  const entries = await runPython<Record<string, string>[]>(program, script, path);
  expect(entries.map(({ ENTRYTYPE }) => ENTRYTYPE)).toEqual(["misc", "misc"]);
  expect(entries[0]).toMatchObject({
    title:
      "{No \\textbraceright{} more \\textbraceleft{} \\textbackslash{} 100 \\% \\textasciitilde{} \\textless{}b\\textgreater{}}",
    author: "{M\u00fcller, J.} and {A \\& B} and {A \\& B}",
    year: "2024",
  });
  expect(entries[1]).toMatchObject({ title: "{ISIC Archive}", url: "https://www.isic-archive.com" });
});

test("CITATION.cff is as the format's own schema demands", async ({ skip }) => {
  const program = await pythonWith("jsonschema");
  const schema = process.env.ISIC_CFF_SCHEMA;
  if (program === undefined || schema === undefined) skip("python3-jsonschema or ISIC_CFF_SCHEMA is missing");
  const { text } = await made("flat", HOSTILE);
  const script = `
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
print(json.dumps([error.message for error in jsonschema.Draft7Validator(schema).iter_errors(json.loads(sys.argv[2]))]))`;
  const cff = JSON.stringify(parseYaml(await text("CITATION.cff")));
  expect(await runPython(program, script, schema!, cff)).toEqual([]);
});
