/** What criteria need to know of an image record of the Girder API (v1); real records hold more. */
export interface ImageV1 {
  readonly _id: string;
  readonly name: string;
  readonly created?: string;
  readonly updated?: string;
  readonly dataset: {
    readonly _accessLevel: number;
    readonly _id: string;
    readonly license: string;
    readonly name: string;
  };
  readonly meta: {
    readonly acquisition: {
      readonly pixelsX?: number | null;
      readonly pixelsY?: number | null;
      readonly image_type?: string | null;
      readonly dermoscopic_type?: string | null;
      readonly blurry?: boolean | null;
      readonly hairy?: boolean | null;
      readonly marker_pen?: boolean | null;
      readonly color_tint?: string | null;
    };
    readonly clinical: {
      readonly age_approx?: number | null;
      readonly anatom_site_general?: string | null;
      readonly benign_malignant?: string | null;
      readonly clin_size_long_diam_mm?: number | null;
      readonly diagnosis?: string | null;
      readonly diagnosis_confirm_type?: string | null;
      readonly family_hx_mm?: boolean | null;
      readonly lesion_id?: string | null;
      readonly mel_class?: string | null;
      readonly mel_mitotic_index?: string | null;
      readonly mel_thick_mm?: number | null;
      readonly mel_type?: string | null;
      readonly mel_ulcer?: boolean | null;
      readonly melanocytic?: boolean | null;
      readonly nevus_type?: string | null;
      readonly patient_id?: string | null;
      readonly personal_hx_mm?: boolean | null;
      readonly sex?: string | null;
    };
    readonly unstructured?: Readonly<Record<string, unknown>>;
  };
  readonly notes: { readonly tags: readonly string[]; readonly reviewed?: { readonly accepted: boolean } | null };
}

/** What criteria need to know of an image record of v2; real records hold more. */
export interface ImageV2 {
  readonly isic_id: string;
  readonly copyright_license: string;
  readonly attribution: string;
  readonly public: boolean;
  readonly metadata: {
    readonly acquisition: {
      readonly pixels_x?: number;
      readonly pixels_y?: number;
      readonly image_type?: string;
      readonly dermoscopic_type?: string;
      readonly image_manipulation?: string;
    };
    readonly clinical: {
      readonly acquisition_day?: number;
      readonly age_approx?: number;
      readonly anatom_site_1?: string;
      readonly anatom_site_2?: string;
      readonly anatom_site_3?: string;
      readonly anatom_site_4?: string;
      readonly anatom_site_5?: string;
      readonly anatom_site_special?: string;
      readonly clin_size_long_diam_mm?: string | number;
      readonly concomitant_biopsy?: boolean;
      readonly diagnosis_1?: string;
      readonly diagnosis_2?: string;
      readonly diagnosis_3?: string;
      readonly diagnosis_4?: string;
      readonly diagnosis_5?: string;
      readonly diagnosis_confirm_type?: string;
      readonly family_hx_mm?: boolean;
      readonly fitzpatrick_skin_type?: string;
      readonly lesion_id?: string;
      readonly mel_mitotic_index?: string;
      readonly mel_thick_mm?: string | number;
      readonly mel_ulcer?: boolean;
      readonly melanocytic?: boolean;
      readonly patient_id?: string;
      readonly personal_hx_mm?: boolean;
      readonly rcm_case_id?: string;
      readonly sex?: string;
      readonly tbp_tile_type?: string;
    };
  };
}
