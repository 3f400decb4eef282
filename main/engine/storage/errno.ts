import { hasCode, HostkeepError, type ErrorCode } from '#contract';
import { errnoOf } from '#files';

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'storage/not-found',
  EEXIST: 'storage/exists',
  ENOSPC: 'storage/full',
  EDQUOT: 'storage/full',
  EFBIG: 'storage/full',
  EACCES: 'storage/denied',
  EPERM: 'storage/denied',
  EROFS: 'storage/denied',
  ENOTCONN: 'storage/unreachable',
  EHOSTDOWN: 'storage/unreachable',
  EHOSTUNREACH: 'storage/unreachable',
  ENETUNREACH: 'storage/unreachable',
  ENETDOWN: 'storage/unreachable',
  ETIMEDOUT: 'storage/unreachable',
  ECONNRESET: 'storage/unreachable',
  ESTALE: 'storage/unreachable',
};

/** Runs a file operation, its failure told as a storage error that names the file. */
export async function storageErrors<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof HostkeepError) throw cause;
    const errno = errnoOf(cause);
    if (errno === undefined) throw cause;
    throw new HostkeepError(codes[errno] ?? 'storage/failed', { ...(name === '' ? {} : { file: name }), errno }, cause);
  }
}

/** What is not there is undefined. */
export async function orMissing<Result>(act: Promise<Result>): Promise<Result | undefined> {
  try {
    return await act;
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    throw error;
  }
}
