import { goldenJson } from "@isic/fixtures";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Criteria, createPredicate, type ImageV2 } from "../src/index.ts";
import {
  createQueryPredicate,
  parseQuery,
  QueryError,
  queryWarnings,
  splitQuery,
  toCriteria,
  toQuery,
} from "../src/query/index.ts";
import { leaf, trees } from "./arbitraries.ts";

// What the archive's real server (source of 2026-08-21, Postgres) answers over 1,240 synthetic records.
interface Vector {
  readonly query: string;
  readonly http: number;
  readonly anon?: readonly number[];
  readonly staff?: readonly number[];
  readonly es?: readonly number[];
}

const records = await goldenJson<readonly ImageV2[]>("v2-search/records.json.gz");
const vectors = await goldenJson<readonly Vector[]>("v2-search/vectors.json.gz");
const asStaff = records.map((_, row) => row);
const asGuest = asStaff.filter((row) => records[row]?.public === true);

function rowsOf(rows: readonly number[], predicate: (record: unknown) => boolean): number[] {
  return rows.filter((row) => predicate(records[row]));
}

const sorted = (rows: readonly number[] = []): number[] => [...rows].sort((a, b) => a - b);
/** The request line was too long; the search itself is one. */
const isTooLong = ({ query, http }: Vector): boolean => http === 400 && query.length > 8000;

describe("what the real server answers", () => {
  test("there are 324 searches", () => {
    const counts = [200, 400, 500].map((status) => vectors.filter(({ http }) => http === status).length);
    expect([records.length, asGuest.length, ...counts]).toEqual([1240, 1157, 239, 78, 7]);
  });

  test("are our rows, for staff and guests, and those of the search engine", () => {
    for (const { query, http, staff, anon, es } of vectors.filter(
      (vector) => vector.http === 200 || isTooLong(vector),
    )) {
      const postgres = createQueryPredicate(query);
      const elastic = createQueryPredicate(query, { engine: "elasticsearch" });
      if (http === 200) expect(rowsOf(asStaff, postgres), query).toEqual(sorted(staff));
      expect(rowsOf(asGuest, postgres), query).toEqual(sorted(anon));
      expect(rowsOf(asGuest, elastic), query).toEqual(sorted(es));
    }
  });

  test("what it refuses is a QueryError, but for what is only too long for a request", () => {
    const refused = vectors.filter(({ http }) => http === 400);
    expect(refused.filter(isTooLong)).toHaveLength(2);
    for (const vector of refused) {
      if (!isTooLong(vector)) expect(() => parseQuery(vector.query), vector.query).toThrow(QueryError);
      else expect(queryWarnings(vector.query).map(({ kind }) => kind)).toEqual(["long"]);
    }
  });

  test("what it fails on is said", () => {
    for (const { query } of vectors.filter(({ http }) => http === 500)) {
      expect(queryWarnings(query), query).toMatchObject([{ kind: "fails" }]);
      expect(queryWarnings(query)[0]?.message).toContain("status 500");
    }
  });

  test("criteria of a search select the same rows, and become a search again that finds at least these", () => {
    for (const { query, staff } of vectors.filter(({ http }) => http === 200)) {
      const criteria = toCriteria(query);
      expect(rowsOf(asStaff, createPredicate(criteria)), query).toEqual(sorted(staff));
      agrees(criteria);
    }
  });

  test("a search too long for one request is several that find the same", () => {
    for (const { query, anon } of vectors.filter(isTooLong)) {
      const searches = splitQuery(query);
      expect(searches.length).toBeGreaterThan(1);
      expect(Math.max(...searches.map((each) => encodeURIComponent(each).length))).toBeLessThanOrEqual(6000);
      const found = searches.flatMap((each) => rowsOf(asGuest, createQueryPredicate(each)));
      expect(sorted([...new Set(found)])).toEqual(sorted(anon));
    }
    expect(splitQuery("sex:male")).toEqual(["sex:male"]);
    expect(splitQuery("sex:male AND (isic_id:a OR isic_id:b)", 20)).toHaveLength(2);
  });
});

describe("blanks and numbers as the server reads them", () => {
  const count = (query: string): number => rowsOf(asStaff, createQueryPredicate(query)).length;
  test.each(["\u3000sex:male", "sex:male\u3000", "\u00a0\u2003sex:male\u0085", "\x0b\x0c\x1csex:male\x1f"])(
    "%j",
    (query) => {
      expect(count(query)).toBe(505);
    },
  );
  test.each(["sex:male\u3000melanocytic:true", "\ufeffsex:male", "\u200bsex:male", "sex:\u3000male"])(
    "%j is none",
    (query) => {
      expect(() => parseQuery(query)).toThrow(QueryError);
    },
  );
  test("a search of nothing but blanks is everything", () => {
    expect([count("\u3000 \u00a0\n"), count("")]).toEqual([1240, 1240]);
  });
  test("an error after such blanks points at its place", () => {
    expect(() => parseQuery("\u3000\u3000nosuch:1")).toThrow(expect.objectContaining({ position: 2 }));
  });
  test("a tab inside quotes is blanks up to the next column of eight", () => {
    const value = (query: string): unknown => (parseQuery(query) as { value: { value: string } }).value.value;
    expect(value('sex:"a\tb"')).toBe("a  b");
    expect(value('\t\tsex:"ab\tb\t"')).toBe(`ab b${" ".repeat(7)}`);
    expect(value('sex\t:\t"a\\tb"')).toBe("a\tb");
  });
  const same: [query: string, as: string][] = [
    ["age_approx:50.9", "age_approx:50"],
    ["age_approx:-0.9", "age_approx:0"],
    ["age_approx:{-0.9 TO *]", "age_approx:{0 TO *]"],
    ["age_approx:[-0.9 TO *]", "age_approx:[0 TO *]"],
    ["age_approx:[* TO -0.9]", "age_approx:[* TO 0]"],
    ["age_approx:[49.2 TO 50.9]", "age_approx:50"],
    ["clin_size_long_diam_mm:12.86004", "clin_size_long_diam_mm:12.86"],
    ["clin_size_long_diam_mm:[12.860049 TO 12.860049]", "clin_size_long_diam_mm:12.86"],
    ["-clin_size_long_diam_mm:12.86001", "-clin_size_long_diam_mm:12.86"],
  ];
  test.each(same)("%s is read as %s", (query, as) => {
    expect(rowsOf(asStaff, createQueryPredicate(query))).toEqual(rowsOf(asStaff, createQueryPredicate(as)));
  });
  test("a half goes to the even digit", () => {
    const at = (value: string): object => ({ metadata: { clinical: { clin_size_long_diam_mm: value } } });
    const finds = createQueryPredicate("clin_size_long_diam_mm:100.125");
    expect([finds(at("100.12")), finds(at("100.13"))]).toEqual([true, false]);
    expect(createQueryPredicate("clin_size_long_diam_mm:100.375")(at("100.38"))).toBe(true);
  });
});

/** What the query finds holds what the criteria select; the same where it says so; with the rest it is the same always. */
function agrees(criteria: Criteria): { isSaid: boolean; isExact: boolean } {
  const { query, isExact, rest } = toQuery(criteria);
  const found = rowsOf(asStaff, createQueryPredicate(query));
  const selected = rowsOf(asStaff, createPredicate(criteria));
  const label = `${JSON.stringify(criteria)} as ${query}`;
  expect(query, label).not.toMatch(/\(.*\bOR\b.*\) AND|AND \(/);
  if (isExact) expect(found, label).toEqual(selected);
  const isFound = new Set(found);
  expect(
    selected.filter((row) => !isFound.has(row)),
    label,
  ).toEqual([]);
  const byRest = createPredicate(rest);
  expect(
    found.filter((row) => byRest(records[row])),
    label,
  ).toEqual(selected);
  return { isSaid: query !== "", isExact };
}

describe("random criteria over these records", () => {
  const clinical = "metadata.clinical.";
  const pattern = (field: string, ...patterns: string[]): fc.Arbitrary<Criteria> =>
    fc.tuple(
      fc.constant(clinical + field),
      fc.constantFrom("~", "!~"),
      fc.constantFrom(...patterns),
    ) as unknown as fc.Arbitrary<Criteria>;
  const leaves = fc.oneof(
    leaf(`${clinical}sex`, ["male", "female", null]),
    leaf(`${clinical}age_approx`, [50, 54.1, -0.5, 85, 0, null]),
    leaf(`${clinical}clin_size_long_diam_mm`, [12.86, 12.859999, 12.8600001, 5, null]),
    leaf(`${clinical}melanocytic`, [true, false, 1, null]),
    leaf(`${clinical}diagnosis_3`, ["Nevus", "Melanoma Invasive", null]),
    leaf("isic_id", ["ISIC_0000000", "ISIC_0000010"]),
    leaf("public", [true, false]),
    leaf("attribution", ["Anonymous"]),
    pattern(
      "diagnosis_3",
      "^Mel",
      "^Melanoma.*Inv",
      "^(Melanoma|Nevus)",
      "^Nevus$",
      "us\\Z",
      "us$",
      "^Nevus|^Mel",
      "Inv",
    ),
    pattern(
      "diagnosis_4",
      "^Nevus, (?:Blue|Spitz)",
      "^[NM]e",
      "^Nevus,? ",
      "\\ANevus, Combined\\Z",
      "^N.*",
      "^(?i)nevus",
    ),
  );
  test("the search finds at least what they select, and the same where it is exact", () => {
    let [said, exact] = [0, 0];
    fc.assert(
      fc.property(trees(leaves), (criteria) => {
        try {
          createPredicate(criteria);
        } catch {
          return;
        }
        const { isSaid, isExact } = agrees(criteria);
        said += +isSaid;
        exact += +isExact;
      }),
      { numRuns: 300 },
    );
    expect(said).toBeGreaterThan(100);
    expect(exact).toBeGreaterThan(60);
  });

  const at = (field: string): string => clinical + field;
  const cases: [criteria: Criteria, query: string, isExact: boolean][] = [
    [[at("diagnosis_3"), "~", "^Melanoma"], 'diagnosis_3:"Melanoma*"', true],
    [[at("diagnosis_3"), "~", "^Melanoma.*"], 'diagnosis_3:"Melanoma*"', true],
    [[at("diagnosis_3"), "~", "^Mel.*Invasive"], 'diagnosis_3:"Mel*"', false],
    [[at("diagnosis_3"), "~", "^(?:Nevus|Mel)"], 'diagnosis_3:"Nevus*" OR diagnosis_3:"Mel*"', true],
    [[at("diagnosis_3"), "~", "\\ANevus\\Z"], 'diagnosis_3:"Nevus"', true],
    [[at("diagnosis_3"), "~", "Invasive\\Z"], 'diagnosis_3:"*Invasive"', true],
    [[at("diagnosis_3"), "!~", "^Mel"], 'diagnosis_3:* AND -diagnosis_3:"Mel*"', true],
    [[at("diagnosis_3"), "!~", "^Mel.*x"], "", false],
    [[at("sex"), "not in", ["male", null]], '-sex:"male" AND sex:*', true],
    [[at("age_approx"), ">", 54.1], "age_approx:[55 TO *]", true],
    [[at("age_approx"), "between", [-0.5, 40.5]], "age_approx:[0 TO 40]", true],
    [[at("age_approx"), "==", 50.5], "", false],
    [[at("clin_size_long_diam_mm"), ">", 12.859999], "clin_size_long_diam_mm:[12.86 TO *]", true],
    [
      {
        or: [
          [at("sex"), "==", "male"],
          [
            ["attribution", "==", "x"],
            [at("age_approx"), "==", 50],
          ],
        ],
      },
      'sex:"male" OR age_approx:50',
      false,
    ],
    [
      {
        not: {
          or: [
            ["attribution", "==", "x"],
            [at("sex"), "==", "male"],
          ],
        },
      },
      '-sex:"male"',
      false,
    ],
    [
      {
        not: {
          and: [
            ["attribution", "==", "x"],
            [at("sex"), "==", "male"],
          ],
        },
      },
      "",
      false,
    ],
  ];
  test.each(cases)("%j", (criteria, query, isExact) => {
    expect(toQuery(criteria)).toMatchObject({ query, isExact });
    agrees(criteria);
  });

  test("of more alternatives than the server can bear some are left out, ids last", () => {
    const ids = records.slice(0, 400).map(({ isic_id }) => isic_id);
    const criteria: Criteria = [
      [at("age_approx"), "in", [5, 10, 15, 20, 25]],
      ["isic_id", "in", ids],
      { not: [at("sex"), "==", "male"] },
    ];
    const { query, isExact, rest } = toQuery(criteria);
    expect([query.split(" OR ").length, isExact, rest]).toEqual([400, false, [criteria[0]]]);
    agrees(criteria);
  });
});

describe("warnings of what finds nothing or everything", () => {
  const cases: [query: string, warnings: [kind: string, value: unknown, suggestions: string[]][]][] = [
    ["sex:MALE", [["case", "MALE", ["male"]]]],
    ["diagnosis_3:nevus", [["case", "nevus", ["Nevus"]]]],
    ["diagnosis_3:nev*", [["case", "nev", ["Nev*"]]]],
    ["sex:femal", [["value", "femal", ["female"]]]],
    ["sex:F", [["value", "F", ["female"]]]],
    ["image_type:dermoscopy", [["value", "dermoscopy", ["dermoscopic"]]]],
    ["diagnosis_3:Malignant", [["field", "Malignant", ["diagnosis_1"]]]],
    ["color_tint:green", [["fails", "green", []]]],
    ["fitzpatrick_skin_type:VII", [["value", "VII", ["VI", "II", "III"]]]],
    ["isic_id:isic_0000010", [["case", "isic_0000010", ["ISIC_0000010"]]]],
    ['isic_id:"ISIC_10.jpg"', [["value", "ISIC_10.jpg", ["ISIC_0000010"]]]],
    ["lesion_id:1234567", [["value", "1234567", ["IL_1234567"]]]],
    ["-sex:MALE", [["case", "MALE", ["male"]]]],
    ["-diagnosis_3:*vus", [["negated-ending", "vus", []]]],
    ["age_approx:50.5", [["rounded", 50.5, ["50"]]]],
    ["age_approx:52", [["age", 52, ["50"]]]],
    ["age_approx:90", [["range", 90, ["85"]]]],
    ["age_approx:[86 TO *]", [["range", undefined, ["85"]]]],
    ["age_approx:[* TO -5]", [["range", undefined, []]]],
    ["age_approx:[80 TO 120] OR age_approx:85", []],
    ["age_approx:{-0.5 TO *]", [["rounded", undefined, ["0"]]]],
    ["age_approx:[54.1 TO 60.5]", []],
    ["clin_size_long_diam_mm:12.8600001", [["rounded", 12.8600001, ["12.86"]]]],
    ["image_type:clinical sex:male diagnosis_3:Nev* copyright_license:CC* isic_id:ISIC_00* public:true", []],
  ];
  test.each(cases)("%s", (query, expected) => {
    expect(queryWarnings(query).map(({ kind, value, suggestions }) => [kind, value, suggestions])).toEqual(expected);
    for (const { kind, value, suggestions, field, message } of queryWarnings(query)) {
      expect(field).toBe(/\w+/.exec(query)?.[0]);
      if (["case", "value", "field"].includes(kind)) {
        expect(message).toContain(JSON.stringify(value).slice(0, -1));
        for (const suggestion of suggestions) expect(message).toContain(suggestion);
      }
      if (query.startsWith("-sex")) expect(message).toContain("leaves nothing out");
    }
  });
});
