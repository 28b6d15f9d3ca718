import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { type Annotations, annotationsOf } from "./annotations.ts";
import { createV1Api, type V1Options } from "./api.ts";
import { type Datasets, datasetsOf } from "./datasets.ts";
import { type Images, imagesOf } from "./images.ts";
import { meSchema } from "./schemas.ts";
import { type Segmentations, segmentationsOf } from "./segmentations.ts";
import { type Studies, studiesOf } from "./studies.ts";
import { type Tasks, tasksOf } from "./tasks.ts";
import type { User } from "./types.ts";
import { type Users, usersOf } from "./users.ts";

/** A Girder server (v1). */
export interface V1Client {
  /** For functions that take an API of `createV1Api`. */
  readonly api: Transport;
  /** Logs in now instead of on the first call, with the options' name and password. */
  login(options?: CallOptions): Promise<User>;
  /** Ends the session on the server; later calls are a guest's. */
  logout(options?: CallOptions): Promise<void>;
  /** Who is logged in; null for a guest. */
  me(options?: CallOptions): Promise<User | null>;
  /** The session's token, for a later client; undefined for a guest. */
  readonly token: string | undefined;
  readonly images: Images;
  readonly datasets: Datasets;
  readonly studies: Studies;
  readonly annotations: Annotations;
  readonly segmentations: Segmentations;
  readonly tasks: Tasks;
  readonly users: Users;
}

/**
 * A client of a Girder server (API v1). Nothing is sent before the first call.
 *
 * @throws TypeError when `baseUrl` is no URL or plain http to a host that is not allowed.
 */
export function createV1Client(options: V1Options): V1Client {
  const { transport: api, session } = createV1Api(options);
  return {
    api,
    login: async (call) => session.login(call),
    logout: async (call) => session.logout(call),
    me: async ({ signal } = {}) => api.json({ path: "user/me", signal }, meSchema),
    get token() {
      return session.token;
    },
    images: imagesOf(api),
    datasets: datasetsOf(api),
    studies: studiesOf(api),
    annotations: annotationsOf(api),
    segmentations: segmentationsOf(api),
    tasks: tasksOf(api),
    users: usersOf(api),
  };
}
