import { useCallback } from 'react';
import { useTexts } from '../../../i18n/texts.ts';
import { stationTexts } from '../../../parts/station-texts.ts';
import { chartTexts } from './texts.ts';

/** A state's name in the reader's language; one that has none is shown as the machine has it. */
export function useStateName(): (key: string) => string {
  const say = useTexts(chartTexts);
  const steps = useTexts(stationTexts);
  return useCallback(
    (key) => {
      if (key in stationTexts.en.step) return steps(`step.${key as keyof typeof stationTexts.en.step}`);
      return key in chartTexts.en ? say(key as keyof typeof chartTexts.en) : key;
    },
    [say, steps],
  );
}
