export type { CacheContractOptions, ContractTools, RichMethod } from "./contract.ts";
export { cacheContract } from "./contract.ts";
export { hostileKeys } from "./hostile.ts";
