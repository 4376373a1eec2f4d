import { sentenceInZh } from '../../../../api/texts/sentences-zh.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { stationTexts } from '../../parts/station-texts.ts';

type StepName = keyof typeof stationTexts.en.step;
const stepName = new RegExp(`\\b(${Object.keys(stationTexts.en.step).join('|')})\\b`, 'g');
/** How a program would do it; the board has a button. */
const forPrograms = / ?[(（]POST [^)）]*[)）]/;

/** What a bay waits for, in the reader's words: the stream speaks English, and names steps as the machines do. */
export function useWaitingWords(): (waitingFor: string | null) => string | null {
  const say = useTexts(stationTexts);
  const { language } = useLanguage();
  return (waitingFor) => {
    if (waitingFor === null) return null;
    const plain = language === 'zh' ? (sentenceInZh(waitingFor) ?? waitingFor) : waitingFor;
    return plain.replace(forPrograms, '').replace(stepName, (step) => say(`step.${step as StepName}`));
  };
}
