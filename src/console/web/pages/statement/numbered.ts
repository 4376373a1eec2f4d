/** Lines with their number, by which the service knows them: a closed bill keeps its lines in their order. */
export const numbered = <T>(lines: readonly T[]): { line: T; number: number }[] =>
  lines.map((line, before) => ({ line, number: before + 1 }));
