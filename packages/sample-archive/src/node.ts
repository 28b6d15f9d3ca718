export { FolderError, openFolder } from "./node/folder.ts";
export { ListenError, type RunningArchive, type ServeOptions, serve } from "./node/serve.ts";
