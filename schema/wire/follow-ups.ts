/** Who sees to what follows from a committed fact. */
export const followUpNames = ['receipt', 'retirement', 'chargeCost', 'health', 'trace', 'dispatch'] as const;
