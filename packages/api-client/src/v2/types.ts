import type { Open } from "../schema/fields.ts";

/** Keys the server may add: kept as they came. */
export interface Extra {
  [key: string]: unknown;
}

/** Licences of images; new ones may come. */
export type License = Open<"CC-0" | "CC-BY" | "CC-BY-NC">;

/** A file and its size in bytes. The size of `full` was taken before credits were embedded: never compare it. */
export interface FileRef extends Extra {
  url: string;
  size: number;
}

/** How the picture was taken. An absent key is unknown. */
export interface Acquisition extends Extra {
  pixels_x: number;
  pixels_y: number;
  image_type?: Open<
    | "dermoscopic"
    | "clinical: overview"
    | "clinical: close-up"
    | "TBP tile: close-up"
    | "TBP tile: overview"
    | "RCM: macroscopic"
    | "RCM: tile"
    | "RCM: mosaic"
  >;
  dermoscopic_type?: Open<"contact polarized" | "contact non-polarized" | "non-contact polarized">;
  image_manipulation?: Open<"instrument only" | "altered" | "synthetic">;
}

/** What is known about patient and lesion. An absent key is unknown. */
export interface Clinical extends Extra {
  /** In steps of 5, 0 to 85. */
  age_approx?: number;
  sex?: Open<"male" | "female">;
  fitzpatrick_skin_type?: Open<"I" | "II" | "III" | "IV" | "V" | "VI">;
  personal_hx_mm?: boolean;
  family_hx_mm?: boolean;
  melanocytic?: boolean;
  concomitant_biopsy?: boolean;
  mel_ulcer?: boolean;
  anatom_site_1?: Open<"Anogenital region" | "Head and neck" | "Lower extremity" | "Trunk" | "Upper extremity">;
  anatom_site_2?: string;
  anatom_site_3?: string;
  anatom_site_4?: string;
  anatom_site_5?: string;
  anatom_site_special?: Open<
    "acral NOS" | "nail NOS" | "fingernail" | "toenail" | "acral palms or soles" | "oral or genital"
  >;
  diagnosis_1?: Open<"Benign" | "Indeterminate" | "Malignant">;
  diagnosis_2?: string;
  diagnosis_3?: string;
  diagnosis_4?: string;
  diagnosis_5?: string;
  diagnosis_confirm_type?: Open<
    | "histopathology"
    | "serial imaging showing no change"
    | "single image expert consensus"
    | "confocal microscopy with consensus dermoscopy"
    | "single contributor clinical assessment"
  >;
  /** Millimetres; the server sends text. */
  clin_size_long_diam_mm?: number;
  /** Millimetres; the server sends text. */
  mel_thick_mm?: number;
  mel_mitotic_index?: Open<"0/mm^2" | "<1/mm^2" | "1/mm^2" | "2/mm^2" | "3/mm^2" | "4/mm^2" | ">4/mm^2">;
  /** Day relative to the first picture of the lesion. */
  acquisition_day?: number;
  tbp_tile_type?: Open<"3D: white" | "3D: XP" | "2D">;
  /** `IL_` and seven digits. */
  lesion_id?: string;
  /** `IP_` and seven digits. */
  patient_id?: string;
  /** `IRCM_` and seven digits. */
  rcm_case_id?: string;
}

/** An image of v2. */
export interface Image extends Extra {
  /** `ISIC_` and seven digits. */
  isic_id: string;
  copyright_license: License;
  /** The default of the image's cohort, which may differ from the image's own: see `fetchAllMetadata`. */
  attribution: string;
  files: { full: FileRef; thumbnail_256: FileRef } & Extra;
  metadata: { acquisition: Acquisition; clinical: Clinical } & Extra;
  public: boolean;
}

/** An image and how far it is (cosine) from the one asked about. */
export interface SimilarImage extends Image {
  distance: number;
}

/** A named set of images. */
export interface Collection extends Extra {
  id: number;
  name: string;
  /** Markdown. */
  description: string;
  public: boolean;
  pinned: boolean;
  locked: boolean;
  doi: string | null;
  doi_url: string | null;
}

/** The images of one lesion. Lists rank the index image as the server does for one lesion. */
export interface Lesion extends Extra {
  /** `IL_` and seven digits. */
  id: string;
  images: Image[];
  images_count: number;
  longitudinally_monitored: boolean;
  index_image_id: string | null;
  /** The path of the index image's diagnosis, joined by colons. */
  outcome_diagnosis: string | null;
  outcome_diagnosis_1: string | null;
}

/** The account that is logged in. */
export interface Me extends Extra {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  full_name: string;
  created: string;
  accepted_terms: string | null;
  hash_id: string | null;
}

/** What to look for. `@isic/select/query` makes and checks the query string. */
export interface Search {
  /** In the archive's search language; empty means everything. */
  readonly query?: string | undefined;
  /** Only images of these collections (of any of them). */
  readonly collections?: readonly number[] | undefined;
  /** Only these images, however many: the request is split as the server needs it. */
  readonly ids?: readonly string[] | undefined;
}
