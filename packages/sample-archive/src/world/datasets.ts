import type { DatasetRecord } from "../archive/source.ts";
import { personId } from "./people.ts";
import { isoTime, objectId } from "./time.ts";

type Facts = Pick<DatasetRecord, "id" | "name" | "description" | "license" | "attribution"> & { public?: boolean };

/** Names, ids and licences of the archive's own datasets, so that notes about them read true; the texts are ours. */
const DATASETS: readonly Facts[] = [
  {
    id: "5a2ecc5e1165975c945942a2",
    name: "UDA-1",
    description: "Drawn moles and melanomas.\nEvery lesion pretends to have been biopsied.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5a2ecc5e1165975c945942a4",
    name: "UDA-2",
    description: "More drawn moles and melanomas, in a second batch.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5a2ecc5d1165975c9459427e",
    name: "MSK-1",
    description: "Drawn melanocytic lesions with long notes.\nThe notes are untidy on purpose.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5a2ecc5d1165975c94594284",
    name: "MSK-2",
    description: "Drawn lesions of all kinds, with polarised and contact variants.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5a2ecc5e1165975c945942a0",
    name: "SONIC",
    description: "Drawn moles of children.\nNone of them changes over the years.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5aa2baff1165972a9e961672",
    name: "2018 JID Editorial Images",
    description: "Drawn clinical pictures, taken from further away.",
    license: "CC-0",
    attribution: "Anonymous",
  },
  {
    id: "5aaf6f2a116597691367292e",
    name: "HAM10000",
    description: "Drawn lesions of seven classes for people who train classifiers.",
    license: "CC-BY-NC",
    attribution: "The Sample Archive",
  },
  {
    id: "5a74e98011659731f017fac1",
    name: "Dermoscopedia (CC-BY)",
    description: "Five drawings that ask for a credit line.",
    license: "CC-BY",
    attribution: "The Sample Archive & friends",
  },
  {
    id: "5b0000000000000000000001",
    name: "Unpublished",
    description: "Drawings that only their contributor may see.",
    license: "CC-BY-NC",
    attribution: "The Sample Archive",
    public: false,
  },
];

const START = Date.UTC(2014, 8, 20, 15, 36, 43, 866);

export const datasets: readonly DatasetRecord[] = DATASETS.map((facts, i) => ({
  public: true,
  ...facts,
  owner: "The Sample Archive",
  folderId: objectId(START, 0x2000 + 2 * i),
  reviewFolderId: objectId(START, 0x2001 + 2 * i),
  created: isoTime(START + i * 86_400_000),
  updated: isoTime(START + i * 86_400_000 + 3_600_000),
  creatorId: personId("creator"),
}));

export function datasetNamed(name: string): DatasetRecord {
  return datasets.find((dataset) => dataset.name === name)!;
}
