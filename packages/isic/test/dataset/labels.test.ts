import { describe, expect, test } from "vitest";
import { labelling } from "../../src/dataset/labels/label-images.ts";
import { parseLabelRule } from "../../src/dataset/labels/label-rule.ts";
import { challengeLabel } from "../../src/download/challenge-labels.ts";

const v1 = (clinical: object) => ({ _id: "a", meta: { clinical } });
const v2 = (...levels: string[]) => ({
  isic_id: "ISIC_0000000",
  metadata: { clinical: Object.fromEntries(levels.map((name, i) => [`diagnosis_${i + 1}`, name])) },
});
const MELANOMA = "Malignant melanocytic proliferations (Melanoma)";

describe("the challenges' classes", () => {
  test.each([
    ["isic2016", v1({ benign_malignant: "benign", diagnosis: "unknown" }), "benign"],
    ["isic2016", v2("Malignant", MELANOMA), "malignant"],
    ["isic2017", v1({ diagnosis: "seborrheic keratosis" }), "seborrheic_keratosis"],
    ["isic2017", v2("Benign", "Benign melanocytic proliferations", "Nevus"), "nevus"],
    ["isic2018", v1({ diagnosis: "actinic keratosis" }), "AKIEC"],
    ["isic2018", v2("Malignant", MELANOMA, "Melanoma in situ"), "MEL"],
    ["isic2018", v1({ diagnosis: "unknown" }), undefined],
    ["isic2019", v1({ diagnosis: "squamous cell carcinoma" }), "SCC"],
    ["isic2019", v1({ diagnosis: "other" }), "UNK"],
    ["isic2019", v1({ diagnosis: "unknown" }), undefined],
    ["isic2020", v1({ diagnosis: "unknown", benign_malignant: "benign" }), "benign"],
    ["isic2020", v1({ benign_malignant: "benign" }), "benign"],
    ["isic2020", v1({ diagnosis: null, benign_malignant: "benign" }), "benign"],
    ["isic2020", v1({ diagnosis: "atypical melanocytic proliferation", benign_malignant: "benign" }), "benign"],
    ["isic2020", v1({ diagnosis: "melanoma", benign_malignant: "malignant" }), "malignant"],
    ["isic2020", v1({ diagnosis: "basal cell carcinoma", benign_malignant: "malignant" }), undefined],
    ["isic2020", v1({ diagnosis: "unknown" }), undefined],
    ["isic2020", v2("Benign"), "benign"],
    ["isic2020", v2("Malignant", MELANOMA), "malignant"],
    [
      "isic2020",
      v2("Malignant", "Malignant adnexal epithelial proliferations - Follicular", "Basal cell carcinoma"),
      undefined,
    ],
    ["isic2024", v2("Indeterminate"), "benign"],
    ["isic2024", v2("Indeterminate", "Indeterminate melanocytic proliferations"), "benign"],
    ["isic2024", v2("Malignant"), "malignant"],
    ["isic2024", v1({ benign_malignant: "indeterminate" }), "benign"],
    ["isic2024", v1({ benign_malignant: "indeterminate/malignant" }), "benign"],
    ["isic2024", v1({ benign_malignant: "malignant" }), "malignant"],
    ["isic2024", v2(), undefined],
  ])("%s of %o: %s", (challenge, record, expected) => {
    expect(challengeLabel(challenge, record)).toBe(expected);
  });
});

describe("a rule", () => {
  const invasive = { ...v2("Malignant", MELANOMA, "Melanoma Invasive") };
  test.each([
    ['diagnosis_3 ~ "^Melanoma"', invasive, true],
    ["diagnosis_3 ~ '^Melanoma'", invasive, true],
    ['diagnosis = "Melanoma Invasive"', invasive, true],
    ['diagnosis = "melanoma"', v1({ diagnosis: "melanoma" }), true],
    ['diagnosis_1 = "Malignant" and not diagnosis_3 ~ "situ"', invasive, true],
    ['diagnosis_1 = "Benign" or diagnosis_2 exists', invasive, true],
    ['not (diagnosis_1 = "Malignant" or sex = "male")', invasive, false],
    ['sex = "female" and age_approx >= 40 or age_approx < 10', v1({ sex: "male", age_approx: 5 }), true],
    ['sex = "female" and (age_approx >= 40 or age_approx < 10)', v1({ sex: "male", age_approx: 5 }), false],
    ['sex in ["female", "male"]', v1({ sex: "male" }), true],
    ['sex not in ["female"]', v1({ sex: "male" }), true],
    ['sex not in ["female"]', v1({}), false],
    ['sex != "male"', v1({ sex: "male" }), false],
    ['sex != "male"', v1({}), true],
    ['sex !~ "^m"', v1({}), false],
    ['sex !~ "^m"', v1({ sex: "female" }), true],
    ["melanocytic = true", v1({ melanocytic: true }), true],
    ["meta.clinical.grade = 8.5", v1({ grade: 8.5 }), true],
    ["age_approx = -1", v1({ age_approx: -1 }), true],
    ["mel_thick_mm >= 1e-1", v1({ mel_thick_mm: 0.8 }), true],
    ['attribution ~ "^Hospital"', { isic_id: "ISIC_0000000", attribution: "Hospital X", metadata: {} }, true],
    ['name ~ "^ISIC_001" or isic_id = "ISIC_0010000"', { _id: "a", name: "ISIC_0010000" }, true],
    [`${"(".repeat(90)}sex exists${")".repeat(90)}`, v1({ sex: "male" }), true],
    ['diagnosis_3 ~ "^$"', invasive, false],
    ['diagnosis_3 = "say \\"a\\""', v2("", "", 'say "a"'), true],
  ])("%s", (rule, record, expected) => {
    expect(parseLabelRule(rule)(record)).toBe(expected);
  });

  test.each([
    ["", "expected a field"],
    ["sex", "expected = != ~"],
    ["sex = female", "expected a value"],
    ['sex ~ "("', "a group ( is not closed"],
    ["sex ~ 3", "expected a pattern in quotes"],
    ['(sex = "male"', "expected )"],
    ['sex = "male" sex', "expected and, or, or the end"],
    ['sex = "male', "this is no part of a rule"],
    ["sex & 3", "this is no part of a rule"],
    ["sxe exists", "did you mean sex?"],
    ["attributon exists", "did you mean attribution?"],
    ['diagnosis_3 ~ ""', "every text fits this pattern: write diagnosis_3 exists"],
    ['diagnosis_3 ~ "^Melanoma|"', 'at "\\"^Melanoma|\\"": every text fits this pattern'],
    ['diagnosis_3 !~ "(?:)"', "every text fits this pattern"],
    [`${"(".repeat(20_000)}sex exists${")".repeat(20_000)}`, "expected at most 100 of not and ( around each other"],
    [`${"not ".repeat(20_000)}sex exists`, "expected at most 100 of not"],
  ])("%s is refused", (rule, sentence) => {
    expect(() => parseLabelRule(rule)).toThrow(sentence);
  });

  test("that is an empty list of criteria is refused", () => {
    expect(() => parseLabelRule([])).toThrow("an empty list of criteria fits every image");
  });

  test("decides by order; what fits none is of the other class; several with multi", () => {
    const classes = { Situ: 'diagnosis_3 ~ "situ"', Malignant: 'diagnosis_1 = "Malignant"' };
    const situ = v2("Malignant", MELANOMA, "Melanoma in situ");
    expect(labelling({ classes }).classesOf(situ)).toEqual(["Situ"]);
    expect(labelling({ classes, multi: true }).classesOf(situ)).toEqual(["Situ", "Malignant"]);
    expect(labelling({ classes }).classesOf(v2("Benign"))).toEqual([]);
    expect(labelling({ classes, otherwise: "Rest" }).classesOf(v2("Benign"))).toEqual(["Rest"]);
    expect(labelling({ classes: { M: ["metadata.clinical.diagnosis_1", "==", "Malignant"] } }).classesOf(situ)).toEqual(
      ["M"],
    );
    const first = labelling({ classes });
    for (const record of [situ, v2("Benign"), v2("Malignant")]) first.classesOf(record);
    expect(first.ambiguous).toBe(1);
  });
});
