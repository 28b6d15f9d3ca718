import { callRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { meSchema } from "./schemas.ts";
import type { Me } from "./types.ts";

/** The account behind the token. */
export interface Users {
  /** Who is logged in. The only call that tells whether a token counts: an AuthError when not. */
  me(options?: CallOptions): Promise<Me>;
  /** Accepts the terms of use. */
  acceptTerms(options?: CallOptions): Promise<void>;
}

/** The user functions over an API of `createV2Api`. */
export function usersOf(api: Transport): Users {
  return withCheckedOptions<Users>(
    "users",
    {
      me: async ({ signal } = {}) => api.json({ path: "users/me/", signal }, meSchema),
      acceptTerms: async ({ signal } = {}) => api.send({ method: "PUT", path: "users/accept-terms/", signal }),
    },
    {
      me: [callRule(0)],
      acceptTerms: [callRule(0)],
    },
  );
}
