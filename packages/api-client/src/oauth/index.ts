/**
 * Login with today's archive: OAuth2, authorization code with PKCE. The loopback login and the token file of Node
 * are in `/oauth/node`.
 *
 * @module
 */
export { finishRedirect, loginByRedirect, type Page } from "./browser-redirect.ts";
export { OAuthError, type OAuthProblem } from "./errors.ts";
export type { Challenge } from "./server.ts";
export { createOAuthSession, type OAuthOptions, type OAuthSession, type SessionEvent } from "./session.ts";
export { memoryStore, type StringStorage, type TokenSet, type TokenStore, webStore } from "./store.ts";
