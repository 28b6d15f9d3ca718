export { FolderError, ListenError, SampleArchiveError } from "./node/errors.ts";
export { type FolderOptions, openFolder } from "./node/open-folder.ts";
export { type RunningArchive, type ServeOptions, serve } from "./node/serve.ts";
