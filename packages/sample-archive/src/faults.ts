export interface FaultPlan {
  readonly rate: number;
}
