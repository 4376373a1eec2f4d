import { useCallback, useMemo } from 'react';
import { noticeTexts } from '../../../../schema/wire/notice-texts.ts';
import { useLanguage, useTexts } from '../i18n/texts.ts';
import { detailTexts } from './detail-texts.ts';
import { detailWords, placeWords } from './detail-words.ts';
import { packTexts } from './pack-texts.ts';
import { useReasonWords } from './reason-words.ts';
import { stationTexts } from './station-texts.ts';

interface Told {
  station: string;
  code: string;
  detail: string;
}

/** Of an alarm or an incident: what kind it is, and what is special about this one. */
export function useNoticeWords() {
  const { language } = useLanguage();
  const say = useTexts(detailTexts);
  const sayStation = useTexts(stationTexts);
  const sayPack = useTexts(packTexts);
  const reason = useReasonWords();
  return useMemo(() => {
    const vocabulary = {
      say,
      reason,
      step: (step: string) =>
        step in stationTexts.en.step
          ? sayStation(`step.${step as 'release'}`)
          : step in stationTexts.en.track
            ? sayStation(`track.${step as 'robot'}`)
            : step,
      result: (outcome: string) =>
        outcome in stationTexts.en.result ? sayStation(`result.${outcome as 'failed'}`) : outcome,
      status: (status: string) => (status in packTexts.en.status ? sayPack(`status.${status as 'retired'}`) : status),
    };
    return {
      /** An unknown `newCode` is told as `New code`. */
      kind: (code: string): string => {
        const text = noticeTexts[code];
        if (text) return text[language];
        const plain = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
        return plain.charAt(0).toUpperCase() + plain.slice(1);
      },
      detail: ({ station, code, detail }: Told): string =>
        detailWords(withoutKind(code, detail), { ...vocabulary, station }),
    };
  }, [language, say, sayStation, sayPack, reason]);
}

/** Asked in Chinese, the API puts what kind it is before what it has no Chinese for: `需要人工处理（…）`. */
function withoutKind(code: string, detail: string): string {
  const before = `${noticeTexts[code]?.zh}（`;
  return detail.startsWith(before) && detail.endsWith('）') ? detail.slice(before.length, -1) : detail;
}

/** Where something is at a station, in the reader's words. */
export function useStationPlaceWords(station: string): (place: string) => string {
  const say = useTexts(detailTexts);
  return useCallback((place) => placeWords(place, { say, station }), [say, station]);
}
