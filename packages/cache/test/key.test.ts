import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cacheKey, checkKey, InvalidKeyError, parseKey } from "../src/index.ts";
import { hostileKeys } from "../src/testing/index.ts";

describe("cache keys", () => {
  test("hold any texts, and give them back", () => {
    const part = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => encodeURIComponent(text).length <= 140);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const key = cacheKey(parts);
        expect(key).toMatch(/^[A-Za-z0-9._%/-]+$/);
        expect(key.split("/")).toHaveLength(parts.length);
        expect(checkKey(key)).toBe(key);
        expect(parseKey(key)).toEqual(parts);
      }),
    );
  });

  test("different texts are different keys", () => {
    // Any code point, half surrogates too, and often those that a careless escape would confuse.
    const unit = fc.oneof(
      fc.constantFrom("/", "%", "2", "F", "f", ".", "a", "A", "\u00e9", "e\u0301", "\0"),
      fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
    );
    const parts = fc.array(fc.string({ unit, minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    const keyOf = (texts: string[]): string | undefined => {
      try {
        return cacheKey(texts);
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [keyA, keyB] = [keyOf(a), keyOf(b)];
        if (keyA !== undefined && keyA === keyB) expect(a).toEqual(b);
      }),
    );
  });

  test("every hostile name is stored safely as a part, or refused with a sentence", () => {
    let stored = 0;
    for (const name of hostileKeys) {
      try {
        const key = cacheKey(["h.org", "anonymous", "image", name]);
        expect(parseKey(key)[3]).toBe(name);
        expect(key).not.toMatch(/(^|\/)\.\.?(\/|$)/);
        stored++;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidKeyError);
        expect((error as InvalidKeyError).message).toMatch(
          /is refused: it (is empty|has|holds)|a segment has|a segment is/,
        );
      }
    }
    expect(stored).toBeGreaterThan(80);
  });

  test("refusals name the key and the reason, cut and without control characters", () => {
    const message = (key: string): string => {
      try {
        checkKey(key);
        return "taken";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message("../x")).toBe(
      'The cache key "../x" is refused: a segment is "." or "..". Make keys with cacheKey([...]).',
    );
    expect(message("a\u0000b")).toContain('"a\\u0000b"');
    expect(message("x".repeat(300)).length).toBeLessThan(250);
    expect(message("%41")).toContain("escapes a character that needs no escape");
    expect(() => checkKey(7 as never)).toThrow(new TypeError("expected a cache key (a string), got number"));
    expect(() => parseKey("%FF")).toThrow("its escapes are not UTF-8");
    expect(() => cacheKey(["\ud800"])).toThrow("half a UTF-16 pair");
  });

  test("errors are of the family", () => {
    const error = new InvalidKeyError("x", "why");
    expect(Reflect.get(error, Symbol.for("isic.error"))).toBe(true);
    expect([error.tag, error.name, error.key, error.reason]).toEqual([
      "InvalidKeyError",
      "InvalidKeyError",
      "x",
      "why",
    ]);
  });
});
