export type { CacheContractOptions, ContractTools, RichMethod } from "./bench.ts";
export { cacheContract } from "./contract.ts";
export { hostileKeys } from "./hostile.ts";
