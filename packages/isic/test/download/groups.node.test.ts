import { LEGACY_DIAGNOSES, taxonomyNode } from "@isic/select/taxonomy";
import { describe, expect, it } from "vitest";
import { CHALLENGES, challengeLabel } from "../../src/download/challenge-labels.ts";

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
