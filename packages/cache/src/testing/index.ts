export type { CacheContractOptions, ContractTools } from "./contract.ts";
export { cacheContract } from "./contract.ts";
export { hostileKeys } from "./hostile.ts";
