import { LEGACY_DIAGNOSES, taxonomyNode } from "@isic/select/taxonomy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHALLENGES, challengeLabel } from "../../src/download/challenge-labels.ts";
import { splitGroups } from "../../src/download/split-groups.ts";
import { v2Image } from "./fake-archive.ts";

function patientImage(n: number, patient: string | undefined, lesion: string | undefined, diagnosis = "Benign") {
  const clinical = {
    diagnosis_1: diagnosis,
    ...(patient === undefined ? {} : { patient_id: patient }),
    ...(lesion === undefined ? {} : { lesion_id: lesion }),
  };
  return v2Image(n, { record: { metadata: { clinical } } });
}

describe("splits", () => {
  const images = Array.from({ length: 400 }, (_, n) =>
    patientImage(n, n % 7 === 0 ? undefined : `IP_${n % 60}`, `IL_${n % 130}`, n % 5 === 0 ? "Malignant" : "Benign"),
  );

  it("never part a patient, nor a lesion whose patient is not known", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("patient" as const, "lesion" as const), (seed, by) => {
        const parts = splitGroups(images, { shares: [80, 10, 10], by, seed });
        expect(parts.size).toBe(400);
        const seen = new Map<string, string>();
        for (const { id, record } of images) {
          const { clinical } = (record as { metadata: { clinical: Record<string, string> } }).metadata;
          const unit =
            by === "patient" && clinical.patient_id !== undefined ? clinical.patient_id : clinical.lesion_id!;
          expect(seen.get(unit) ?? parts.get(id)).toBe(parts.get(id));
          seen.set(unit, parts.get(id)!);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("keep the shares as far as groups allow, and are the same whatever the order", () => {
    const parts = splitGroups(images, { shares: [80, 10, 10] });
    const sizes = new Map<string, number>();
    for (const part of parts.values()) sizes.set(part, (sizes.get(part) ?? 0) + 1);
    expect(sizes.get("train")).toBeGreaterThan(300);
    expect(sizes.get("validation")).toBeGreaterThan(25);
    expect(sizes.get("test")).toBeGreaterThan(25);
    expect(splitGroups([...images].reverse(), { shares: [80, 10, 10] })).toEqual(parts);
    expect(splitGroups(images, { shares: [80, 10, 10], seed: "another" })).not.toEqual(parts);
  });

  it("want two or three shares", () => {
    expect(new Set(splitGroups(images, { shares: [1, 1] }).values())).toEqual(new Set(["train", "test"]));
    expect(() => splitGroups(images, { shares: [1] })).toThrow(RangeError);
  });
});

describe("challenge labels", () => {
  const v1 = (diagnosis: string | null) => ({ meta: { clinical: { diagnosis } } });
  const v2 = (...names: string[]) => ({
    metadata: { clinical: Object.fromEntries(names.map((name, i) => [`diagnosis_${i + 1}`, name])) },
  });

  it.each([
    ["isic2019", v1("melanoma"), "MEL"],
    ["isic2019", v1("pigmented benign keratosis"), "BKL"],
    ["isic2019", v1("squamous cell carcinoma"), "SCC"],
    ["isic2019", v1("scar"), "UNK"],
    ["isic2018", v1("actinic keratosis"), "AKIEC"],
    ["isic2018", v1("scar"), undefined],
    ["isic2019", v1(null), undefined],
    ["isic2019", v2("Benign"), undefined],
    ["isic2019", v2("Benign", "Benign melanocytic proliferations", "Nevus", "Nevus, Spitz"), "NV"],
    ["isic2019", v2("Malignant", "Malignant melanocytic proliferations (Melanoma)", "Melanoma in situ"), "MEL"],
    ["isic2019", v2("Benign", "Benign soft tissue proliferations - Vascular"), "VASC"],
    [
      "isic2019",
      v2("Benign", "Benign epidermal proliferations", "Seborrheic keratosis", "Seborrheic keratosis, Clonal"),
      "BKL",
    ],
    ["isic2018", v2("Indeterminate", "Indeterminate epidermal proliferations", "Solar or actinic keratosis"), "AKIEC"],
    ["isic2019", v2("Malignant", "x", "Squamous cell carcinoma in situ"), "SCC"],
    ["isic2019", v2("Benign", "x", "Scar"), "UNK"],
    ["isic2016", v2("Malignant", "x", "Basal cell carcinoma"), "malignant"],
    ["isic2016", v2("Indeterminate"), undefined],
    ["isic2016", { meta: { clinical: { benign_malignant: "benign", diagnosis: "nevus" } } }, "benign"],
    ["isic2017", v2("Benign", "x", "Seborrheic keratosis"), "seborrheic_keratosis"],
    ["isic2017", v2("Benign", "x", "Dermatofibroma"), undefined],
    ["isic2017", v1("nevus"), "nevus"],
    ["isic2020", v2("Malignant", "Malignant melanocytic proliferations (Melanoma)"), "malignant"],
    ["isic2020", v2("Malignant", "x", "Basal cell carcinoma"), undefined],
    ["isic2020", v1("lentigo NOS"), "benign"],
    ["isic2024", v2("Benign"), "benign"],
  ])("%s: %o is %s", (challenge, record, label) => {
    expect(challengeLabel(challenge, record)).toBe(label);
  });

  it("names only diagnoses that the archive has", () => {
    for (const { nodes, legacy, field } of Object.values(CHALLENGES)) {
      for (const name of Object.keys(nodes)) expect(taxonomyNode("diagnosis", name).name).toBe(name);
      const values = field === undefined ? LEGACY_DIAGNOSES : ["benign", "malignant"];
      for (const name of Object.keys(legacy)) expect(values).toContain(name);
    }
  });

  it("refuses a challenge it does not know", () => {
    expect(() => challengeLabel("isic1999", v1("nevus"))).toThrow(
      "isic2016, isic2017, isic2018, isic2019, isic2020, isic2024",
    );
  });
});
