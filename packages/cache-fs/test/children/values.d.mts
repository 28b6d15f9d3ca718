export function wholeValue(key: string, number: number, length: number): Uint8Array<ArrayBuffer>;
export function readValue(key: string, value: Uint8Array): number;
