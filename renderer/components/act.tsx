/** Doing something: one at a time, told when it fails, and every page asks anew afterwards. */
import { Toast, ToastBody, ToastTitle, useToastController } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { failureOf } from '../api.ts';
import { useText } from '../use-text.ts';
import { errorText } from '#contract/errors-de';
import { useTranslation } from 'react-i18next';

export const toasterId = 'toaster';

export interface ActOptions<Result> {
  readonly onDone?: (result: Result) => void;
  /** A dialogue that shows the error itself. */
  readonly silent?: boolean;
}

export function useAct<Input, Result>(act: (input: Input) => Promise<Result>, options: ActOptions<Result> = {}) {
  const questions = useQueryClient();
  const say = useText();
  const { i18n } = useTranslation();
  const { dispatchToast } = useToastController(toasterId);
  return useMutation({
    mutationFn: act,
    onSuccess: (result) => options.onDone?.(result),
    onError: (error) => {
      if (options.silent === true) return;
      const { unreachable, view } = failureOf(error);
      const { says, remedy } = errorText(view, i18n.language);
      dispatchToast(
        <Toast>
          <ToastTitle>{unreachable ? say('state.unreachable') : says}</ToastTitle>
          <ToastBody>{unreachable ? say('state.unreachable.remedy') : remedy}</ToastBody>
        </Toast>,
        { intent: 'error', timeout: 12_000 },
      );
    },
    onSettled: () => questions.invalidateQueries(),
  });
}
