import { isicVitest } from "../../vitest.shared.ts";

export default isicVitest(import.meta.url, { browser: true, storage: true });
