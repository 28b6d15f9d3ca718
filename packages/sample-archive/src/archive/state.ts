/**
 * What both servers stand on: the content of an archive, what changes while it runs, its options, and texts as Python writes them.
 *
 * @module
 */
import { generatedWorld } from "../world/world.ts";
import { type OAuthClient, type Quirks, type SampleArchiveOptions, worldOptions } from "./options.ts";
import type {
  AnnotationRecord,
  CollectionRecord,
  DatasetRecord,
  ImageRecord,
  SegmentationRecord,
  Source,
  StudyRecord,
  UserRecord,
} from "./source.ts";

const DAY = 86_400;
const MOST_CACHED = 50;

/** A token and whom it stands for. */
interface Session {
  readonly userId: string;
  readonly expires: number;
}

/** A table of metadata that was registered with a dataset. */
interface MetadataFile {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly userId: string;
  readonly time: string;
}

/** A code on its way from the browser to the program. */
interface AuthorizationCode extends Session {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
}

/** Applications that may log people in when none are given. */
const CLIENTS: readonly OAuthClient[] = [
  {
    id: "sample-client",
    redirectUris: [
      "http://127.0.0.1/callback",
      // any place of this machine, for programs and pages that are being developed
      "^http://(127\\.0\\.0\\.1|\\[::1\\]|localhost)(:[0-9]+)?(/.*)?$",
      "urn:ietf:wg:oauth:2.0:oob",
    ],
  },
  // the official command line, whose users copy a code by hand
  { id: "RpCzc4hFjv5gOJdM2DM2nBdokOviOh5ne63Tpn7Q", redirectUris: ["urn:ietf:wg:oauth:2.0:oob"] },
];

/** Everything about one archive that can change while it runs; both servers work on it. */
export class ArchiveState {
  readonly source: Source;
  readonly quirks: Quirks;
  readonly now: () => number;
  readonly v1TokenSeconds: number;
  readonly v2TokenSeconds: number;
  /** Not read-only: `serve` moves an archive to the address it listens on. */
  origin: string;
  fileOrigin: string;
  readonly images: ImageRecord[];
  readonly imageById: Map<string, ImageRecord>;
  readonly imageByName: Map<string, ImageRecord>;
  readonly datasets: DatasetRecord[];
  readonly studies: StudyRecord[];
  readonly segmentations: SegmentationRecord[];
  readonly annotations: AnnotationRecord[];
  /** Arrays that readers posted, by `annotation id/feature`. */
  readonly postedMarkups: Map<string, readonly number[]> = new Map();
  readonly metadataFiles: Map<string, readonly MetadataFile[]> = new Map();
  /** `study id/user id` of those who asked to take part. */
  readonly participationRequests: Set<string> = new Set();
  /** Names of images that were withdrawn. */
  readonly withdrawn: Set<string> = new Set();
  readonly v1Sessions: Map<string, Session> = new Map();
  readonly v2Sessions: Map<string, Session> = new Map();
  readonly clients: readonly OAuthClient[];
  /** Who sits at the browser when somebody is sent to log in. */
  readonly browserUserId: string;
  readonly codes: Map<string, AuthorizationCode> = new Map();
  readonly refreshTokens: Map<string, { userId: string; scope: string; accessToken: string }> = new Map();
  readonly collections: CollectionRecord[];
  readonly #cache: Map<string, { readonly revision: number; readonly value: unknown }> = new Map();
  #texts: { readonly origin: string; readonly texts: WeakMap<ImageRecord, string> } | undefined;
  #revision = 0;
  readonly #users: Map<string, UserRecord>;
  #counter = 0;

  constructor(options: SampleArchiveOptions) {
    this.source = options.source ?? generatedWorld(worldOptions(options));
    this.quirks = options.quirks ?? {};
    this.now = options.now ?? Date.now;
    this.origin = options.origin ?? "https://archive.sample.invalid";
    this.fileOrigin = options.fileOrigin ?? "https://files.sample.invalid";
    this.v1TokenSeconds = options.tokenSeconds ?? 180 * DAY;
    this.v2TokenSeconds = options.tokenSeconds ?? DAY;
    this.clients = options.clients ?? CLIENTS;
    const login = options.browserUser ?? this.source.users[0]?.login;
    this.browserUserId = this.source.users.find((user) => user.login === login)?.id ?? "";
    this.images = [...this.source.images];
    this.imageById = new Map(this.images.map((image) => [image.id, image]));
    this.imageByName = new Map(this.images.map((image) => [image.name, image]));
    this.datasets = [...this.source.datasets];
    this.studies = [...this.source.studies];
    this.segmentations = [...this.source.segmentations];
    this.annotations = [...this.source.annotations];
    this.collections = [...this.source.collections];
    this.#users = new Map(this.source.users.map((user) => [user.id, user]));
  }

  /** A value that holds until the archive changes. */
  cached<T>(key: string, make: () => T): T {
    const found = this.#cache.get(key);
    if (found?.revision === this.#revision) return found.value as T;
    const value = make();
    // searches are cached too, and there is no end of them
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(key, { revision: this.#revision, value });
    return value;
  }

  /** Texts of public images as v2 sends them, made once per file origin. */
  textsOf(fileOrigin: string): WeakMap<ImageRecord, string> {
    if (this.#texts?.origin !== fileOrigin) this.#texts = { origin: fileOrigin, texts: new WeakMap() };
    return this.#texts.texts;
  }

  /** To be called after every change of records. */
  changed(): void {
    this.#revision++;
  }

  user(id: string): UserRecord | undefined {
    return this.#users.get(id);
  }

  dataset(id: string): DatasetRecord | undefined {
    return this.datasets.find((dataset) => dataset.id === id);
  }

  datasetOf(image: ImageRecord): DatasetRecord {
    return this.dataset(image.datasetId)!;
  }

  /** Who a token stands for; an unknown or expired one stands for nobody, and no error says so. */
  session(sessions: Map<string, Session>, token: string | undefined): UserRecord | undefined {
    const session = token === undefined ? undefined : sessions.get(token);
    return session === undefined || session.expires <= this.now() ? undefined : this.user(session.userId);
  }

  openSession(sessions: Map<string, Session>, userId: string, seconds: number, length: number): string {
    const token = this.secret(length);
    sessions.set(token, { userId, expires: this.now() + seconds * 1000 });
    return token;
  }

  /** A new secret of letters and digits. */
  secret(length: number): string {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const random = crypto.getRandomValues(new Uint8Array(length));
    return Array.from(random, (byte) => letters[byte % letters.length]).join("");
  }

  /** The id of something new. */
  newId(): string {
    const seconds = Math.floor(this.now() / 1000)
      .toString(16)
      .padStart(8, "0");
    return `${seconds}bae4783967${(0xf00000 + this.#counter++).toString(16)}`;
  }

  /** Puts a changed record in the place of the old one. */
  replaceImage(image: ImageRecord): void {
    this.images[this.images.findIndex((candidate) => candidate.id === image.id)] = image;
    this.imageById.set(image.id, image);
    this.imageByName.set(image.name, image);
    this.changed();
  }

  /** Adds images behind the last one. */
  grow(count: number): readonly ImageRecord[] {
    const added = this.source.more(count);
    for (const image of added) {
      this.images.push(image);
      this.imageById.set(image.id, image);
      this.imageByName.set(image.name, image);
    }
    this.changed();
    return added;
  }
}
