// Selection: our predicates beside closures written by hand, our columns beside arquero and DuckDB-WASM.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { selectFrom } from "@isic/select";
import { buildIndex, facets, indexFromBytes, indexToBytes, rowsOf, selectRows } from "@isic/select/columns";
import * as aq from "arquero";

const RUNS = 15;

/** Milliseconds of the middle run, after as many to warm up as it takes. Each contender has its turn in every round. */
function race(contenders, runs = RUNS) {
  const times = new Map(Object.keys(contenders).map((name) => [name, []]));
  const results = new Map();
  for (let run = -4; run < runs; run++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const began = performance.now();
      const result = contender();
      const took = performance.now() - began;
      results.set(name, result);
      if (run >= 0) times.get(name).push(took);
    }
  }
  const sizes = [...results].filter(([, result]) => typeof result === "number");
  if (new Set(sizes.map(([, size]) => size)).size > 1) throw new Error(`they disagree: ${JSON.stringify(sizes)}`);
  return Object.fromEntries([...times].map(([name, list]) => [name, list.sort((a, b) => a - b)[list.length >> 1]]));
}

function print(title, medians, floor) {
  console.log(`\n${title}`);
  for (const [name, ms] of Object.entries(medians)) {
    console.log(
      `  ${name.padEnd(34)} ${ms.toFixed(2).padStart(9)} ms ${(ms / medians[floor]).toFixed(2).padStart(8)} x`,
    );
  }
}

function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Records as the Girder API sends them, with its frequencies of values and of fields that are missing or null. */
function makeRecords(count) {
  const next = random(1);
  const pick = (values) => values[Math.floor(next() ** 2 * values.length)];
  const diagnoses = [
    "nevus",
    "melanoma",
    "pigmented benign keratosis",
    "basal cell carcinoma",
    "seborrheic keratosis",
    "lentigo NOS",
    "scar",
  ];
  return Array.from({ length: count }, (_, i) => {
    const clinical = {};
    if (next() < 0.99) clinical.age_approx = next() < 0.02 ? null : 5 * Math.floor(next() * 18);
    if (next() < 0.6)
      clinical.anatom_site_general = pick(["anterior torso", "lower extremity", "upper extremity", "head/neck", null]);
    if (next() < 0.9) clinical.benign_malignant = pick(["benign", "malignant", "indeterminate"]);
    if (next() < 0.99) clinical.diagnosis = pick(diagnoses);
    if (next() < 0.99)
      clinical.diagnosis_confirm_type = pick(["histopathology", "single image expert consensus", null]);
    if (next() < 0.99) clinical.melanocytic = next() < 0.85;
    if (next() < 0.1) clinical.clin_size_long_diam_mm = Math.round(next() * 1000) / 10;
    if (next() < 0.995) clinical.sex = pick(["male", "female", null]);
    const [pixelsX, pixelsY] = pick([
      [600, 450],
      [3024, 2016],
      [4288, 2848],
      [1024, 768],
      [722, 542],
    ]);
    const id = i.toString(16).padStart(24, "0");
    return {
      _id: id,
      _modelType: "image",
      created: "2014-10-09T20:27:13.802000+00:00",
      dataset: {
        _accessLevel: 0,
        _id: "5a2ecc5e1165975c945942a2",
        license: "CC-0",
        name: pick(["HAM10000", "SONIC", "MSK-2", "UDA-1"]),
      },
      meta: {
        acquisition: { image_type: "dermoscopic", pixelsX, pixelsY },
        clinical,
        unstructured: { diagnosis: "nevus" },
      },
      name: `ISIC_${String(i).padStart(7, "0")}`,
      notes: {
        reviewed: { accepted: true },
        tags: pick([[], ["Challenge 2019: Training"], ["ISBI 2017: Training", "ISBI 2016: Training"]]),
      },
    };
  });
}

const COLUMNS = [
  "age_approx",
  "sex",
  "diagnosis",
  "benign_malignant",
  "melanocytic",
  "diagnosis_confirm_type",
  "anatom_site_general",
  "clin_size_long_diam_mm",
];

const one = [
  [["meta.clinical.diagnosis", "==", "melanoma"], (r) => r.meta.clinical.diagnosis === "melanoma"],
  [
    ["meta.clinical.age_approx", ">=", 40],
    (r) => r.meta.clinical.age_approx != null && r.meta.clinical.age_approx >= 40,
  ],
  [
    ["meta.clinical.diagnosis", "in", ["nevus", "melanoma"]],
    (r) => ["nevus", "melanoma"].includes(r.meta.clinical.diagnosis),
  ],
  [["meta.clinical.diagnosis", "ni", "keratosis"], (r) => r.meta.clinical.diagnosis?.includes("keratosis") ?? false],
  [
    ["meta.clinical.diagnosis", "~", "^mel"],
    (r) => r.meta.clinical.diagnosis != null && /^mel/.test(r.meta.clinical.diagnosis),
  ],
  [["notes.tags", "ni", "ISBI 2017: Training"], (r) => r.notes.tags.includes("ISBI 2017: Training")],
];
const three = [
  ["meta.clinical.diagnosis", "==", "melanoma"],
  ["meta.clinical.age_approx", ">=", 40],
  ["meta.clinical.sex", "==", "female"],
];
const byHand = ({ meta: { clinical } }) =>
  clinical.diagnosis === "melanoma" &&
  clinical.age_approx != null &&
  clinical.age_approx >= 40 &&
  clinical.sex === "female";

const small = makeRecords(24_000);
console.log("The original took 27 ms for one criterion over 24 000 records (Python, another machine's figure).");
for (const [criterion, hand] of one) {
  const medians = race(
    { "by hand (filter)": () => small.filter(hand).length, selectFrom: () => selectFrom(small, criterion).length },
    101,
  );
  print(`24 000 records: ${JSON.stringify(criterion)}`, medians, "by hand (filter)");
}
if (process.argv.includes("--small")) process.exit(0);

const million = makeRecords(1_000_000);
print(
  "1 000 000 plain objects, three criteria",
  race({
    "by hand (filter)": () => million.filter(byHand).length,
    selectFrom: () => selectFrom(million, three).length,
  }),
  "by hand (filter)",
);

const fields = COLUMNS.map((name) => `meta.clinical.${name}`);
const began = performance.now();
const index = buildIndex(million, { fields });
console.log(
  `\nThe index of ${fields.length} fields of 1 000 000 records was built in ${(performance.now() - began).toFixed(0)} ms.`,
);
const bytes = indexToBytes(index);
console.log(
  `As bytes it has ${(bytes.length / 2 ** 20).toFixed(1)} MiB, read back in ${time(() => indexFromBytes(bytes)).toFixed(1)} ms.`,
);

const table = aq.table(
  Object.fromEntries(COLUMNS.map((name) => [name, million.map((r) => r.meta.clinical[name] ?? null)])),
);
const duck = await openDuckDb(table);
const where = "diagnosis = 'melanoma' AND age_approx >= 40 AND sex = 'female'";
const statement = duck.prepare(`SELECT count(*) AS n FROM images WHERE ${where}`);
const rowNumbers = duck.prepare(`SELECT row FROM images WHERE ${where}`);
print(
  "1 000 000 rows in columns, three criteria: how many",
  race({
    "selectRows on the index": () => selectRows(index, three).count,
    "arquero filter": () =>
      table.filter((d) => d.diagnosis === "melanoma" && d.age_approx >= 40 && d.sex === "female").numRows(),
    "DuckDB-WASM count": () => Number(statement.query().get(0).n),
  }),
  "selectRows on the index",
);
print(
  "1 000 000 rows in columns, three criteria: which rows",
  race({
    "rowsOf(selectRows)": () => rowsOf(selectRows(index, three)).length,
    "arquero filter().indices": () =>
      table.filter((d) => d.diagnosis === "melanoma" && d.age_approx >= 40 && d.sex === "female").indices().length,
    "DuckDB-WASM row numbers": () => rowNumbers.query().getChild("row").toArray().length,
  }),
  "rowsOf(selectRows)",
);

const selection = selectRows(index, [["meta.clinical.age_approx", ">=", 40]]);
const groups = COLUMNS.map((name) =>
  duck.prepare(`SELECT ${name}, count(*) FROM images WHERE age_approx >= 40 GROUP BY ${name}`),
);
const older = table.filter((d) => d.age_approx >= 40).reify();
print(
  `1 000 000 rows, counts of all ${COLUMNS.length} fields of a selection of ${selection.count}`,
  race({
    "facets of the index": () => void facets(index, { selection }),
    "arquero groupby().count()": () => void COLUMNS.map((name) => older.groupby(name).count()),
    "DuckDB-WASM GROUP BY": () => void groups.map((group) => group.query()),
  }),
  "facets of the index",
);

const wide = buildIndex(million);
const choice = selectRows(wide, three[1]);
print(
  `1 000 000 rows, facets of all ${wide.columns.length} fields any record has, of a selection of ${choice.count}`,
  race({ "facets of the index": () => void facets(wide, { selection: choice }) }),
  "facets of the index",
);

function time(task) {
  const start = performance.now();
  task();
  return performance.now() - start;
}

/** The same rows in DuckDB, typed and without nested fields. */
async function openDuckDb(rows) {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs"));
  const duckdb = require(join(folder, "duckdb-node-blocking.cjs"));
  const bundles = {
    mvp: { mainModule: join(folder, "duckdb-mvp.wasm") },
    eh: { mainModule: join(folder, "duckdb-eh.wasm") },
  };
  const database = await duckdb.createDuckDB(bundles, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
  await database.instantiate();
  database.open({});
  const connection = database.connect();
  database.registerFileBuffer("images.csv", new TextEncoder().encode(rows.toCSV()));
  connection.query(
    "CREATE TABLE images AS SELECT row_number() OVER () - 1 AS row, * FROM read_csv('images.csv', header = true, nullstr = '', sample_size = -1)",
  );
  return connection;
}
