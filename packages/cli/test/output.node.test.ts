import { AuthError, HttpError, NetworkError, TimeoutError } from "@isic/api-client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommandError, printFailure } from "../src/output/failure.ts";
import { oneLine } from "../src/output/neutral.ts";
import { blockPicture, itermPicture, kittyPicture, pictureProtocol } from "../src/output/picture.ts";
import { progressLine } from "../src/output/progress.ts";
import { count, table } from "../src/output/table.ts";
import { openTerminal } from "../src/output/terminal.ts";
import { bytes, duration, plural } from "../src/output/units.ts";
import { recordingTerminal } from "./terminal.ts";

describe("tables", () => {
  const rows = [
    { id: 1, name: "HAM10000", locked: true },
    { id: 12345, name: "A collection with quite a long name", locked: false },
  ];
  const columns = [
    { title: "id", align: "right", value: (row: (typeof rows)[0]) => row.id },
    { title: "name", flexible: true, value: (row: (typeof rows)[0]) => row.name },
    { title: "locked", value: (row: (typeof rows)[0]) => row.locked },
  ] as const;

  it("are as wide as their content", () => {
    expect(table(columns, rows)).toBe(
      [
        "    id  name                                 locked",
        "------  -----------------------------------  ------",
        "     1  HAM10000                             yes",
        "12 345  A collection with quite a long name  no",
      ].join("\n"),
    );
  });

  it("give way where they may when the terminal is narrow", () => {
    const lines = table(columns, rows, 30).split("\n");
    expect(lines[3]).toBe("12 345  A collection …  no");
    expect(Math.max(...lines.map((line) => line.length))).toBe(30);
  });

  it("go on below where nothing may be lost", () => {
    const why = { title: "why", flexible: true, wraps: true, value: (text: string) => text };
    const name = { title: "image", value: () => "ISIC_1" };
    const reason = "The server says that this image was withdrawn: https://archive.example.org/images/withdrawn/ISIC_1";
    const lines = table([name, why], [reason, "short"], 40).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(lines.at(-1)).toBe("ISIC_1  short");
    const cells = lines.slice(2, -1).map((line) => line.slice(8));
    expect(cells.join(" ").replaceAll(" ", "")).toBe(reason.replaceAll(" ", ""));
    expect(lines[3]).toMatch(/^ {8}\S/);
  });

  it("let no control character of a server through", () => {
    expect(table([{ title: "x", value: (row: string) => row }], ["a\u001B[31mb\nc\u202Ed"])).toBe(
      "x\n-----------\na [31mb c d",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => !/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(oneLine(text))),
    );
  });
});

describe("numbers for people", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [123_456, "123 kB"],
    [41_200_000, "41.2 MB"],
    [2e15, "2000 TB"],
  ])("%d bytes: %s", (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [0.0123, "12 ms"],
    [4.24, "4.2 s"],
    [187, "3:07"],
    [3765, "1:02:45"],
  ])("%d seconds: %s", (value, text) => expect(duration(value)).toBe(text));

  it("groups digits and counts nouns", () => {
    expect([count(12345678), count(999), count(1.5)]).toEqual(["12 345 678", "999", "1.5"]);
    expect([plural(1, "image"), plural(2000, "image"), plural(2, "copy", "copies")]).toEqual([
      "1 image",
      "2 000 images",
      "2 copies",
    ]);
  });
});

/** One line of a terminal after all of `text` was written to it. */
function screen(text: string): string {
  const drawn = text.split("\r").reduce((line, over) => over + line.slice(over.length), "");
  return drawn.trimEnd();
}

describe("the progress line", () => {
  it("shows rate and time left on a terminal, and is gone at the end", () => {
    let time = 0;
    const terminal = recordingTerminal({ isTTY: true, columns: 100 });
    const progress = progressLine(openTerminal(terminal).err, "downloading", false, () => time);
    for (let done = 0; done <= 50; done++) {
      progress.update({ done, total: 100, bytes: done * 100_000, failed: done > 40 ? 2 : 0 });
      time += 100;
    }
    const last = terminal.errors().split("\r").at(-1)!;
    expect(last).toBe(
      "downloading [###############---------------] 50/100  50 %  5.0 MB  1.0 MB/s  5.0 s left  2 failed",
    );
    progress.end();
    expect(screen(terminal.errors())).toBe("");
  });

  it("never is wider than the terminal", () => {
    let time = 0;
    const terminal = recordingTerminal({ isTTY: true, columns: 44 });
    const progress = progressLine(openTerminal(terminal).err, "downloading", false, () => time);
    for (let done = 0; done < 20; done++) {
      progress.update({ done, total: 123_456, bytes: done * 1e6 });
      time += 500;
    }
    progress.end();
    for (const drawn of terminal.errors().split("\r")) expect(drawn.length).toBeLessThan(44);
  });

  it("leaves nothing of a longer line under a shorter one, without escape codes", () => {
    let time = 0;
    const terminal = recordingTerminal({ isTTY: true });
    const progress = progressLine(openTerminal(terminal).err, "x", false, () => time);
    for (const [done, shown] of [
      [123_456, "x  123 456"],
      [7, "x  7"],
    ] as const) {
      time += 100;
      progress.update({ done });
      expect(screen(terminal.errors())).toBe(shown);
    }
    progress.end();
    expect(terminal.errors()).not.toMatch(/[^\r\x20-\x7e]/);
  });

  it("makes room for a note, which stands on a line of its own", () => {
    let time = 0;
    const terminal = recordingTerminal({ isTTY: true });
    const { err } = openTerminal(terminal);
    const progress = progressLine(err, "downloading", false, () => time);
    time += 100;
    progress.update({ done: 5000 });
    err.line("note: short");
    time += 100;
    progress.update({ done: 6000 });
    progress.end();
    const [note = "", rest = ""] = terminal.errors().split("\n");
    expect([screen(note), screen(rest)]).toEqual(["note: short", ""]);
  });

  it("is silent when nobody looks, or nobody wants it", () => {
    for (const terminal of [recordingTerminal(), recordingTerminal({ isTTY: true })]) {
      const progress = progressLine(openTerminal(terminal).err, "x", terminal.err.isTTY === true);
      progress.update({ done: 1, total: 2 });
      progress.end();
      expect(terminal.errors()).toBe("");
    }
  });
});

describe("failures", () => {
  const said = (error: unknown, debug = false): string => {
    const terminal = recordingTerminal();
    printFailure(openTerminal(terminal), error, debug);
    return terminal.errors();
  };

  it.each([
    [new CommandError("There is no photo."), "isic: There is no photo.\n"],
    [new RangeError("expected 1 to 4, got 9"), "isic: expected 1 to 4, got 9\n"],
    [
      Object.assign(new Error("listen EADDRINUSE: address already in use 127.0.0.1:8000"), {
        code: "EADDRINUSE",
        port: 8000,
      }),
      "isic: Port 8000 is in use by another program: choose another one with --port, or 0 for any free one.\n",
    ],
    [
      Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT", path: "/x/y" }),
      "isic: There is no file or folder /x/y.\n",
    ],
    [
      Object.assign(new Error("EACCES"), { code: "EACCES", path: "/x/y/.isic-partial.0123-1-1-0badcafe.0" }),
      "isic: /x/y may not be read or written (EACCES).\n",
    ],
    [
      Object.assign(new Error("Cannot listen on 127.0.0.1:80."), { tag: "ListenError", code: "EACCES" }),
      "isic: Cannot listen on 127.0.0.1:80.\n",
    ],
    [new Error("odd"), "isic: odd (--debug shows where)\n"],
  ])("%s", (error, text) => expect(said(error)).toBe(text));

  const where = { endpoint: "GET images/" };
  it.each([
    [
      new NetworkError("no answer", where),
      "GET images/: no answer. Check the connection, and --server if it was given.",
    ],
    [new TimeoutError("response", 5000, where), "GET images/: no answer within 5000 ms. Try later."],
    [
      new HttpError({ ...where, status: 429, serverMessage: "" }),
      "GET images/ answered 429. The server asks to go slower: wait, or give --concurrency 2 where there is that option.",
    ],
    [new AuthError("login-required", where), "GET images/: Log in first: isic user login (for --api v1: --username)."],
  ])("advise of the command's own options: %s", (error, text) => expect(said(error)).toBe(`isic: ${text}\n`));

  it("are one line, whatever a server put into them", () => {
    expect(said(new CommandError("a\nb\u001B[2J")).split("\n")).toEqual(["isic: a b [2J", ""]);
  });

  it("show stack and causes with --debug", () => {
    const text = said(new CommandError("outer", 1, { cause: new Error("inner") }), true);
    expect(text).toContain("output.node.test.ts");
    expect(text).toContain("caused by Error: inner");
  });
});

describe("pictures in a terminal", () => {
  it.each([
    [{ TERM: "xterm-kitty", KITTY_WINDOW_ID: "1" }, "kitty"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "iterm"],
    [{ TERM: "tmux-256color", TMUX: "/x", KITTY_WINDOW_ID: "1" }, "blocks"],
    [{ TERM: "xterm-256color" }, "blocks"],
    [{}, "blocks"],
    [{ NO_COLOR: "" }, "blocks"],
    [{ NO_COLOR: "1", TERM: "xterm-kitty" }, undefined],
    [{ TERM: "dumb", TERM_PROGRAM: "vscode" }, undefined],
  ])("%o: %s", (env, protocol) => expect(pictureProtocol(env)).toBe(protocol));

  const raster = {
    width: 2,
    height: 3,
    channels: 3 as const,
    data: new Uint8Array([255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 255, 0, 9, 9, 9]),
  };

  it("are half blocks, two pixels high", () => {
    expect(blockPicture(raster, true)).toBe(
      "\u001B[38;2;255;0;0;48;2;0;0;255m▀▀\u001B[0m\n\u001B[38;2;0;255;0;49m▀\u001B[38;2;9;9;9;49m▀\u001B[0m\n",
    );
    expect(blockPicture(raster, false)).toContain("38;5;196;48;5;21m");
  });

  it("are sent whole in the protocols of kitty and iTerm", () => {
    const png = new Uint8Array(10_000).map((_, i) => i & 0xff);
    const kitty = kittyPicture(png, 40);
    const parts = [...kitty.matchAll(/_G([^;]*);([^\\]*?).\\/gs)];
    expect(parts.map((part) => part[1])).toEqual(["a=T,f=100,c=40,m=1", "m=1", "m=1", "m=0"]);
    expect(Buffer.from(parts.map((part) => part[2]).join(""), "base64").equals(png)).toBe(true);
    expect(itermPicture(png, 40)).toContain(
      `size=10000;width=40;preserveAspectRatio=1:${Buffer.from(png).toString("base64")}\u0007`,
    );
  });
});
