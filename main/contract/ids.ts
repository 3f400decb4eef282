/** Ids are lower-case hex strings; the length tells the kind. */
export type PointId = string;
export type RunId = string;

/** How far the guest's data was brought to rest, best first. */
export const consistencies = ['application', 'file-system', 'crash'] as const;
export type Consistency = (typeof consistencies)[number];

/** What a run does when application consistency is not reached. */
export const consistencyPolicies = ['require', 'warn', 'allow'] as const;
export type ConsistencyPolicy = (typeof consistencyPolicies)[number];

/** Bytes `offset` up to, not including, `offset + length`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}
