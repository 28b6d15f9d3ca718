/** The tokens of a session. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** When the access token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
  readonly scope: string;
}

/**
 * Where tokens are kept. `lock` runs the work while nobody else refreshes: a refresh kills the old pair at once, so
 * two at a time would end the session.
 */
export interface TokenStore {
  load(): Promise<TokenSet | undefined>;
  /** Undefined forgets. */
  save(tokens: TokenSet | undefined): Promise<void>;
  lock<T>(work: () => Promise<T>): Promise<T>;
}

/** Tokens for the life of the page or process, and no longer. */
export function memoryStore(): TokenStore {
  let current: TokenSet | undefined;
  return {
    load: async () => current,
    save: async (tokens) => {
      current = tokens;
    },
    lock: (work) => work(),
  };
}

/** The part of `localStorage` and `sessionStorage` that is needed. */
export interface StringStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Tokens in a page's storage, shared by its tabs, which take turns by a Web Lock. Any script of the page can read
 * them: only for pages that run no foreign scripts.
 */
export function webStore(storage: StringStorage, key = "isic.tokens"): TokenStore {
  return {
    load: async () => tokenSetOf(storage.getItem(key)),
    save: async (tokens) => {
      if (tokens === undefined) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(tokens));
    },
    async lock<T>(work: () => Promise<T>): Promise<T> {
      const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
      return locks === undefined ? await work() : ((await locks.request(key, work)) as T);
    },
  };
}

/** Stored text as tokens; anything else counts as none. */
export function tokenSetOf(text: string | null): TokenSet | undefined {
  try {
    const { accessToken, refreshToken, expiresAt, scope } = JSON.parse(text ?? "null") as Partial<TokenSet>;
    if (typeof accessToken !== "string" || typeof expiresAt !== "number") return undefined;
    return {
      accessToken,
      expiresAt,
      refreshToken: typeof refreshToken === "string" ? refreshToken : undefined,
      scope: typeof scope === "string" ? scope : "",
    };
  } catch {
    return undefined;
  }
}
