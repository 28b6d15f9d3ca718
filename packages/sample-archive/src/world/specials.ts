import type { ImageRecord } from "../archive/source.ts";
import { datasetNamed } from "./datasets.ts";

/** Turns a few records into the awkward ones that every archive has. */
export function withSpecials(images: readonly ImageRecord[]): readonly ImageRecord[] {
  return images.map((image, index) => {
    switch (index) {
      // contributed, but not yet through its quality review
      case 17:
        return { ...image, reviewed: null, tags: [] };
      // in a dataset that only its contributor may read
      case 35:
      case 36:
        return { ...image, datasetId: datasetNamed("Unpublished").id, tags: [] };
      // shown first where the web site's own pages ask for it
      case 20:
      case 31:
        return { ...image, pinned: index };
      // uploaded in the months when files kept their contributors' names
      case 43:
      case 44:
        return { ...image, fileName: `Patient ${index} (left arm).JPG` };
      // a confocal tile: grey, PNG, and a case id that only v2 knows
      case 51:
        return {
          ...image,
          mimeType: "image/png",
          v2: { acquisition: { image_type: "RCM: tile" }, clinical: { rcm_case_id: "IRCM_0000001" } },
        };
      // ... and a mosaic, which v2 keeps as TIFF
      case 52:
        return {
          ...image,
          mimeType: "image/tiff",
          v2: { acquisition: { image_type: "RCM: mosaic" }, clinical: { rcm_case_id: "IRCM_0000001" } },
        };
      default:
        return image;
    }
  });
}
