import { useCallback } from 'react';
import { driverTexts } from '../../../../schema/wire/driver-texts.ts';
import { useLanguage, useTexts } from '../i18n/texts.ts';
import { reasonTexts } from './reason-texts.ts';

/** A reason of the machines or the station in the reader's words; one that has none, such as what a person wrote, as it is. */
export function useReasonWords(): (reason: string) => string {
  const say = useTexts(reasonTexts);
  const { language } = useLanguage();
  return useCallback(
    (reason) => {
      if (reason in reasonTexts.en) return say(reason as keyof typeof reasonTexts.en);
      return driverTexts[reason]?.[language] ?? reason;
    },
    [say, language],
  );
}
