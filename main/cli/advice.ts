import { remedyOf, type ErrorData } from '#contract';

/** Which command lists what there is, by the fact that names what is not there. */
const lists: Readonly<Record<string, string>> = {
  disk: '`hostkeep disks POINT` lists the disks of a restore point.',
  point: '`hostkeep points` lists the restore points. NAME@latest is the newest of the VM with that name.',
  vm: '`hostkeep vm list` lists the VMs of the host, `hostkeep points` those that have restore points.',
  key: '`hostkeep repo key list` lists the keys of a repository.',
  job: '`hostkeep job list` lists the jobs, `hostkeep drill list` the drills.',
  drill: '`hostkeep drill list` lists the drills.',
  run: '`hostkeep runs` lists the runs.',
  alert: '`hostkeep alert list` lists the alerts.',
  recovery: '`hostkeep recover list` lists the recoveries.',
  dropped: '`hostkeep undelete` lists what can be brought back.',
  passphraseFile: 'Check the path of the file, and whether the account of the job may read it.',
  keyFile: 'Check the path of the file, or make one: `hostkeep drill key --new FILE`.',
  path: 'Check the path of the file, and whether you may read it.',
  errno: 'Check the path of the file, and whether you may read it.',
};

/** What to do, in the words of the command line, of the command that failed where it is known. */
export function adviceOf({ code, details }: Pick<ErrorData, 'code' | 'details'>, command?: string): string {
  if (code === 'recovery/target-full' && command === 'hostkeep restore-files')
    return 'Free space and give the same command again with --resume, or choose another target.';
  if (code === 'input/missing-option' && command !== undefined)
    return `Give what the message names; \`${command} --help\` says more.`;
  const listed = code === 'input/not-found' ? Object.keys(lists).find((fact) => Object.hasOwn(details, fact)) : undefined;
  return listed === undefined ? remedyOf(code, details) : lists[listed]!;
}
