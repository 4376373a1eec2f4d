/**
 * Seeded random numbers (sfc32, seeded by cyrb128 of a text). Each concern draws from its own named stream, so that a
 * slower service does not change which taxi comes next.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** Uniform integer in [from, to], both included. */
  int(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Normal by the sum of twelve uniforms: no tail beyond six deviations. */
  normal(mean: number, deviation: number): number;
  exponential(mean: number): number;
}

export function createRandom(seedText: string): Random {
  const step = sfc32(seedText);
  const between = (from: number, to: number) => from + (to - from) * step();
  return {
    next: step,
    between,
    int: (from, to) => from + Math.floor(step() * (to - from + 1)),
    chance: (probability) => step() < probability,
    pick: (items) => {
      const item = items[Math.floor(step() * items.length)];
      if (item === undefined) throw new Error('pick from nothing');
      return item;
    },
    normal: (mean, deviation) => {
      let sum = -6;
      for (let i = 0; i < 12; i += 1) sum += step();
      return mean + deviation * sum;
    },
    exponential: (mean) => -mean * Math.log(1 - step()),
  };
}

function sfc32(seedText: string): () => number {
  let [a, b, c, d] = cyrb128(seedText);
  const step = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i += 1) step();
  return step;
}

function cyrb128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i += 1) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  h1 ^= h2 ^ h3 ^ h4;
  return [h1 | 0, (h2 ^ h1) | 0, (h3 ^ h1) | 0, (h4 ^ h1) | 0];
}
