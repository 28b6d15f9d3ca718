import { getPath } from "@isic/select";
import { challengeLabel } from "../../download/challenge-labels.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The class of an image in a challenge, on either API. To what the diagnosis alone says it adds what two challenges
 * decided otherwise:
 *
 * - 2024: everything that was not found malignant is benign, Indeterminate included.
 * - 2020: malignant is melanoma. What is benign by `benign_malignant` is benign, also where the diagnosis is `unknown`
 *   (as in four of five of its images), missing, or an atypical melanocytic proliferation.
 *
 * @throws RangeError for an unknown challenge
 */
export function challengeClass(challenge: string, record: Fields): string | undefined {
  const kind = textAt(record, "benign_malignant")?.toLowerCase();
  if (challenge === "isic2024") {
    const first = (textAt(record, "diagnosis_1") ?? kind)?.toLowerCase();
    if (first === undefined) return undefined;
    return first === "malignant"
      ? "malignant"
      : first === "benign" || first.startsWith("indeterminate")
        ? "benign"
        : undefined;
  }
  if (challenge === "isic2020") {
    const label = challengeLabel(challenge, record);
    return label ?? (kind === "benign" ? "benign" : undefined);
  }
  // "unknown" is no diagnosis, and so none of another class either.
  const diagnosis = textAt(record, "diagnosis")?.toLowerCase();
  if (diagnosis === "unknown" && challenge !== "isic2016") return undefined;
  return challengeLabel(challenge, record);
}

function textAt(record: Fields, field: string): string | undefined {
  for (const root of ["metadata.clinical", "meta.clinical"]) {
    const value = getPath(record, `${root}.${field}`);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
