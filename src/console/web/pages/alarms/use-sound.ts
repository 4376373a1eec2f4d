import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { showTitleBadge } from '../../app/title.ts';

/** Two short tones. A browser allows no sound before the first click or key. */
function beep(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  const context = new AudioContext();
  for (const [at, hertz] of [
    [0, 880],
    [0.25, 660],
  ] as const) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    loudness.gain.value = 0.15;
    tone.connect(loudness).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.18);
  }
  setTimeout(() => void context.close(), 1_000);
}

/** Sounds for what is new among what nobody has acknowledged, and says how many those are in the title of the tab. */
export function useNotices(unseen: readonly string[], whole: boolean) {
  const [sound, setSound] = useLocalStorage({ key: 'pitlane-alarm-sound', defaultValue: true });
  const known = useRef<ReadonlySet<string> | null>(null);
  const keys = unseen.join('\n');
  useEffect(() => {
    if (!whole) return;
    const now = new Set(keys === '' ? [] : keys.split('\n'));
    const before = known.current;
    known.current = now;
    // What was there when the page opened is no news.
    if (sound && before !== null && [...now].some((key) => !before.has(key))) beep();
  }, [keys, sound, whole]);
  const count = unseen.length;
  useEffect(() => {
    showTitleBadge(count);
    return () => showTitleBadge(0);
  }, [count]);
  return { sound, setSound };
}
