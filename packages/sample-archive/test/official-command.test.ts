import { describe, expect, test } from "vitest";
import type { SampleArchive } from "../src/index.ts";
import { Kit } from "./archive-kit.ts";

const CLIENT_ID = "RpCzc4hFjv5gOJdM2DM2nBdokOviOh5ne63Tpn7Q";
const VERIFIER = "the-official-command-makes-forty-eight-letters-of-it";
/** So many ids the command sends at once. */
const CHUNK = 50;

/** The requests that the official command line (isic-cli 12.4.0) makes, in its order and in its words. */
class OfficialCommand {
  readonly #archive: SampleArchive;
  #tokens: { readonly access_token: string; readonly refresh_token: string } | undefined;
  /** Method and path of each request, without what changes from run to run. */
  readonly asked: string[] = [];

  constructor(archive: SampleArchive) {
    this.#archive = archive;
  }

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.#archive.v2Url);
    this.asked.push(`${init.method ?? "GET"} ${url.pathname}`);
    const headers = new Headers(init.headers);
    // files are asked for without the token
    const isFile = url.origin !== this.#archive.origin;
    if (this.#tokens !== undefined && !isFile) headers.set("Authorization", `Bearer ${this.#tokens.access_token}`);
    return this.#archive.fetch(new Request(url, { ...init, headers, redirect: "manual" }));
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into by tests
  async json(path: string, init?: RequestInit): Promise<any> {
    const answer = await this.send(path, init);
    expect(answer.ok, `${answer.status} ${path}`).toBe(true);
    return answer.json();
  }

  async #token(form: Record<string, string>): Promise<void> {
    const body = new URLSearchParams({ client_id: CLIENT_ID, ...form });
    this.#tokens = await this.json("/oauth/token/", { method: "POST", body });
  }

  /**
   * The browser is sent to an address without its slash, the user copies the code out of the title of the page, and its
   * exchange does not name the address again.
   */
  async login(): Promise<void> {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
    const challenge = btoa(String.fromCharCode(...new Uint8Array(digest)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
    const query = new URLSearchParams({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const sent = await this.send(`/oauth/authorize?${query}`);
    expect([sent.status, sent.headers.get("location")]).toEqual([301, `/oauth/authorize/?${query}`]);
    const page = await (await this.send(sent.headers.get("location")!)).text();
    const code = /<title>Success code=(\w+)/.exec(page)![1]!;
    await this.#token({ grant_type: "authorization_code", code, code_verifier: VERIFIER });
  }

  refresh(): Promise<void> {
    return this.#token({ grant_type: "refresh_token", refresh_token: this.#tokens!.refresh_token });
  }

  async logout(): Promise<void> {
    const form = { client_id: CLIENT_ID, token: this.#tokens!.access_token, token_type_hint: "access_token" };
    const body = new URLSearchParams(form);
    expect((await this.send("/oauth/revoke_token/", { method: "POST", body })).status).toBe(200);
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of any list
  async *pages(path: string): AsyncGenerator<any> {
    for (let next: string | null = path; next !== null; ) {
      const page: { results: unknown[]; next: string | null } = await this.json(next);
      yield* page.results;
      next = page.next;
    }
  }

  async change(collection: number, verb: "populate" | "remove", ids: readonly string[]): Promise<string[]> {
    const done: string[] = [];
    for (let at = 0; at < ids.length; at += CHUNK) {
      const body = JSON.stringify({ isic_ids: ids.slice(at, at + CHUNK) });
      const init = { method: "POST", body, headers: { "Content-Type": "application/json" } };
      done.push(...(await this.json(`collections/${collection}/${verb}-from-list/`, init)).succeeded);
    }
    return done;
  }
}

describe("the official command line's own requests", () => {
  const kit = new Kit({ images: 150, browserUser: "creator" });
  const { archive } = kit;

  test("user login, a refresh, every run's users/me, logout", async () => {
    const command = new OfficialCommand(archive);
    await command.login();
    expect(await command.json("users/me/")).toMatchObject({ email: "creator@example.com" });
    await command.refresh();
    expect((await command.json("users/me/")).full_name).toBe("Cre Ator");
    await command.logout();
    expect((await command.send("users/me/")).status).toBe(401);
  });

  test("collection list", async () => {
    const names: string[] = [];
    for await (const { name } of new OfficialCommand(archive).pages("collections/")) names.push(name);
    expect(names).toHaveLength(archive.collections.filter((collection) => collection.public).length);
  });

  test("image download of a search in collections: check, count, size, pages, files, licences", async () => {
    const command = new OfficialCommand(archive);
    await command.login();
    const search = "query=sex:male AND age_approx:[40 TO *]&collections=1,3";
    expect((await command.send("images/search/?query=diagnosis: &limit=1")).status).toBe(400);
    await command.json("images/search/?query=sex:male AND age_approx:[40 TO *]&limit=1");
    for (const id of [1, 3]) expect((await command.json(`collections/${id}/`)).id).toBe(id);
    const { count } = await command.json(`images/search/?${search}&limit=1`);
    const { size } = await command.json(`images/search/size/?${search}`);
    let [rows, announced] = [0, 0];
    const licences = new Set<string>();
    for await (const image of command.pages(`images/search/?${search}`)) {
      rows++;
      announced += image.files.full.size;
      licences.add(image.copyright_license);
      const file = await command.send(image.files.full.url);
      expect([file.status, Number(file.headers.get("content-length"))]).toEqual([
        200,
        (await file.arrayBuffer()).byteLength,
      ]);
    }
    expect([rows, announced]).toEqual([count, size]);
    expect(count).toBeGreaterThan(5);
    for (const licence of licences) {
      const text = await (await command.send(`zip-download/license-file/${licence}/`)).text();
      expect(text.length).toBeGreaterThan(6000);
    }
  });

  test("metadata download of everything", async () => {
    let rows = 0;
    for await (const { metadata } of new OfficialCommand(archive).pages("images/search/?query=&collections=")) {
      rows++;
      expect(Object.values({ ...metadata.acquisition, ...metadata.clinical })).not.toContain(null);
    }
    expect(rows).toBe((await kit.json(kit.v2("images/"))).count);
  });

  test("collection add-images and remove-images, fifty at a time", async () => {
    const command = new OfficialCommand(archive);
    await command.login();
    const { id } = archive.collections.find(({ name }) => name === "Drawn by hand & ruler")!;
    const ids = Array.from({ length: 120 }, (_, i) => `ISIC_${String(i).padStart(7, "0")}`);
    command.asked.length = 0;
    const added = await command.change(id, "populate", ids);
    expect(command.asked).toEqual(Array(3).fill(`POST /api/v2/collections/${id}/populate-from-list/`));
    const inside = async () => (await command.json(`images/search/?query=&collections=${id}&limit=1`)).count;
    expect(await inside()).toBe(added.length);
    const removed = await command.change(id, "remove", added.slice(0, 70));
    expect([removed.length, await inside()]).toEqual([70, added.length - 70]);
  });
});
