import type { JsonObject } from "../archive/source.ts";
import type { Random } from "./random.ts";

/** Of MSK-1; the lesions of its planned records are numbered from 500. */
const PATIENTS = 249;
const LESIONS_OF_A_PATIENT = 2;

/** Notes as contributors leave them: strings only, keys with spaces and slashes, empty cells, mixed units. */
export function unstructured(place: string, diagnosis: string | null, dice: Random): JsonObject {
  if (dice.chance(0.004)) return {};
  switch (place) {
    case "UDA-1":
    case "UDA-2":
      return {
        diagnosis: diagnosis === "nevus" ? "dysplastic nevus" : (diagnosis ?? ""),
        id1: String(dice.integer(1, 600)),
        localization: dice.pick(["Abdomen", "Back", "", "Left arm", "nferior leg"]),
        site: "bar",
      };
    case "MSK-1": {
      const measured = {
        Breslow: dice.pick(["", "", "0.3 mm", " 0.00 mm", "unknown"]),
        Clark: dice.pick(["", "", "2", "III"]),
        // never "Y" together with the tag of the README's walk: those records are planned
        "biopsy done": dice.pick(["Y", "N", ""]),
        "clinical diagnosis/impression": dice.pick(["", "nevus", "r/o mm", "BCC vs SK"]),
      };
      const lesion = dice.integer(1, LESIONS_OF_A_PATIENT);
      const localization = dice.pick(["r calf", "back", "l forearm", "scalp"]);
      const report = dice.pick(["Y", "N"]);
      const patient = dice.integer(1, PATIENTS);
      return {
        ...measured,
        // As in the real records: a patient may have several lesions, a lesion has one patient.
        "lesion id": String(LESIONS_OF_A_PATIENT * (patient - 1) + lesion),
        localization,
        "pathology diagnosis": diagnosis ?? "",
        "pathology diagnosis subtype": "",
        "pathology report available": report,
        patient: String(patient),
        "previous biopsy": "N",
      };
    }
    case "MSK-2":
      return {
        change: dice.pick(["no", "yes", "unk"]),
        changedtypeapr02_2015: String(dice.integer(1, 3)),
        location: dice.pick(["Back", "Chest", "Leg"]),
        patientlocation: String(dice.integer(1, 9)),
        ptconcern: dice.pick(["no", "yes"]),
        quantloc: dice.pick(["back", "front", "side"]),
      };
    case "SONIC":
      return { diagnosis: "nevus", race: dice.pick(["White", "Black", "Asian", "Native Ame", ""]) };
    case "HAM10000":
      return {
        lesion_id: `HAM_${String(dice.integer(0, 7469)).padStart(7, "0")}`,
        localization: dice.pick(["back", "face", "unknown"]),
      };
    default:
      return { diagnosis_short: (diagnosis ?? "").slice(0, 3), Location: dice.pick(["arm", "leg"]) };
  }
}
