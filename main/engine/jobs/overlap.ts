/** What a run keeps to itself while it goes on. */
export interface RunClaim {
  readonly job: string;
  readonly repository: string;
  /** Ids of VMs. */
  readonly vms: readonly string[];
}

/**
 * What keeps a run from starting beside those that go on: the same job, a VM in both, or the same repository. Undefined when nothing
 * does. A run that is kept waits its turn; it is not dropped.
 */
export function obstacleOf(wanted: RunClaim, running: readonly RunClaim[]): string | undefined {
  for (const other of running) {
    if (other.job === wanted.job) return `job ${other.job} is running already`;
    const vm = wanted.vms.find((id) => other.vms.includes(id));
    if (vm !== undefined) return `VM ${vm} is being backed up by job ${other.job}`;
    if (other.repository === wanted.repository) return `job ${other.job} is writing to the same repository`;
  }
  return undefined;
}
