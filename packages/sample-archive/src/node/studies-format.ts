/** Sentences about what is wrong, each with the place in the file. */
export type Mistakes = string[];

/** A reader of a study. */
interface ReaderInFile {
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** What one reader said about one image: answers, and superpixels by feature. */
interface AnnotationInFile {
  readonly image: string;
  readonly reader: string;
  readonly status: string;
  readonly startTime: number | undefined;
  readonly stopTime: number | undefined;
  readonly responses: { readonly [question: string]: string };
  readonly markups: ReadonlyMap<string, { readonly definite: readonly number[]; readonly possible: readonly number[] }>;
}

/** A study of `studies.json`. */
export interface StudyInFile {
  readonly name: string;
  readonly description: string;
  readonly public: boolean;
  readonly features: readonly string[];
  readonly questions: readonly { readonly id: string; readonly choices: readonly string[] }[];
  readonly images: readonly string[];
  readonly readers: readonly ReaderInFile[];
  readonly annotations: readonly AnnotationInFile[];
}

const STATUSES = ["ok", "phi", "quality", "zoom", "inappropriate", "other"];

/** Reads the content of a `studies.json`; every mistake becomes a sentence, and what is wrong is left out. */
export function readStudies(content: unknown, mistakes: Mistakes): readonly StudyInFile[] {
  const file = new Fields(content, "the file", ["studies"], mistakes);
  const names = new Set<string>();
  const known = new Map<string, { readonly reader: ReaderInFile; readonly study: number }>();
  return file.list("studies", true).map((value, s) => {
    const study = readStudy(value, `studies[${s}]`, mistakes);
    if (names.has(study.name)) mistakes.push(`studies[${s}].name: another study is called ${show(study.name)}.`);
    names.add(study.name);
    for (const [r, reader] of study.readers.entries()) {
      const before = known.get(reader.login);
      if (before === undefined) known.set(reader.login, { reader, study: s });
      else if (before.study !== s && !isSamePerson(before.reader, reader))
        mistakes.push(
          `studies[${s}].readers[${r}]: ${show(reader.login)} has another name in studies[${before.study}].`,
        );
    }
    return study;
  });
}

function isSamePerson(a: ReaderInFile, b: ReaderInFile): boolean {
  return a.firstName === b.firstName && a.lastName === b.lastName;
}

/** Says which of some ids comes again. */
function checkTwice(ids: readonly string[], where: string, mistakes: Mistakes): void {
  const seen = new Set([""]);
  for (const [i, id] of ids.entries()) {
    if (id !== "" && seen.has(id)) mistakes.push(`${where}[${i}]: ${show(id)} is there twice.`);
    seen.add(id);
  }
}

function readStudy(value: unknown, where: string, mistakes: Mistakes): StudyInFile {
  const names = ["name", "description", "public", "features", "questions", "images", "readers", "annotations"];
  const fields = new Fields(value, where, names, mistakes);
  const study = {
    name: fields.text("name", true),
    description: fields.text("description", false),
    public: fields.flag("public", true),
    features: fields.texts("features", false),
    questions: fields.list("questions", false).map((question, q) => {
      const inside = new Fields(question, `${where}.questions[${q}]`, ["id", "choices"], mistakes);
      return { id: inside.text("id", true), choices: inside.texts("choices", true) };
    }),
    images: fields.texts("images", true),
    readers: fields.list("readers", true).map((reader, r) => readReader(reader, `${where}.readers[${r}]`, mistakes)),
  };
  const logins = study.readers.map(({ login }) => login);
  checkTwice(logins, `${where}.readers`, mistakes);
  checkTwice(
    study.questions.map(({ id }) => id),
    `${where}.questions`,
    mistakes,
  );
  const known = {
    images: new Set(study.images),
    readers: new Set(logins),
    features: new Set(study.features),
    choices: new Map(study.questions.map(({ id, choices }) => [id, choices])),
  };
  const annotations = fields
    .list("annotations", false)
    .map((annotation, a) => readAnnotation(annotation, `${where}.annotations[${a}]`, known, mistakes));
  const seen = new Set<string>();
  annotations.forEach(({ image, reader }, a) => {
    const key = JSON.stringify([image, reader]);
    if (seen.has(key)) mistakes.push(`${where}.annotations[${a}]: ${reader} has another annotation of ${image}.`);
    seen.add(key);
  });
  return { ...study, annotations };
}

function readReader(value: unknown, where: string, mistakes: Mistakes): ReaderInFile {
  const isText = typeof value === "string";
  const fields = new Fields(isText ? { login: value } : value, where, ["login", "firstName", "lastName"], mistakes);
  const login = fields.text("login", true);
  if (login !== "" && !/^[a-z][a-z0-9._-]{0,39}$/.test(login)) {
    mistakes.push(
      `${where}: ${show(login)} is no login; it has a small letter and up to 39 of a-z, 0-9, ".", "_", "-".`,
    );
  }
  const [firstName, lastName] = [fields.text("firstName", false), fields.text("lastName", false)];
  return { login, firstName: firstName || login, lastName: lastName || "Reader" };
}

/** What the annotations of a study may name. */
interface Known {
  readonly images: ReadonlySet<string>;
  readonly readers: ReadonlySet<string>;
  readonly features: ReadonlySet<string>;
  readonly choices: ReadonlyMap<string, readonly string[]>;
}

function readAnnotation(value: unknown, where: string, known: Known, mistakes: Mistakes): AnnotationInFile {
  const names = ["image", "reader", "status", "startTime", "stopTime", "responses", "markups"];
  const fields = new Fields(value, where, names, mistakes);
  const among = (name: string, text: string, list: ReadonlySet<string>, what: string) => {
    if (text !== "" && !list.has(text)) mistakes.push(`${where}.${name}: ${show(text)} is not among ${what}.`);
    return text;
  };
  const [startTime, stopTime] = [fields.time("startTime"), fields.time("stopTime")];
  if (startTime !== undefined && stopTime !== undefined && stopTime < startTime) {
    mistakes.push(`${where}.stopTime: it is before startTime.`);
  }
  const responses: Record<string, string> = {};
  for (const [question, answer] of fields.entries("responses")) {
    const choices = known.choices.get(question);
    const at = `${where}.responses[${show(question)}]`;
    if (choices === undefined) mistakes.push(`${at}: the study has no such question.`);
    else if (typeof answer !== "string" || !choices.includes(answer)) {
      mistakes.push(`${at}: ${JSON.stringify(answer)} is none of its choices: ${choices.map(show).join(", ")}.`);
    } else responses[question] = answer;
  }
  const markups = new Map<string, { definite: readonly number[]; possible: readonly number[] }>();
  for (const [feature, marks] of fields.entries("markups")) {
    const at = `${where}.markups[${show(feature)}]`;
    if (!known.features.has(feature)) mistakes.push(`${at}: the study has no such feature.`);
    const inside = new Fields(marks, at, ["definite", "possible"], mistakes);
    const [definite, possible] = [inside.labels("definite"), inside.labels("possible")];
    const alsoPossible = new Set(possible);
    const twice = definite.find((label) => alsoPossible.has(label));
    if (twice !== undefined) mistakes.push(`${at}: superpixel ${twice} is both definite and possible.`);
    markups.set(feature, { definite, possible });
  }
  return {
    image: among("image", fields.text("image", true), known.images, "the study's images"),
    reader: among("reader", fields.text("reader", true), known.readers, "the study's readers"),
    status: among("status", fields.text("status", false) || "ok", new Set(STATUSES), STATUSES.join(", ")),
    startTime,
    stopTime,
    responses,
    markups,
  };
}

function show(text: string): string {
  return JSON.stringify(text);
}

/** An object of the file: its fields by kind, with a sentence for each that is missing, unknown or of another kind. */
class Fields {
  readonly #values: { readonly [name: string]: unknown };
  readonly #where: string;
  readonly #mistakes: Mistakes;

  constructor(value: unknown, where: string, known: readonly string[], mistakes: Mistakes) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) mistakes.push(`${where}: expected an object, got ${kindOf(value)}.`);
    this.#values = isObject ? (value as { readonly [name: string]: unknown }) : {};
    this.#where = where;
    this.#mistakes = isObject ? mistakes : [];
    for (const name of Object.keys(this.#values)) {
      if (!known.includes(name)) this.#wrong(name, `there is no such field; there are ${known.join(", ")}`);
    }
  }

  text(name: string, needed: boolean): string {
    const value = this.#get(name, "a text", needed, (given) => typeof given === "string");
    if (needed && value === "") this.#wrong(name, "it is empty");
    return (value as string | undefined) ?? "";
  }

  flag(name: string, otherwise: boolean): boolean {
    return (this.#get(name, "true or false", false, (given) => typeof given === "boolean") as boolean) ?? otherwise;
  }

  list(name: string, needed: boolean): readonly unknown[] {
    const value = this.#get(name, "a list", needed, Array.isArray) as readonly unknown[] | undefined;
    if (needed && value?.length === 0) this.#wrong(name, "it is empty");
    return value ?? [];
  }

  /** A list of different texts. */
  texts(name: string, needed: boolean): readonly string[] {
    return this.#items(name, needed, (item) => typeof item === "string" && item !== "", "a text") as readonly string[];
  }

  /** A list of different numbers of superpixels. */
  labels(name: string): readonly number[] {
    const isLabel = (item: unknown) => Number.isInteger(item) && (item as number) >= 0;
    return this.#items(name, false, isLabel, "the number of a superpixel") as readonly number[];
  }

  /** An ISO 8601 time, as milliseconds. */
  time(name: string): number | undefined {
    const value = this.#get(name, "a time such as 2020-01-06T08:00:00Z", false, (given) => {
      return typeof given === "string" && /^\d{4}-\d\d-\d\dT/.test(given) && !Number.isNaN(Date.parse(given));
    });
    return value === undefined ? undefined : Date.parse(value as string);
  }

  entries(name: string): readonly (readonly [string, unknown])[] {
    const isObject = (given: unknown) => typeof given === "object" && given !== null && !Array.isArray(given);
    return Object.entries((this.#get(name, "an object", false, isObject) as object | undefined) ?? {});
  }

  #items(name: string, needed: boolean, test: (item: unknown) => boolean, what: string): readonly unknown[] {
    const seen = new Set<unknown>();
    this.list(name, needed).forEach((item, i) => {
      if (!test(item)) this.#wrong(`${name}[${i}]`, `expected ${what}, got ${JSON.stringify(item)}`);
      else if (seen.has(item)) this.#wrong(`${name}[${i}]`, `${JSON.stringify(item)} is there twice`);
      else seen.add(item);
    });
    return [...seen];
  }

  #get(name: string, what: string, needed: boolean, test: (given: unknown) => boolean): unknown {
    const value = this.#values[name];
    if (value === undefined) {
      if (needed) this.#wrong(name, "it is missing");
      return undefined;
    }
    if (test(value)) return value;
    this.#wrong(name, `expected ${what}, got ${kindOf(value)}`);
    return undefined;
  }

  #wrong(name: string, problem: string): void {
    this.#mistakes.push(`${this.#where}.${name}: ${problem}.`.replace(/^the file\./, ""));
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : JSON.stringify(value);
}
