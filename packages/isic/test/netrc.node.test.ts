import { describe, expect, test } from "vitest";
import { parseNetrc } from "../src/node/netrc.ts";

const TEXT = `
machine example.org login somebody password other
machine isic-archive.com
  login me@example.org
  password "p w\\"d"
macdef init
machine isic-archive.com login fake password fake

default login anonymous password guest
`;

describe(".netrc", () => {
  test("finds a machine, over several lines and in quotes", () => {
    expect(parseNetrc(TEXT, "isic-archive.com")).toEqual({ login: "me@example.org", password: 'p w"d' });
  });

  test("the default counts for all others", () => {
    expect(parseNetrc(TEXT, "elsewhere.org")).toEqual({ login: "anonymous", password: "guest" });
  });

  test("no entry is no entry", () => {
    expect(parseNetrc("machine a login b password c", "d")).toBeUndefined();
    expect(parseNetrc("", "d")).toBeUndefined();
  });
});
