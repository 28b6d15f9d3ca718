// Arrays over superpixels as a study: what `isic serve` makes annotations of, with the ground truth as its one reader.
import type { FeatureArrays } from "../features/feature-arrays.ts";
import type { ArrayTask, TaskName } from "../tasks/tasks.ts";

/** The superpixels that have a feature, by feature: the markups of an annotation in a `studies.json`. */
export interface Markups {
  readonly [feature: string]: { readonly definite: readonly number[] };
}

interface Annotation {
  readonly image: string;
  readonly [field: string]: unknown;
}

/** A study of a `studies.json`; only what is changed here is typed. */
export interface Study {
  readonly name: string;
  readonly images?: readonly string[];
  readonly annotations?: readonly Annotation[];
  readonly [field: string]: unknown;
}

const READER = { login: "challenge", firstName: "ISIC", lastName: "Challenge" };

/** The superpixels whose value is 1. */
export function markupsOf({ features }: FeatureArrays): Markups {
  return Object.fromEntries(
    Object.entries(features).map(([feature, values]) => {
      const definite: number[] = [];
      values.forEach((value, superpixel) => {
        if (value === 1) definite.push(superpixel);
      });
      return [feature, { definite }];
    }),
  );
}

/** The studies with that of the task, which has these images and those that an earlier import gave it. */
export function withGroundTruth(
  studies: readonly Study[],
  task: ArrayTask,
  marked: ReadonlyMap<string, Markups>,
): readonly Study[] {
  const name = studyName(task.name);
  const earlier = studies.find((study) => study.name === name)?.annotations ?? [];
  const annotations = new Map(earlier.map((annotation) => [annotation.image, annotation]));
  for (const [image, markups] of marked) annotations.set(image, { image, reader: READER.login, markups });
  const images = [...annotations.keys()].sort();
  const study: Study = {
    name,
    description: `The ground truth of task ${task.name}: the superpixels of each image that have a feature`,
    features: task.features,
    images,
    readers: [READER],
    annotations: images.flatMap((image) => annotations.get(image) ?? []),
  };
  return [...studies.filter((each) => each.name !== name), study];
}

const studyName = (task: TaskName): string => `ISIC Challenge ${task}`;
