import { createOAuthSession } from "@isic/api-client/oauth";
import { openSnapshot } from "@isic/api-client/parquet";
import { createV1Client } from "@isic/api-client/v1";
import { createV2Api, createV2Client } from "@isic/api-client/v2";
import { createPredicate, getPath, selectFrom } from "@isic/select";
import { buildIndex, indexFromBytes, selectRows } from "@isic/select/columns";
import { createQueryPredicate, parseQuery, toCriteria, toQuery } from "@isic/select/query";
import { toSql } from "@isic/select/sql";
import { type Attack, runAttack } from "../attack.ts";
import { bytesOf, MIB, uint32 } from "./bomb-kit.ts";

const V2 = "https://archive.test/api/v2";
const V1 = "https://girder.test/api/v1";
const RETRY = { limit: 0 };
const JSON_TYPE = { "content-type": "application/json" };

const repeated = (begin: string, text: string, mib: number, end = ""): Uint8Array<ArrayBuffer> =>
  Buffer.concat([Buffer.from(begin), Buffer.alloc(mib * MIB, text), Buffer.from(end)]) as Uint8Array<ArrayBuffer>;

/** A text again and again, without end. */
function endless(text: string, begin = ""): ReadableStream<Uint8Array> {
  const block = Buffer.alloc(64 * 1024, text);
  let first = true;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(first ? Buffer.from(begin) : block);
      first = false;
    },
  });
}

type Body = () => BodyInit;

const answers: Readonly<Record<string, Body>> = {
  "JSON without end": () => endless(" "),
  "JSON without end in a text": () => endless("x", '{"isic_id":"'),
  "32 MiB of brackets": () => repeated("", "[", 31),
  "32 MiB of objects in objects": () => repeated("", '{"a":', 31),
  "32 MiB of empty lists": () => repeated("[", "[],", 31, "0]"),
  "32 MiB of empty objects": () => repeated("[", "{},", 31, "0]"),
  "32 MiB of numbers": () => repeated("[", "1,", 31, "0]"),
  "32 MiB of one member again and again": () => repeated("{", '"a":1,', 31, '"b":2}'),
  "32 MiB of escapes": () => repeated('"', "\\u0000", 31, '"'),
  "32 MiB of quotes": () => repeated("", '"', 31),
  "32 MiB of backslashes": () => repeated('"', "\\", 31),
  "32 MiB of spaces before HTML": () => repeated("", " ", 31, "<html>"),
  "32 MiB of less-than signs": () => repeated("", "<", 31),
  "a number of 32 MiB": () => repeated("", "9", 31),
  "a record nested 20 000 deep": () =>
    `{"isic_id":"ISIC_0000000","metadata":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`,
};

const streams: Readonly<Record<string, readonly [Body, "csv" | "listing"]>> = {
  "one cell in quotes without end": [() => endless("x", 'isic_id,a\r\n"'), "csv"],
  "one cell of quotes without end": [() => endless('""', 'isic_id,a\r\n"'), "csv"],
  "one bare cell without end": [() => endless("x", "isic_id,a\r\n"), "csv"],
  "one row of cells without end": [() => endless(",", "isic_id,a\r\n"), "csv"],
  "one cell of line ends in quotes": [() => endless("\n", 'isic_id,a\r\n"'), "csv"],
  "one cell of 0xff": [() => endless("\xff", "isic_id,a\r\n"), "csv"],
  "no list without end": [() => endless(" "), "listing"],
  "an entry without end": [() => endless("x", '{"files":[{"url":"'), "listing"],
  "an entry of backslashes without end": [() => endless("\\", '{"files":[{"url":"'), "listing"],
  "an entry nested without end": [() => endless('{"a":', '{"files":['), "listing"],
  "an entry of lists without end": [() => endless("[", '{"files":[{"a":'), "listing"],
};

const client = (body: Body, init: ResponseInit = {}) =>
  createV2Client({
    baseUrl: V2,
    retry: RETRY,
    fetch: async () => new Response(body(), { headers: JSON_TYPE, ...init }),
  });

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _item of items);
}

const http: Record<string, Attack> = {};
for (const [name, body] of Object.entries(answers)) {
  http[`${name} | a record of v2`] = async () => () => client(body).images.get("ISIC_0000000");
  http[`${name} | a list of v2`] = async () => () => client(body).images.search({}).all();
  http[`${name} | a list of v1`] = async () => () =>
    createV1Client({ baseUrl: V1, retry: RETRY, fetch: async () => new Response(body(), { headers: JSON_TYPE }) })
      .datasets.list()
      .all();
  http[`${name} | an error`] = async () => () => client(body, { status: 400 }).images.get("ISIC_0000000");
  http[`${name} | a login`] = async () => () => {
    const session = createOAuthSession({
      clientId: "x",
      server: "https://archive.test",
      store: {
        load: async () => ({ accessToken: "a", refreshToken: "r", expiresAt: 0, scope: "" }),
        save: async () => {},
        lock: (work: () => unknown) => work(),
      },
      fetch: async () => new Response(body(), { headers: JSON_TYPE }),
    } as never);
    return session.token().then((token) => {
      if (token === undefined) throw Object.assign(new Error("no token"), { tag: "NoToken" });
    });
  };
}
http["a gzip of 4 GB of spaces, on the wire | a record of v2"] = async () => () =>
  client(() =>
    endless(" ")
      .pipeThrough(new CompressionStream("gzip") as never)
      .pipeThrough(new DecompressionStream("gzip") as never),
  ).images.get("ISIC_0000000");
for (const [name, [body, kind]] of Object.entries(streams)) {
  const token = { token: "t", url: `${V2}/zip-download/?zsid=t` };
  http[`${name} | ${kind}`] = async () => () => {
    const { zip } = client(body, { headers: { "content-type": kind === "csv" ? "text/csv" : "application/json" } });
    return drain(kind === "csv" ? zip.metadataRows(token) : zip.listing(token));
  };
}

/** Numbers of Thrift's compact protocol. */
function thrift(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function parquet(footer: readonly number[], head: readonly number[] = []): Uint8Array<ArrayBuffer> {
  return bytesOf("PAR1", head, footer, uint32(footer.length).reverse(), "PAR1");
}

/** One group of one row with one text column, `isic_id`, whose pages are these bytes. */
function oneColumn(
  pages: readonly number[],
  says: { readonly rows?: number; readonly size?: number } = {},
): Uint8Array<ArrayBuffer> {
  const { rows = 1, size = pages.length } = says;
  const name = [7, ...Buffer.from("isic_id")];
  const i = (value: number) => thrift(value * 2);
  const schema = [
    0x19,
    0x2c,
    ...[0x48, 4, ...Buffer.from("root"), 0x15, 2, 0],
    ...[0x15, 12, 0x25, 0, 0x18, ...name, 0],
  ];
  const column = [
    0x15,
    12,
    0x19,
    0x15,
    0,
    0x19,
    0x18,
    ...name,
    0x15,
    0,
    0x16,
    ...i(rows),
    0x16,
    ...i(size),
    0x16,
    ...i(pages.length),
    0x26,
    ...i(4),
    0,
  ];
  const group = [0x19, 0x1c, 0x26, ...i(4), 0x1c, ...column, 0, 0x16, ...i(size), 0x16, ...i(rows), 0];
  const footer = [0x15, 2, ...schema, 0x16, ...i(rows), 0x19, 0x1c, ...group, 0];
  return parquet(footer, pages);
}

const pageHeader = (bytes: number, length: number, values: number): number[] => [
  ...[0x15, 0, 0x15, ...thrift(bytes * 2), 0x15, ...thrift(length * 2)],
  ...[0x2c, 0x15, ...thrift(values * 2), 0x15, 0, 0x15, 6, 0x15, 6, 0, 0],
];

const snapshots: Readonly<Record<string, () => Uint8Array<ArrayBuffer>>> = {
  "a footer of a list of 2^31 truths": () => parquet([0x19, 0xf1, ...thrift(2 ** 31 - 1)]),
  "a footer of a list of 2^27 structs": () => parquet([0x19, 0xfc, ...thrift(2 ** 27)]),
  "a footer nested a million deep": () => parquet(Array(1_000_000).fill(0x1c)),
  "a footer of lists nested a million deep": () => parquet(Array(1_000_000).fill(0x19)),
  "a footer with a text of 2^31 bytes": () => parquet([0x18, ...thrift(2 ** 31 - 1)]),
  "a footer that begins before the file": () => bytesOf("PAR1", uint32(2 ** 31).reverse(), "PAR1"),
  "a page of 2^31 values": () => oneColumn(pageHeader(10, 2, 2 ** 31 - 1).concat(0, 0)),
  "a page of 2^31 bytes": () => oneColumn(pageHeader(2 ** 31 - 1, 2, 1).concat(0, 0)),
  "a group of 2^40 rows": () => oneColumn(pageHeader(10, 2, 1).concat(0, 0), { rows: 2 ** 40 }),
  "a group of 2^50 bytes": () => oneColumn(pageHeader(10, 2, 1).concat(0, 0), { size: 2 ** 50 }),
  "a page's header of a list of 2^60 truths": () => oneColumn([0x19, 0xf1, ...thrift(2 ** 60)]),
  "a page's header that never ends": () => oneColumn(Array(1_000_000).fill(0x15)),
  "a page's header nested a million deep": () => oneColumn(Array(1_000_000).fill(0x1c)),
  "a million empty pages": () => oneColumn(Array(1_000_000).fill([0x15, 0, 0]).flat()),
};
for (const [name, file] of Object.entries(snapshots)) {
  http[`${name} | snapshot`] = async () => {
    const bytes = file();
    const fetch = async (request: Request) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.get("range") ?? "") ?? [];
      const headers = { "content-type": "binary/octet-stream", "content-length": String(bytes.length) };
      if (request.method === "HEAD") return new Response(null, { headers });
      const part = bytes.slice(Number(from), Number(to) + 1);
      return new Response(part, { status: 206, headers: { ...headers, "content-length": String(part.length) } });
    };
    const api = createV2Api({ baseUrl: V2, fetch, retry: RETRY });
    return async () => drain((await openSnapshot(api, { url: "https://files.test/x.parquet" })).records());
  };
}

const nested = (depth: number, wrap: (value: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
};
const lists = (depth: number) => nested(depth, (value) => [value]);
const objects = (depth: number) => nested(depth, (a) => ({ a }));
const negations = (depth: number) => nested(depth, (not) => (not === 1 ? ["a", "==", 1] : { not }));

/** Some of these have an answer: then what it cost is all that is asked, and an answer in time counts as held. */
const answered =
  (work: () => unknown): Attack =>
  async () =>
  () => {
    work();
    throw Object.assign(new Error("an answer"), { tag: "answered" });
  };

/** Is the pattern found in the text? */
const finds = (pattern: string, text: string): unknown => selectFrom([{ a: text }], ["a", "~", pattern]);

const header = (value: unknown): Uint8Array =>
  bytesOf(`isic-columns-1\n${typeof value === "string" ? value : JSON.stringify(value)}\n`);
/** A `RangeError` is what `indexFromBytes` promises. */
const refused =
  (bytes: Uint8Array): Attack =>
  async () =>
  () => {
    try {
      indexFromBytes(bytes);
    } catch (error) {
      if (error instanceof RangeError) throw Object.assign(new Error(error.message), { tag: "refused" });
      throw error;
    }
  };

const column = (over: object) => ({ path: "isic_id", values: [null], width: 1, ...over });

const criteria: Readonly<Record<string, Attack>> = {
  "pattern a{60000}b": answered(() => finds("a{60000}b", "a".repeat(100_000))),
  "pattern (a{1000}){1000}": answered(() => finds("(a{1000}){1000}", "a".repeat(100_000))),
  "pattern (((a{99}){99}){99}){99}": answered(() => finds("(((a{99}){99}){99}){99}", "a")),
  "pattern (a|a)*b": answered(() => finds("(a|a)*b", "a".repeat(100_000))),
  "pattern of a million brackets": answered(() => finds("(".repeat(1_000_000), "a")),
  "pattern of 100 000 groups in groups": answered(() => finds(`${"(".repeat(100_000)}a${")".repeat(100_000)}`, "a")),
  "pattern of a million alternatives": answered(() => finds("a|".repeat(1_000_000), "a")),
  "pattern a?{n}a{n}": answered(() => finds(`${"a?".repeat(400)}${"a".repeat(400)}`, "a".repeat(400))),
  "pattern with 40 000 digits": answered(() => finds(`a{${"9".repeat(40_000)}}`, "a")),
  "40 000 digits as a number": answered(() =>
    selectFrom([{ a: "9".repeat(40_000) }, { a: "x" }], ["a", "==", 5] as never),
  ),
  "40 000 digits beside an integer": answered(() =>
    createPredicate(["a", "<", BigInt(`1${"0".repeat(40_000)}`)] as never, { compat: true })({ a: 10 ** 20 }),
  ),
  "a path of a million dots": answered(() => getPath({ a: 1 }, ".".repeat(1_000_000))),
  "a path of 100 000 [].": answered(() => getPath([lists(2)], "[].".repeat(100_000))),
  "a path of 100 000 =": answered(() => getPath([{ a: 1 }], "=".repeat(100_000))),
  "a path with a bad pattern": answered(() => getPath([{ a: "a".repeat(100_000) }], "a~(a*)*b")),
  "criteria nested 20 000 deep": answered(() => createPredicate(lists(20_000) as never)),
  "negations nested 20 000 deep": answered(() => createPredicate(negations(20_000) as never)),
  "negations nested 20 000 deep, as SQL": answered(() => toSql(negations(20_000) as never)),
  "negations nested 20 000 deep, as a search": answered(() => toQuery(negations(20_000) as never)),
  "a record of lists 20 000 deep": answered(() => selectFrom([{ a: lists(20_000) }, { a: 2 }], ["a", "==", 2])),
  "a record of objects 20 000 deep": answered(() =>
    selectFrom([objects(20_000), { a: 2 }] as never[], ["a", "==", 2] as never),
  ),
  "a record of lists 20 000 deep beside its like": answered(() =>
    selectFrom([{ a: lists(20_000) }], ["a", "==", lists(20_000)] as never),
  ),
  "a record of lists 20 000 deep, printed": answered(() => getPath({ a: lists(20_000) }, "a.[]")),
  "a record of objects 20 000 deep, printed": answered(() => getPath({ a: objects(20_000) }, "a.{}")),
  "a record of lists 20 000 deep, as columns": answered(() =>
    selectRows(buildIndex([{ a: lists(20_000) }, { a: 2 }]), ["a", "==", 2]),
  ),
  "a record of objects 20 000 deep, as columns": answered(() =>
    selectRows(buildIndex([objects(20_000), { a: 2 }]), ["a", "==", 2]),
  ),
  "a record of 20 000 names, as columns": answered(() =>
    buildIndex([Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]))]),
  ),
  "a search of a million brackets": answered(() => parseQuery("(".repeat(999_999))),
  "a search of 20 000 NOT": answered(() => parseQuery(`${"NOT ".repeat(20_000)}sex:male`)),
  "a search of 100 000 terms": answered(() => toCriteria(parseQuery(`${"sex:male OR ".repeat(80_000)}sex:male`))),
  "a search of 100 000 terms, asked": answered(() =>
    createQueryPredicate("sex:male ".repeat(100_000))({ metadata: { clinical: { sex: "male" } } } as never),
  ),
  "a search of blanks": answered(() => parseQuery(" ".repeat(999_999))),
  "a search of quotes": answered(() => parseQuery('"'.repeat(999_999))),
  "a search of a number of a million digits": answered(() => parseQuery(`age_approx:${"9".repeat(999_000)}`)),
  "a search of stars": answered(() =>
    createQueryPredicate(`sex:${"*a".repeat(10_000)}`)({
      metadata: { clinical: { sex: "a".repeat(10_000) } },
    } as never),
  ),
  "columns: 10^15 rows and no column": refused(header({ count: 1e15, columns: [] })),
  "columns: 10^15 rows of no bytes": refused(header({ count: 1e15, columns: [column({ width: 0 })] })),
  "columns: fewer than no rows": refused(header({ count: -5, columns: [column({})] })),
  "columns: half a row": refused(header({ count: 0.5, columns: [column({ width: 4 })] })),
  "columns: three bytes wide": refused(bytesOf(header({ count: 1, columns: [column({ width: 3 })] }), [0, 0, 0])),
  "columns: values that are none": refused(
    bytesOf(header({ count: 1, columns: [column({ values: { length: 9 } })] }), [0]),
  ),
  "columns: a path that is none": refused(bytesOf(header({ count: 1, columns: [column({ path: {} })] }), [0])),
  "columns: nothing": refused(header(null)),
  "columns: no JSON": refused(header("{")),
};

const ATTACKS: Readonly<Record<string, Attack>> = { ...http, ...criteria };

if (process.argv[2] === "names") process.stdout.write(JSON.stringify(Object.keys(ATTACKS)));
else await runAttack(ATTACKS);
