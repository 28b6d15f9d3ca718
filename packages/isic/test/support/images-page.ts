// A page that only asks for images of today's archive; bundle-size.node.test.ts weighs what it loads.
import { createV2Api, imagesOf } from "@isic/api-client/v2";

Object.assign(globalThis, { images: imagesOf(createV2Api({})) });
