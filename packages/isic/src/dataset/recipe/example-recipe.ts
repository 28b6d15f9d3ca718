import { stringify } from "yaml";

/** What `isic dataset init` asks. */
export interface RecipeAnswers {
  readonly title?: string | undefined;
  readonly search?: string | undefined;
  readonly commercial?: boolean | undefined;
  readonly challenge?: string | undefined;
  readonly size?: number | undefined;
  readonly layout?: string | undefined;
  /** `2024-05-01` */
  readonly published?: string | undefined;
}

const scalar = (value: unknown): string => stringify(value, { lineWidth: 0 }).trim();

/** A recipe as YAML with a remark beside each setting, to begin with. */
export function exampleRecipe(answers: RecipeAnswers = {}): string {
  const { title = "Melanoma and nevi", search = 'diagnosis_2:"Malignant*" OR diagnosis_3:"Nevus"' } = answers;
  const labels =
    answers.challenge === undefined
      ? `labels:
  # The first rule that holds decides. Fields: diagnosis_1 to diagnosis_5, sex, age_approx ... or whole paths;
  # operators: = != ~ !~ < <= > >= in exists, with and, or, not and parentheses.
  classes:
    Malignant: diagnosis_1 = "Malignant"
    Nevus: diagnosis_3 ~ "^Nevus" or diagnosis_2 ~ "^Nevus"
  # otherwise: Other      # without it, what no rule fits is left out, counted and listed`
      : `labels:
  challenge: ${scalar(answers.challenge)}`;
  return `# A data set's recipe: isic dataset build <this file> <folder>
# All settings: dataset-recipe.schema.json of the package isic.
version: 1
title: ${scalar(title)}
# authors: [Ada Example, Example University]
${answers.published === undefined ? "# published: 2024-05-01" : `published: ${answers.published}`}   # the day, for its citation and Croissant
# release: 1.0.0

selection:              # all of it must hold: search, collections, criteria, dataset, study, ids, limit
  search: ${scalar(search)}

licences:
  commercial: ${answers.commercial === true}     # true leaves out what may not be used commercially
  # allow: [CC0-1.0, CC-BY-4.0]

${labels}

groups: [patient, lesion]   # never in two parts; the fields are found in the records

split:
  shares: { train: 70, validation: 15, test: 15 }
  method: hash          # nothing moves when images are added; balanced: stratified by class
  seed: 1

image:                  # leave it out for the archive's own files
  size: ${answers.size ?? 512}
  fit: longer-side      # or crop, pad
  format: jpeg
  quality: 90

duplicates:
  rule: together        # in one part; or drop, report
  bits: 4               # of 64 bits of a perceptual hash

layout: ${answers.layout ?? "image-folder"}    # or hugging-face, coco, webdataset, flat

# balance: { cap: 1000 }
# superpixels: true
# masks: truth          # a folder of <name>_segmentation.png, or archive
# exclude: [isic2019-test.csv, ISIC_0000001]
`;
}
