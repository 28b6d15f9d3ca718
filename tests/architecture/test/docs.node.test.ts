import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
const packages = readdirSync(join(root, "packages"));

/** The sources of a package's entry points. */
function entriesOf(name: string): string[] {
  const { exports = {} } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
    exports?: Record<string, string | { "@isic/source"?: string }>;
  };
  return Object.values(exports).flatMap((entry) => {
    const source = typeof entry === "string" ? undefined : entry["@isic/source"];
    return source === undefined ? [] : [join(root, "packages", name, source)];
  });
}

/** Public functions, classes and constants without a word about what they are. */
function undocumented(entries: readonly string[]): string[] {
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ["@isic/source"],
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const missing = new Set<string>();
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${entry} exports nothing`);
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
      const isOurs = symbol.declarations?.some((each) =>
        each.getSourceFile().fileName.startsWith(join(root, "packages")),
      );
      // Of the shapes of options and results the members say what they are.
      const isShape = (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0;
      if (isOurs && !isShape && symbol.getDocumentationComment(checker).length === 0)
        missing.add(`${exported.name} (${symbol.declarations?.[0]?.getSourceFile().fileName.slice(root.length + 1)})`);
    }
  }
  return [...missing];
}

describe("every public function, class and constant says what it is", () => {
  test.each(packages)("%s", (name) => {
    expect(undocumented(entriesOf(name))).toEqual([]);
  });
});
