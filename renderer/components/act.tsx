/** Doing something: told when it fails, and every page asks anew afterwards. */
import { Toast, ToastBody, ToastTitle, useToastController } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { failureOf } from '../api.ts';
import { useText } from '../use-text.ts';
import { errorText } from '#contract/errors-de';
import { useTranslation } from 'react-i18next';

export const toasterId = 'toaster';

export interface ActOptions<Result> {
  /** Where it leads from here: not once whatever did it is gone, since somebody went elsewhere meanwhile. */
  readonly onDone?: (result: Result) => void;
  /** A dialogue that shows the error itself, for as long as it is there. */
  readonly silent?: boolean;
}

/** The signal tells that whatever did it is gone. */
type Doing<Input, Result> = (input: Input, gone: AbortSignal) => Promise<Result>;

export function useAct<Input, Result>(act: Doing<Input, Result>, options: ActOptions<Result> = {}) {
  const questions = useQueryClient();
  const say = useText();
  const { i18n } = useTranslation();
  const { dispatchToast } = useToastController(toasterId);
  const gone = useGone();
  const once = useOnce<Input, Result>();
  return useMutation({
    mutationFn: (input: Input) => once(input, () => act(input, gone.current)),
    onSuccess: (result) => {
      if (!gone.current.aborted) options.onDone?.(result);
    },
    onError: (error) => {
      if (options.silent === true && !gone.current.aborted) return;
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

function useGone(): { readonly current: AbortSignal } {
  const gone = useRef(AbortSignal.abort());
  useEffect(() => {
    const here = new AbortController();
    gone.current = here.signal;
    return () => here.abort();
  }, []);
  return gone;
}

/** What is asked for a second time while it is being done is done once: a double click starts one run. */
function useOnce<Input, Result>() {
  const running = useRef(new Map<string, Promise<Result>>());
  return (input: Input, act: () => Promise<Result>): Promise<Result> => {
    const key = JSON.stringify(input) ?? '';
    const begun = running.current.get(key) ?? act().finally(() => running.current.delete(key));
    running.current.set(key, begun);
    return begun;
  };
}
