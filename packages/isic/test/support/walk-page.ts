// A page that does the walk; bundle-size.node.test.ts weighs what it loads.
import { type ConnectOptions, IsicApi } from "../../src/browser.ts";

async function walk(options: ConnectOptions): Promise<void> {
  const api = await IsicApi.connect(options);
  const image = await api.image("ISIC_0000000");
  await api.selectImages(["meta.clinical.sex", "==", "female"]);
  await image.loadImageData();
  await image.loadSuperpixels();
  image.mapSuperpixels();
  image.colorSuperpixels([472], { color: [255, 0, 0] });
}

Object.assign(globalThis, { walk });
