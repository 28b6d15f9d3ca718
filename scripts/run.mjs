// `npm run build|lint|typecheck|test:slow`: one turbo task over all packages, after installing what is missing.
import { bootstrap, fail, run } from "./bootstrap.mjs";

const [task, ...rest] = process.argv.slice(2);
if (task === undefined) fail("usage: node scripts/run.mjs TASK [turbo options]");
try {
  bootstrap();
  process.exitCode = run("turbo", ["run", task, ...rest]);
} catch (error) {
  fail(error);
}
