// `npm run demo [-- options]`: from a bare clone to the README's walk. The walk itself is `isic demo` (packages/cli).
import { join } from "node:path";
import { bootstrap, fail, root, run, say } from "./bootstrap.mjs";

try {
  bootstrap();
  say("building what the command needs");
  const built = run("turbo", ["run", "build", "--filter=@isic/cli", "--output-logs=errors-only"]);
  if (built !== 0) fail("The build failed; see above.");
  const words = [join(root, "packages", "cli", "bin", "isic.js"), "demo", ...process.argv.slice(2)];
  process.exitCode = run(process.execPath, words);
} catch (error) {
  fail(error);
}
