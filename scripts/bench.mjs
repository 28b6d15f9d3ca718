// `npm run bench [-- NAME]` (also `pnpm bench core`): our numbers beside other people's, as ratios of one process run.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, fail, root, run } from "./bootstrap.mjs";

try {
  const all = readdirSync(join(root, "bench", "src"))
    .filter((file) => file.endsWith(".bench.mjs"))
    .map((file) => file.slice(0, -".bench.mjs".length));
  const [name, ...rest] = process.argv.slice(2);
  if (name !== undefined && !all.includes(name)) fail(`There is no benchmark "${name}"; there are: ${all.join(", ")}.`);
  bootstrap();
  if (run("turbo", ["run", "build", "--output-logs=errors-only"]) !== 0) fail("The build failed; see above.");
  for (const each of name === undefined ? all : [name]) {
    const code = run(process.execPath, ["--expose-gc", join(root, "bench", "src", `${each}.bench.mjs`), ...rest]);
    if (code !== 0) process.exitCode = code;
  }
} catch (error) {
  fail(error);
}
