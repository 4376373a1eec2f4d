import { sentenceInZh } from '../../../../api/texts/sentences-zh.ts';
import { useLanguage, useTexts } from '../../i18n/texts.ts';
import { detailTexts } from '../../parts/detail-texts.ts';
import { placeWords } from '../../parts/detail-words.ts';
import { stationTexts } from '../../parts/station-texts.ts';

type StepName = keyof typeof stationTexts.en.step;
const stepName = new RegExp(`\\b(${Object.keys(stationTexts.en.step).join('|')})\\b`, 'g');
const placeName = /\b(?:slot|bay|isolation)\/[\w/]+/g;
/** How a program would do it; the board has a button. */
const forPrograms = / ?[(（]POST [^)）]*[)）]/;

/** What a bay waits for, in the reader's words: the stream speaks English, and names steps as the machines do. */
export function useWaitingWords(): (waitingFor: string | null) => string | null {
  const say = useTexts(stationTexts);
  const sayDetail = useTexts(detailTexts);
  const { language } = useLanguage();
  return (waitingFor) => {
    if (waitingFor === null) return null;
    // What is waited for: that it is waited for is said before it.
    const plain = language === 'zh' ? (sentenceInZh(waitingFor) ?? waitingFor).replace(/^等待/, '') : waitingFor;
    return plain
      .replace(forPrograms, '')
      .replace(placeName, (place) => placeWords(place, { say: sayDetail, station: '' }))
      .replace(stepName, (step) => say(`step.${step as StepName}`));
  };
}
