export declare const noChromium: string;
export declare function findChromium(): string | undefined;
export declare function ensureChromium(say: (line: string) => void): string;
