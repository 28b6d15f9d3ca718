// What both the options of `isic dataset init` and its questions offer. Not taken from the library, where it is known: the
// words of the command line load nothing else.

export const CHALLENGES: readonly string[] = ["isic2016", "isic2017", "isic2018", "isic2019", "isic2020", "isic2024"];
export const LAYOUTS: readonly string[] = ["image-folder", "hugging-face", "coco", "webdataset", "flat"];
