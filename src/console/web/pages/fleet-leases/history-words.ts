import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { leasesTexts } from './texts.ts';

type Body = Readonly<Record<string, unknown>>;
type Type = keyof typeof leasesTexts.en.event;
type Detail = keyof typeof leasesTexts.en.detail;

const isDay = /^\d{4}-\d{2}-\d{2}$/;

/** What happened to a lease, as a person says it; what a newer service records is shown as it is stored. */
export function useHistoryWords() {
  const say = useTexts(leasesTexts);
  const formats = useFormats();
  const wordOf = (value: unknown): string => {
    if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
    const text = String(value);
    return isDay.test(text) ? formats.day(text) : text;
  };
  return {
    what: (type: string) => (type in leasesTexts.en.event ? say(`event.${type as Type}`) : type),
    details: (body: Body) =>
      Object.entries(body)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => {
          const label = name in leasesTexts.en.detail ? say(`detail.${name as Detail}`) : name;
          return { name, words: say('detailOf', { label, value: wordOf(value) }) };
        }),
  };
}
