/**
 * Login with the public archive: OAuth2, authorization code with PKCE. The loopback login of Node is in `/oauth/node`.
 *
 * @module
 */
export { finishRedirect, loginByRedirect, type Page } from "./browser-redirect.ts";
export { type CodeLoginOptions, loginByCode } from "./code-login.ts";
export { OAuthError, type OAuthProblem } from "./errors.ts";
export type { Challenge } from "./server.ts";
export { createOAuthSession, type OAuthOptions, type OAuthSession, type SessionEvent } from "./session.ts";
export { memoryStore, type StringStorage, type TokenSet, type TokenStore, tokenSetOf, webStore } from "./store.ts";
