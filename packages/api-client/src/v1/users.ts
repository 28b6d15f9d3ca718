import * as z from "zod/mini";
import { maybeInList } from "../schema/fields.ts";
import { callRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { objectId } from "./resources.ts";
import type { Extra, ObjectId } from "./types.ts";

/** Another account, as far as the caller may see it. */
export interface SeenUser extends Extra {
  _id: ObjectId;
  name?: string;
  login?: string;
}

/** Accounts of a Girder server. */
export interface Users {
  /** Accounts are private: a guest gets an AuthError. */
  get(id: string, options?: CallOptions): Promise<SeenUser>;
  /** Accepts the terms of use for the account that is logged in; the server's message. */
  acceptTerms(options?: CallOptions): Promise<string>;
  /** Asks for the right to create datasets; the server's message. */
  requestDatasetPermission(options?: CallOptions): Promise<string>;
}

const seenUserSchema = /* @__PURE__ */ z.looseObject({
  _id: z.string(),
  name: z.exactOptional(z.string()),
  login: z.exactOptional(z.string()),
});

/** A stray comma makes a list of one of the message. */
const messageSchema = /* @__PURE__ */ z.looseObject({ message: maybeInList(z.string()) });

/** The user functions over an API of `createV1Api`. */
export function usersOf(api: Transport): Users {
  const post = async (path: string, { signal }: CallOptions) =>
    (await api.json({ method: "POST", idempotent: true, path, signal }, messageSchema)).message;
  return withCheckedOptions<Users>(
    "users",
    {
      get: async (id, { signal } = {}) => api.json({ path: `user/${objectId(id)}`, signal }, seenUserSchema),
      acceptTerms: async (options = {}) => post("user/acceptTerms", options),
      requestDatasetPermission: async (options = {}) => post("user/requestCreateDatasetPermission", options),
    },
    {
      get: [callRule(1)],
      acceptTerms: [callRule(0)],
      requestDatasetPermission: [callRule(0)],
    },
  );
}
