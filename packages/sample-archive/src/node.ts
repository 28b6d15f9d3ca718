export { openFolder } from "./node/folder.ts";
export { FolderError } from "./node/folder-error.ts";
export { ListenError, type RunningArchive, type ServeOptions, serve } from "./node/serve.ts";
