/** A record of the old server in shape and length, about 1.4 kB as JSON; ids rise with the number, as its ids do. */
export function v1Record(number) {
  const _id = `5436e3ab${String(number).padStart(16, "0")}`;
  const time = `2014-10-${String(1 + (number % 28)).padStart(2, "0")}T19:36:11.989000+00:00`;
  const diagnosis = ["nevus", "melanoma", "seborrheic keratosis", "basal cell carcinoma"][number % 4];
  return {
    _id,
    _modelType: "image",
    created: time,
    creator: { _id: "5450e996bae47865794e4d0d", name: "User 6VSN" },
    dataset: {
      _accessLevel: 0,
      _id: "5a2ecc5e1165975c945942a2",
      description:
        "Moles and melanomas.\nBiopsy-confirmed melanocytic lesions. Both malignant and benign lesions are included.",
      license: "CC-0",
      name: `UDA-${1 + (number % 7)}`,
      updated: "2014-11-10T02:39:56.492000+00:00",
    },
    meta: {
      acquisition: { image_type: "dermoscopic", pixelsX: 1022 + (number % 5), pixelsY: 767 },
      clinical: {
        age_approx: (number * 5) % 90,
        anatom_site_general: number % 3 ? "anterior torso" : "upper extremity",
        benign_malignant: number % 4 ? "benign" : "malignant",
        diagnosis,
        diagnosis_confirm_type: number % 5 ? "histopathology" : null,
        melanocytic: number % 4 < 2,
        sex: number % 2 ? "female" : "male",
      },
      unstructured: { diagnosis: `${diagnosis}, of old`, id1: String(number), localization: "Abdomen", site: "bar" },
      unstructuredExif: {},
    },
    name: `ISIC_${String(number).padStart(7, "0")}`,
    notes: {
      reviewed: { accepted: true, time, userId: "5436c6e7bae4780a676c8f93" },
      tags: ["ISBI 2016: Training", "ISBI 2017: Training", "Challenge 2018: Task 1-2: Training"],
    },
    updated: "2015-02-23T02:48:17.495000+00:00",
  };
}
