export { ListenError, type RunningArchive, type ServeOptions, serve } from "./node/serve.ts";
