/** A record of today's server in shape and length, about 1.1 kB as JSON. */
export function syntheticRecord(number) {
  const id = `ISIC_${String(number).padStart(7, "0")}`;
  return {
    isic_id: id,
    public: true,
    copyright_license: number % 3 === 0 ? "CC-BY-NC" : "CC-0",
    attribution: "Anonymous",
    files: {
      full: {
        url: `https://isic-archive.s3.amazonaws.com/images/${id}.jpg`,
        size: 100_000 + (hash(number) % 900_000),
      },
      thumbnail_256: {
        url: `https://isic-archive.s3.amazonaws.com/thumbnails/${id}_thumbnail.jpg`,
        size: 8000 + (number % 4000),
      },
    },
    metadata: {
      acquisition: {
        pixels_x: 1024 + (number % 5) * 500,
        pixels_y: 768 + (number % 4) * 400,
        image_type: "dermoscopic",
        dermoscopic_type: "contact polarized",
      },
      clinical: {
        age_approx: (number * 7) % 90,
        sex: number % 2 ? "female" : "male",
        anatom_site_general: ["anterior torso", "posterior torso", "lower extremity", "upper extremity", "head/neck"][
          number % 5
        ],
        diagnosis_1: number % 9 ? "Benign" : "Malignant",
        diagnosis_2: "Benign melanocytic proliferations",
        diagnosis_3: "Nevus",
        diagnosis_confirm_type: "histopathology",
        melanocytic: true,
        personal_hx_mm: number % 4 === 0,
        family_hx_mm: number % 6 === 0,
        patient_id: `IP_${String(hash(number >> 3) % 10_000_000).padStart(7, "0")}`,
        lesion_id: `IL_${String(hash(number >> 1) % 10_000_000).padStart(7, "0")}`,
      },
    },
  };
}

function hash(number) {
  return Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) >>> 0;
}
