import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LabelImage } from "@isic/core-wasm";
import type { AnnotationRecord, ImageRecord, Source, StudyRecord, UserRecord } from "../archive/source.ts";
import { people, personId } from "../world/people.ts";
import { isoTime } from "../world/time.ts";
import { FolderError } from "./errors.ts";
import { readText } from "./files.ts";
import { type Mistakes, readStudies, type StudyInFile } from "./studies-format.ts";

const NAME = "studies.json";
const START = Date.UTC(2020, 0, 6, 8, 0, 0, 250);

/**
 * The same content with the studies of the folder's `studies.json`, if there is one: studies with readers, answers and
 * marks on superpixels, to replay with a class. Its readers can log in; their password is `password`.
 *
 * @throws FolderError with one sentence for each mistake in it
 */
export async function withStudies(dir: string, source: Source, maxBytes: number): Promise<Source> {
  const place = join(dir, NAME);
  if (!existsSync(place)) return source;
  const mistakes: Mistakes = [];
  const studies = readStudies(parse(dir, await readText(dir, place, maxBytes)), mistakes);
  const images = new Map(source.images.map((image) => [image.name, image]));
  const counts = await labelCounts(source, images, studies, mistakes);
  checkReferences(studies, images, counts, mistakes);
  if (mistakes.length > 0) throw new FolderError(dir, summary(mistakes));
  return merge(source, studies, images);
}

function parse(dir: string, text: string): unknown {
  try {
    // Editors on Windows write a byte order mark.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new FolderError(dir, `${NAME} is not JSON: ${(cause as Error).message}.`, { cause });
  }
}

const MOST_SHOWN = 20;

function summary(mistakes: Mistakes): string {
  const more = mistakes.length - MOST_SHOWN;
  const shown = mistakes.slice(0, MOST_SHOWN).map((mistake) => `\n  ${mistake}`);
  const rest = more > 0 ? `\n  and ${more} more.` : "";
  return `${NAME} has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:${shown.join("")}${rest}`;
}

/** How many superpixels each image has that somebody marked; `undefined` where it has none here. */
async function labelCounts(
  source: Source,
  images: ReadonlyMap<string, ImageRecord>,
  studies: readonly StudyInFile[],
  mistakes: Mistakes,
): Promise<ReadonlyMap<string, number | undefined>> {
  const counts = new Map<string, number | undefined>();
  for (const { annotations } of studies) {
    for (const { image: name, markups } of annotations) {
      const image = images.get(name);
      const marked = [...markups.values()].some(({ definite, possible }) => definite.length + possible.length > 0);
      if (image === undefined || !marked || counts.has(name)) continue;
      const labels = await source.labels(image).catch((error: Error): undefined => {
        mistakes.push(`the superpixels of ${name} cannot be read: ${error.message}`);
      });
      counts.set(name, labels?.count);
    }
  }
  return counts;
}

function checkReferences(
  studies: readonly StudyInFile[],
  images: ReadonlyMap<string, ImageRecord>,
  counts: ReadonlyMap<string, number | undefined>,
  mistakes: Mistakes,
): void {
  studies.forEach((study, s) => {
    study.images.forEach((name, i) => {
      if (!images.has(name))
        mistakes.push(`studies[${s}].images[${i}]: no image of this folder is called ${show(name)}.`);
    });
    study.annotations.forEach(({ image, markups }, a) => {
      for (const [feature, { definite, possible }] of markups) {
        const where = `studies[${s}].annotations[${a}].markups[${show(feature)}]`;
        const count = counts.get(image);
        const marks = [...definite, ...possible];
        if (marks.length === 0 || !images.has(image)) continue;
        if (count === undefined) {
          mistakes.push(`${where}: ${image} has no superpixels in this folder to be marked.`);
          continue;
        }
        const beyond = marks.find((label) => label >= count);
        if (beyond !== undefined) {
          mistakes.push(`${where}: there is no superpixel ${beyond}; ${image} has 0 to ${count - 1}.`);
        }
      }
    });
  });
}

function show(text: string): string {
  return JSON.stringify(text);
}

function merge(source: Source, studies: readonly StudyInFile[], images: ReadonlyMap<string, ImageRecord>): Source {
  const users = new Map<string, UserRecord>(people.map((person) => [person.login, person]));
  for (const { readers } of studies) for (const reader of readers) users.set(reader.login, userOf(reader, users));
  const marks = new Map<string, { readonly definite: readonly number[]; readonly possible: readonly number[] }>();
  const records: StudyRecord[] = [];
  const annotations: AnnotationRecord[] = [];
  for (const study of studies) {
    const record = studyRecord(study, users, images, records.length);
    records.push(record);
    const given = new Map(study.annotations.map((each) => [JSON.stringify([each.image, each.reader]), each]));
    for (const reader of study.readers) {
      for (const name of study.images) {
        const number = annotations.length;
        const base = {
          id: idOf(`annotation/${study.name}/${reader.login}/${name}`),
          studyId: record.id,
          imageId: images.get(name)!.id,
          userId: users.get(reader.login)!.id,
        };
        const answer = given.get(JSON.stringify([name, reader.login]));
        if (answer === undefined) {
          annotations.push({ ...base, state: "active" });
          continue;
        }
        const begun = START + number * 120_000;
        annotations.push({
          ...base,
          state: "complete",
          status: answer.status,
          startTime: isoTime(answer.startTime ?? begun),
          stopTime: isoTime(answer.stopTime ?? (answer.startTime ?? begun) + 60_000),
          responses: answer.responses,
          markups: Object.fromEntries(
            [...answer.markups].map(([feature, { definite, possible }]) => {
              return [feature, definite.length + possible.length > 0];
            }),
          ),
          log: [],
        });
        for (const [feature, values] of answer.markups) marks.set(`${base.id}/${feature}`, values);
      }
    }
  }
  const byId = new Map(source.images.map((image) => [image.id, image]));
  return {
    ...source,
    users: [...users.values()],
    studies: records,
    annotations,
    markup: async (annotation, feature) => {
      const labels: LabelImage | undefined = await source.labels(byId.get(annotation.imageId)!);
      if (labels === undefined) return undefined;
      const values = new Array<number>(labels.count).fill(0);
      const { definite = [], possible = [] } = marks.get(`${annotation.id}/${feature}`) ?? {};
      for (const label of possible) values[label] = 0.5;
      for (const label of definite) values[label] = 1;
      return values;
    },
  };
}

function studyRecord(
  study: StudyInFile,
  users: ReadonlyMap<string, UserRecord>,
  images: ReadonlyMap<string, ImageRecord>,
  number: number,
): StudyRecord {
  const created = isoTime(START + number * 86_400_000);
  return {
    id: idOf(`study/${study.name}`),
    name: study.name,
    description: study.description,
    created,
    updated: created,
    creatorId: personId("studyadmin"),
    public: study.public,
    features: study.features,
    questions: study.questions,
    imageIds: study.images.map((name) => images.get(name)!.id),
    userIds: study.readers.map(({ login }) => users.get(login)!.id),
  };
}

/** Somebody of the archive's own people, or a new reader. */
function userOf(reader: StudyInFile["readers"][number], known: ReadonlyMap<string, UserRecord>): UserRecord {
  const { login, firstName, lastName } = reader;
  return (
    known.get(login) ?? {
      id: idOf(`user/${login}`),
      login,
      password: "password",
      email: `${login}@example.com`,
      firstName,
      lastName,
      code: codeOf(login),
      created: isoTime(START),
      groups: [],
      admin: false,
    }
  );
}

function idOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

/** Four letters of base32(sha256(login)), under which v1 hides names. */
function codeOf(login: string): string {
  const bits = createHash("sha256").update(login).digest().readUIntBE(0, 3);
  return [19, 14, 9, 4].map((shift) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> shift) & 31]).join("");
}
