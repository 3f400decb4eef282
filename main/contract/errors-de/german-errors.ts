import type { ErrorCode } from '../errors/hostkeep-error.ts';
import { drillGerman } from './drill.ts';
import { formatGerman } from './format.ts';
import type { German } from './german.ts';
import { hostGerman } from './host.ts';
import { hostConnectionGerman } from './host-connection.ts';
import { jobGerman } from './job.ts';
import { recoveryGerman } from './recovery.ts';
import { repositoryGerman } from './repository.ts';
import { runGerman } from './run.ts';

/**
 * German sentences of errors. Not all of them in the type, so that a code can be added before its translation; `test/renderer/texts.test.ts`
 * does not let one be missing. An error of a newer version is told in its own English.
 */
export const germanErrors: Partial<Record<ErrorCode, German[string]>> = {
  ...drillGerman,
  ...formatGerman,
  ...hostGerman,
  ...hostConnectionGerman,
  ...jobGerman,
  ...recoveryGerman,
  ...repositoryGerman,
  ...runGerman,
};
