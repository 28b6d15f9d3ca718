import { resolve, sep } from "node:path";
import { safeFileName } from "@isic/cache-fs/files";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePattern, valueAt } from "../../src/download/file-names.ts";
import { formatEntry, parseEntry, parseShard, staysInside, withoutSecrets } from "../../src/download/manifest.ts";

const HOSTILE = [
  "../../etc/passwd",
  "..",
  ".",
  "",
  "/etc/passwd",
  "C:\\Windows\\system32",
  "con",
  "NUL.jpg",
  "a\u0000b",
  "a\nb",
  "name ",
  "...",
  "-rf",
  "%2e%2e%2f",
  "\u202Egnp.exe",
  "x".repeat(500),
  "ISIC_0000000/../ISIC_0000001",
  "a:b",
  "<script>",
  "$name$",
];

describe("names that the server gives", () => {
  it.each(HOSTILE)("%j stays one harmless segment", (name) => {
    const clean = safeFileName(name);
    expect(clean).not.toMatch(/[/\\:\0\n<>"|?*$]/);
    expect(clean).not.toMatch(/^[. ]|[. ]$/);
    expect(clean.length).toBeLessThanOrEqual(129);
    const file = parsePattern("$dataset.name$/$name$").fill(() => name);
    expect(resolve("/target", file).startsWith(`${sep}target${sep}`)).toBe(true);
  });

  it("never leave the target, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, dataset) => {
        const file = parsePattern("$dataset$/x-$name$").fill((path) => (path === "name" ? name : dataset));
        expect(staysInside(file)).toBe(true);
        expect(file.split("/")).toHaveLength(2);
      }),
    );
  });

  it("different ones stay different", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        fc.pre(a !== b && a.normalize("NFC") !== b.normalize("NFC"));
        expect(safeFileName(a)).not.toBe(safeFileName(b));
      }),
    );
  });

  it("ordinary ones stay as they are", () => {
    for (const name of ["ISIC_0000000", "HAM10000", "2018 JID Editorial Images", "MSK-2 (a+b)"]) {
      expect(safeFileName(name)).toBe(name);
    }
  });
});

describe("file name patterns", () => {
  const record = { dataset: { name: "UDA-1" }, meta: { clinical: { sex: null, age_approx: 40 } } };
  it.each([
    ["$name$", "ISIC_1"],
    ["$dataset.name$/$name$", "UDA-1/ISIC_1"],
    ["$meta.clinical.age_approx$-$meta.clinical.sex$_$id$", "40-none_5436"],
    ["set/$meta.clinical.nothing$/$name$", "set/none/ISIC_1"],
    ["$__proto__.x$_$name$", "none_ISIC_1"],
  ])("%s gives %s", (pattern, file) => {
    const own: Record<string, unknown> = { name: "ISIC_1", id: "5436" };
    expect(parsePattern(pattern).fill((path) => own[path] ?? valueAt(record, path))).toBe(file);
  });

  it.each(["all", "../$name$", "/$name$", "a//$name$", "a\\$name$", "$name", "./$name$", "$dataset.name$"])(
    "%s is refused",
    (pattern) => {
      expect(() => parsePattern(pattern)).toThrow(TypeError);
    },
  );
});

describe("long names", () => {
  /** What a stem may still get behind it. */
  const BEHIND = Buffer.byteLength("~01234567_segmentation.jpeg");
  const SCRIPTS = ["x", "é", "日", "𠀀", "ж", "ก", "🙂"];

  it.each(SCRIPTS)("of %s fit what file systems take, by folder and by file", (sign) => {
    const value = sign.repeat(300);
    const pattern = parsePattern("$a$/$a$-$b$-$a$/$b$_$a$_$name$");
    const files = ["1", "2"].map((name) => pattern.fill((path) => (path === "name" ? name : `${value}${path}`)));
    for (const file of files) {
      const [first = "", second = "", last = ""] = file.split("/");
      for (const folder of [first, second]) expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(last) + BEHIND).toBeLessThanOrEqual(255);
      expect(Buffer.from(file).toString()).toBe(file);
    }
    expect(files[0]).not.toBe(files[1]);
    expect(pattern.fill((path) => (path === "name" ? "1" : `${value}${path}`))).toBe(files[0]);
  });

  it("that are not too long stay as they were, however many values are in them", () => {
    const value = "a".repeat(100);
    expect(parsePattern("$a$_$a$_$name$").fill((path) => (path === "a" ? value : "ISIC_0000001"))).toBe(
      `${value}_${value}_ISIC_0000001`,
    );
  });

  it("a device of Windows is none, whatever it is put together of", () => {
    const file = parsePattern("c$a$/$name$").fill((path) => (path === "a" ? "on" : "nul.x"));
    expect(file).not.toMatch(/(^|\/)(con|nul)(\.|\/|$)/);
  });
});

describe("manifest lines", () => {
  const line = {
    id: "a",
    name: "a",
    part: "image",
    state: "done",
    file: "a.jpg",
    bytes: 1,
    sha256: "0",
    fetchedAt: "",
  };
  it("are read back", () => {
    expect(parseEntry(JSON.stringify(line))).toEqual(line);
  });

  it.each([
    ["", "an empty line"],
    ["{", "a torn one"],
    ["[1]", "something else"],
    [JSON.stringify({ ...line, part: "virus" }), "an unknown part"],
    [JSON.stringify({ ...line, file: "../../.bashrc" }), "a file outside"],
    [JSON.stringify({ ...line, file: "/etc/passwd" }), "an absolute one"],
    [JSON.stringify({ ...line, file: "C:x.jpg" }), "one on another drive"],
    [JSON.stringify({ ...line, bytes: "1" }), "a size that is no number"],
  ])("%s is no entry (%s)", (text) => {
    expect(parseEntry(text)).toBeUndefined();
  });

  it("lose what is of the wrong kind, and what is secret, and nothing else", () => {
    const wrong = { ...line, licence: 7, record: [], fetchedAt: null, resized: null };
    expect(parseEntry(JSON.stringify(wrong))).toEqual({ ...line, fetchedAt: "" });
    const signed = "https://files.test/a.jpg?X-Amz-Signature=abc&X-Amz-Expires=1";
    const record = { files: { full: { url: signed }, deep: [{ note: `see ${signed} there` }] }, plain: "a?b=c" };
    const text = formatEntry({ ...parseEntry(JSON.stringify(line))!, url: signed, record });
    expect(text).not.toContain("Amz");
    expect(JSON.parse(text).record.plain).toBe("a?b=c");
    expect(withoutSecrets(JSON.stringify({ ...line, record }))).not.toContain("Amz");
  });

  it("shards are i/n", () => {
    expect(parseShard("2/16")).toEqual({ index: 2, count: 16 });
    for (const text of ["0/4", "5/4", "1", "a/b", "1/0", "-1/4", "1/4/2"])
      expect(() => parseShard(text)).toThrow(RangeError);
  });
});
