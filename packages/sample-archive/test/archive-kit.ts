import { createSampleArchive, type SampleArchive, type SampleArchiveOptions } from "../src/index.ts";

/** A small archive with quick photos, and short ways to ask it. */
export class Kit {
  readonly archive: SampleArchive;
  readonly #tokens = new Map<string, string>();

  constructor(options: SampleArchiveOptions = {}) {
    this.archive = createSampleArchive({ images: 60, smallPhotos: true, ...options });
  }

  send(url: string, init: RequestInit = {}): Promise<Response> {
    return this.archive.fetch(new Request(url, init));
  }

  /** GET below `/api/v1/`, as a guest or with the token of `login`. */
  async v1(path: string, login?: string, headers: Record<string, string> = {}): Promise<Response> {
    const token = login === undefined ? undefined : await this.token(login);
    const all = token === undefined ? headers : { ...headers, "Girder-Token": token };
    return this.send(`${this.archive.v1Url}/${path}`, { headers: all });
  }

  /** A v1 token. */
  async token(login: string): Promise<string> {
    const known = this.#tokens.get(login);
    if (known !== undefined) return known;
    const headers = { Authorization: `Basic ${btoa(`${login}:password`)}` };
    const answer = await this.send(`${this.archive.v1Url}/user/authentication`, { headers });
    const { authToken } = await answer.json();
    this.#tokens.set(login, authToken.token);
    return authToken.token;
  }

  /** GET below `/api/v2/`. */
  v2(path: string, login?: string, headers: Record<string, string> = {}): Promise<Response> {
    const all =
      login === undefined ? headers : { ...headers, Authorization: `Bearer ${this.archive.issueToken(login)}` };
    return this.send(this.archive.v2Url + path, { headers: all });
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into by tests
  json(answer: Promise<Response>): Promise<any> {
    return answer.then((response) => response.json());
  }
}
