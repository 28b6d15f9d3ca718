/** Records of v2, of every combination the search vectors ask about, made from a seed. */
export interface ImageV2 {
  isic_id: string;
  copyright_license: string;
  public: boolean;
  metadata: { acquisition: Record<string, unknown>; clinical: Record<string, unknown> };
}

/** A small generator of numbers in [0, 1): the same for the same seed everywhere. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CLINICAL: Record<string, unknown[]> = {
  sex: ["male", "female", "MALE", "x"],
  age_approx: [0, 5, 20, 45, 50, 55, 60, 70, 85, 100],
  diagnosis_1: ["Malignant", "Benign", "foobar", "foobaz", "foo"],
  diagnosis_2: ["Malignant melanocytic proliferations (Melanoma)", "Cysts"],
  diagnosis_3: [
    "Melanoma Invasive",
    "Melanoma, NOS",
    "Melanoma_Invasive",
    "Mélanome",
    "Mel*ive",
    "nvasive",
    "",
    "Nevus",
  ],
  diagnosis_4: ["Melanoma in situ, Lentigo maligna type"],
  melanocytic: [true, false],
  personal_hx_mm: [true, false],
  mel_thick_mm: ["0.00", "0.50", "0.80", "1.00", "5.00", "10.00", "10.50", "12.25"],
  clin_size_long_diam_mm: ["1.00", "1.10", "5.00", "5.50", "30.00"],
  lesion_id: ["IL_1234567", "IL_0000123", "IL_1230000"],
  patient_id: ["IP_1234567", "IP_0000123", "IP_1230000"],
  rcm_case_id: ["IRCM_0000123", "1234"],
  mel_mitotic_index: ["<1/mm^2", "1/mm^2"],
  fitzpatrick_skin_type: ["I", "II"],
};
const ACQUISITION: Record<string, unknown[]> = {
  image_type: ["dermoscopic", "clinical: close-up", "clinical: overview", "TBP tile: close-up", "clinical"],
  blurry: [true, false],
  hairy: [true, false],
  marker_pen: [true],
  color_tint: ["blue", "pink"],
};

export function makeRecords(count: number, seed: number): ImageV2[] {
  const next = random(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const branch = (fields: Record<string, unknown[]>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, values]) => (next() < 0.7 ? [[name, pick(values)]] : [])),
    );
  return Array.from({ length: count }, (_, i) => ({
    isic_id: pick([`ISIC_${String(i).padStart(7, "0")}`, "ISIC_0000000", "ISIC_1230001", "0010000", "isic_0000000"]),
    copyright_license: pick(["CC-0", "CC-BY", "CC-BY-NC"]),
    public: next() < 0.8,
    metadata: { acquisition: branch(ACQUISITION), clinical: branch(CLINICAL) },
  }));
}

/** The value of a field of the search language in a record; null when there is none. */
export function fieldOf(record: ImageV2, field: string): unknown {
  const { clinical, acquisition } = record.metadata;
  const value = clinical[field] ?? acquisition[field] ?? (record as unknown as Record<string, unknown>)[field] ?? null;
  return /_mm$/.test(field) && typeof value === "string" ? Number(value) : value;
}
