import type { UserRecord } from "../archive/source.ts";
import { unroundedTime } from "../world/time.ts";
import { isStudyAdmin } from "./access.ts";
import type { Context } from "./context.ts";
import { denied, GirderError, restError } from "./errors.ts";
import { jsonAnswer } from "./respond.ts";
import { userDetail } from "./views.ts";

const TOKEN_LENGTH = 64;

/** `GET user/authentication`: Basic, once; a valid token in hand makes it ignore the password. */
export function login(context: Context): Response {
  const { state, request } = context;
  const user = context.user ?? basicUser(context);
  const known = context.user === undefined ? undefined : tokenOf(request, context.url);
  const token = known ?? state.openSession(state.v1Sessions, user.id, state.v1TokenSeconds, TOKEN_LENGTH);
  const expires = state.v1Sessions.get(token)!.expires;
  const answer = jsonAnswer(request, 200, {
    authToken: { expires: unroundedTime(expires), scope: ["core.user_auth"], token },
    message: "Login succeeded.",
    user: userDetail(user, user, true),
  });
  answer.headers.append("Set-Cookie", `girderToken=${token}; expires=${new Date(expires).toUTCString()}; Path=/`);
  return answer;
}

function basicUser({ request, state }: Context): UserRecord {
  const header = request.headers.get("girder-authorization") ?? request.headers.get("authorization") ?? "";
  if (!header.startsWith("Basic ")) throw restError("Use HTTP Basic Authentication", 401);
  const credentials = decodeBasic(header.slice(6));
  if (credentials === undefined) throw restError("Invalid HTTP Authorization header", 401);
  const name = credentials.login.toLowerCase();
  const key = name.includes("@") ? "email" : "login";
  const user = state.source.users.find(
    (candidate) => candidate[key] === name && candidate.password === credentials.password,
  );
  if (user === undefined) throw new GirderError(401, { message: "Login failed.", type: "access" });
  return user;
}

function decodeBasic(text: string): { readonly login: string; readonly password: string } | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
    const pair = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const colon = pair.indexOf(":");
    return colon < 0 ? undefined : { login: pair.slice(0, colon), password: pair.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

/** `DELETE user/authentication`; says the same to somebody who was not logged in. */
export function logout(context: Context): Response {
  context.state.v1Sessions.delete(tokenOf(context.request, context.url) ?? "");
  const answer = jsonAnswer(context.request, 200, { message: "Logged out." });
  answer.headers.append("Set-Cookie", `girderToken=""; expires=${new Date(context.state.now()).toUTCString()}; Path=/`);
  return answer;
}

/** `GET user/me`: `null` for a guest, with status 200. */
export function me(context: Context): Response {
  return jsonAnswer(
    context.request,
    200,
    context.user === undefined ? null : userDetail(context.user, context.user, true),
  );
}

/** `GET user/{id}`. */
export function getUser(context: Context): Response {
  const id = context.id();
  const user = context.state.user(id);
  if (user === undefined) throw restError(`Invalid user id (${id}).`);
  if (context.user?.id !== id && !isStudyAdmin(context.user)) throw denied(context.user, "Read", `user ${id}`);
  return jsonAnswer(context.request, 200, userDetail(user, context.user, false));
}

/** `GET token/current`: the stored document, or `null`. */
export function currentToken(context: Context): Response {
  const { state, user } = context;
  const token = tokenOf(context.request, context.url);
  if (user === undefined || token === undefined) return jsonAnswer(context.request, 200, null);
  const expires = state.v1Sessions.get(token)!.expires;
  return jsonAnswer(context.request, 200, {
    _id: token,
    access: { groups: [], users: [{ flags: [], id: user.id, level: 2 }] },
    created: unroundedTime(expires - state.v1TokenSeconds * 1000),
    expires: unroundedTime(expires),
    scope: ["core.user_auth"],
    userId: user.id,
  });
}

/** `GET token/session`: a token that stands for nobody. */
export function sessionToken(context: Context): Response {
  const { state } = context;
  const token = state.openSession(state.v1Sessions, "", state.v1TokenSeconds, TOKEN_LENGTH);
  const { expires } = state.v1Sessions.get(token)!;
  const answer = jsonAnswer(context.request, 200, { expires: unroundedTime(expires), token });
  answer.headers.append("Set-Cookie", `girderToken=${token}; expires=${new Date(expires).toUTCString()}; Path=/`);
  return answer;
}

/** `POST user/acceptTerms`. */
export function acceptTerms(context: Context): Response {
  context.requireUser();
  return jsonAnswer(context.request, 200, { extra: "hasPermission", message: "Terms of Use accepted." });
}

/** `POST user/requestCreateDatasetPermission`: for a member the message is a list, by a stray comma. */
export function requestPermission(context: Context): Response {
  const user = context.requireUser();
  const member = user.groups.includes("Dataset Contributors");
  return jsonAnswer(
    context.request,
    200,
    member
      ? { extra: "hasPermission", message: ["Dataset Contributor access granted."] }
      : {
          message: `Dataset Contributor access requested. An administrator may contact you via email (at ${user.email}) to process your request.`,
        },
  );
}

/** Where a token may ride, in order of precedence; the cookie only where a route allows it. */
export function tokenOf(request: Request, url: URL, cookie = false): string | undefined {
  const parameter = url.searchParams.get("token") ?? request.headers.get("girder-token");
  if (parameter !== null) return parameter;
  const match = cookie ? /(?:^|;\s*)girderToken=([^;]*)/.exec(request.headers.get("cookie") ?? "") : null;
  return match?.[1];
}
