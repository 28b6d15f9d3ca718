import { challengeLabel } from "../../download/challenge-labels.ts";
import type { RecipeLabels } from "../recipe/recipe.ts";
import { parseLabelRule } from "./label-rule.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The classes of records. */
export interface Labelling {
  /** None where no rule fits. */
  classesOf(record: Fields): readonly string[];
  /** Records so far that more than one rule held for, where the first decides. */
  readonly ambiguous: number;
}

const NONE: readonly string[] = [];

/**
 * A recipe's labels, to be asked for each record. With own classes the first whose rule holds is the class, with
 * `multi` all of them; `otherwise` is the class of the rest.
 *
 * @throws ArgumentError, CriteriaError for rules that cannot be meant
 */
export function labelling(labels: RecipeLabels): Labelling {
  const { challenge, classes = {}, otherwise, multi = false } = labels;
  const rest = otherwise === undefined ? NONE : [otherwise];
  if (challenge !== undefined) {
    const classesOf = (record: Fields): readonly string[] => {
      const label = challengeLabel(challenge, record);
      return label === undefined ? rest : [label];
    };
    return { classesOf, ambiguous: 0 };
  }
  const rules = Object.entries(classes).map(([name, rule]) => [name, parseLabelRule(rule)] as const);
  let ambiguous = 0;
  return {
    classesOf(record) {
      const all: string[] = [];
      for (const [name, holds] of rules) if (holds(record)) all.push(name);
      if (all.length === 0) return rest;
      if (multi || all.length === 1) return all;
      ambiguous++;
      return all.slice(0, 1);
    },
    get ambiguous() {
      return ambiguous;
    },
  };
}

/** What a record says it shows, for the list of what no rule fits. */
export function diagnosisOf(record: Fields): string {
  const { metadata, meta } = record as { metadata?: { clinical?: Fields }; meta?: { clinical?: Fields } };
  const clinical = metadata?.clinical ?? meta?.clinical ?? {};
  for (const field of ["diagnosis_5", "diagnosis_4", "diagnosis_3", "diagnosis_2", "diagnosis_1", "diagnosis"]) {
    const value = clinical[field];
    if (typeof value === "string" && value !== "") return value;
  }
  return "no diagnosis";
}
