import { hasRealData, withoutRealData } from "@isic/fixtures";
import { describe } from "vitest";
import { itGivesPhotosTheirLabels } from "./kit/photos.browser.ts";

describe.skipIf(!hasRealData)("superpixels of real photos equal scikit-image's, in a page", async () => {
  if (hasRealData) await itGivesPhotosTheirLabels("few");
});

if (!hasRealData) console.log(`superpixels of real photos: ${withoutRealData}`);
