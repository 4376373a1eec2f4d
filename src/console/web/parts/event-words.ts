import { useTexts } from '../i18n/texts.ts';
import { detailTexts } from './detail-texts.ts';
import { eventTexts } from './event-texts.ts';
import { useNoticeWords, useStationPlaceWords } from './notice-words.ts';
import { useReasonWords } from './reason-words.ts';
import { stationTexts } from './station-texts.ts';

interface Line {
  type: string;
  body: unknown;
}

/** What a line of a station's log says, in a few words; one of a type that has none, such as a timer, by its name. */
export function useEventWords(station: string): (line: Line) => string {
  const say = useTexts(eventTexts);
  const special = useSpecial(station);
  return ({ type, body }) => {
    if (!(type in eventTexts.en.type)) return type;
    const what = say(`type.${type as 'hold'}`);
    const extra = special(type, (body ?? {}) as Record<string, unknown>);
    return extra === null ? what : say('with', { what, with: extra });
  };
}

/** What is told beside the type. */
function useSpecial(station: string): (type: string, body: Readonly<Record<string, unknown>>) => string | null {
  const say = useTexts(eventTexts);
  const words = useTexts(stationTexts);
  const detail = useTexts(detailTexts);
  const reasonWords = useReasonWords();
  const { kind } = useNoticeWords();
  const placeWords = useStationPlaceWords(station);
  return (type, { outcome, reason, place, code, slot, state, button }) => {
    if (type === 'commandResult') {
      const result = words(`result.${outcome as 'failed'}`);
      return typeof reason === 'string' ? `${result}, ${reasonWords(reason)}` : result;
    }
    if (type === 'packRead') return `${placeWords(String(place))}, ${code === null ? detail('nothing') : String(code)}`;
    if (type === 'alarm') return kind(String(code));
    if (type === 'safety') return say(`safety.${state as 'ready'}`);
    if (type === 'panel') return say(`button.${button as 'reset'}`);
    if (typeof slot === 'number') return say('slot', { n: slot });
    return typeof reason === 'string' && type !== 'booted' ? reason : null;
  };
}
