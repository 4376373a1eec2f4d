/** Something in the books that is not as the log says. */
export interface Difference {
  /** `receipt`, `transfer`, `chargeCost`, `statement`, `payment`, `note`, `balance`, `reading`. */
  kind: 'receipt' | 'transfer' | 'chargeCost' | 'statement' | 'payment' | 'note' | 'balance' | 'reading';
  id: string;
  what: string;
  stored: unknown;
  rebuilt: unknown;
}

/** As the database gives it back: keys in no order, nothing undefined. */
export const asStored = <T>(value: T): unknown => JSON.parse(JSON.stringify(value));
